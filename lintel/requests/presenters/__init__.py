"""The words and shapes that pages show. Nothing here reads the database."""
