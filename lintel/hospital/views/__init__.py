"""The pages of wards and stays."""
