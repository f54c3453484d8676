"""The API for landlords' and trusts' own systems: the same actions, sight and masking as pages.

`lintel.config.api` mounts it. Why it is as it is: docs/adr/0011-api.md.
"""
