"""What the person's own view names and counts."""

# Where the session keeps whose view is open, for who may look at several people's.
CHOSEN = "lintel_whose"
