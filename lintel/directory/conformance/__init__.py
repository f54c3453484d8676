"""Does a server, ours or another's, keep to Open Referral UK 3.0?

    python -m lintel.directory.conformance https://example.org/oruk/v3 --schemas folder

Asks it as any visitor would, one question at a time and not more than it is told, holds what it
says against the published schemas, and walks its pages: the schemas alone let a page lie about
how much there is. Needs neither the database nor Django.
"""
