"""Words and shapes for the directory's pages."""
