"""What an agency answers for: who has looked, questions about it, copies, keeping and erasing.

Above the domains that hold something about a person, because a copy and an erasure reach into all
of them (`lintel.records.kept`, docs/adr/0027).
"""
