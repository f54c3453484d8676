"""The pages about sharing: parse, make one domain call, present."""
