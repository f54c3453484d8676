"""Pages that draw on several domains, by the names that `urls` gives them."""

from lintel.config.pages.my_day import my_day, send_again
from lintel.config.pages.people import people
from lintel.config.pages.person import person

__all__ = ["my_day", "people", "person", "send_again"]
