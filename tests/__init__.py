"""The tests; a package by name, as others install one called `tests` too."""
