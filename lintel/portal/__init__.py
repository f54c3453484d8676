"""The person's own view, and that of a carer or an advocate whom the person lets look.

Everything here runs as the database role `lintel_person`, bound to an account and to no worker
(`lintel.kernel.actor.bound_account`): what a page may show is decided by row security, as it is
for workers (docs/adr/0026-the-persons-own-view.md).
"""
