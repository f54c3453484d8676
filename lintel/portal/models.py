"""Tables of the person's own view. What it shows is other domains' (`portal.0001_own_view`)."""
