"""Loads real geography: postcodes, and the areas that services cover."""

from lintel.directory.places_load.areas import AreaOutcome, load_areas
from lintel.directory.places_load.books import Busy, Refused
from lintel.directory.places_load.postcodes import PostcodeOutcome, load_postcodes

__all__ = ["AreaOutcome", "Busy", "PostcodeOutcome", "Refused", "load_areas", "load_postcodes"]
