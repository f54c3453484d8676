"""Other directories read and kept in step with: Open Referral UK 3.0, and the older v1 shape.

`reading` takes entries out of a stream of JSON, `addresses` and `pages` fetch it, `v1` gives the
older shape the newer one's names, `v3` makes documents by the rules of `mending`, `merge` puts
them into the directory, `run` does it all. docs/adr/0013.
"""
