"""Everything that can be done about what an agency answers for."""

from lintel.records.actions.questions import answer, ask, climb

__all__ = ["answer", "ask", "climb"]
