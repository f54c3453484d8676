"""The person's time in hospital: who does what by when for their way home."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lintel.hospital import queries as hospital
from lintel.portal import presenters
from lintel.web.http import PersonRequest, for_person


@for_person
@require_safe
@never_cache
def in_hospital(request: PersonRequest) -> HttpResponse:
    """Each stay: the ward, what is done, meetings, and what a council was told."""
    account = request.account
    return render(
        request,
        "portal/hospital.html",
        {"is_self": presenters.is_self(account), "stays": hospital.own_stays(account)},
    )
