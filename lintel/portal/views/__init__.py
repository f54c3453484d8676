"""The pages of the person's own view."""

from lintel.portal.views.signing_in import leave, sign_in
from lintel.portal.views.start import start, whom

__all__ = ["leave", "sign_in", "start", "whom"]
