"""The forms of requests: what is asked, in which words. Nothing here decides anything."""
