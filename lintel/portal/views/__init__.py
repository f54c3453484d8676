"""The pages of the person's own view."""

from lintel.portal.views.looked import ask as looked_ask
from lintel.portal.views.looked import looked
from lintel.portal.views.looked import questions as looked_questions
from lintel.portal.views.signing_in import leave, sign_in
from lintel.portal.views.start import start, whom

__all__ = ["leave", "looked", "looked_ask", "looked_questions", "sign_in", "start", "whom"]
