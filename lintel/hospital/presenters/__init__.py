"""Words and tables of wards and stays."""
