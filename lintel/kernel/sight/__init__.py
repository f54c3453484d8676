"""Sight: which worker sees which category of which person, held by which agency.

The mechanism only: the table, the functions that policies call, and the SQL that puts a table
under row security. The rules (what gives sight) belong to `lintel.sharing`.
"""
