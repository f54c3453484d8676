"""The circle around a person: states."""
