"""Lintel: housing and mental health services, together around a person."""
