"""The directory in other forms: files that other programs read."""
