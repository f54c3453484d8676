"""The pages of requests: parse, make one domain call, present."""
