"""Pages that draw on several domains. Each asks the domains' queries, and presents."""
