"""The directory in the sector's own shape: Open Referral UK 3.0 (HSDS-UK).

Pure functions from entries to what is told; no database. `lintel.directory.api` serves it.
"""
