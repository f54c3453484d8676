"""The pages for an agency's information leads, and the partnership's."""

from lintel.records.views.questions import answer, home, late

__all__ = ["answer", "home", "late"]
