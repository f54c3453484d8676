"""Addresses for the tests of pages: the service's own, and a few that only misbehave."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import include, path

from lintel.kernel import errors
from lintel.web import rescue, views
from lintel.web.forms import Form, PlainDateField
from lintel.web.http import public


class NoteForm(Form):
    signs = forms.MultipleChoiceField(
        choices=[("noise", "Noise"), ("arrears", "Rent not paid")],
        widget=forms.CheckboxSelectMultiple,
    )
    when = PlainDateField(label="When was it?")
    what = forms.CharField(label="What happened", max_length=2000, widget=forms.Textarea)
    letter = forms.FileField(required=False)


SENT: list[dict] = []


@public
def note(request: HttpRequest) -> HttpResponse:
    form = NoteForm(request.POST or None, request.FILES or None, initial=rescue.initial(request))
    if request.method == "POST" and form.is_valid():
        SENT.append({**form.cleaned_data, "once": form.once_token})
        return redirect("/note/")
    menu = [
        {"text": "My day", "href": "/note/", "current": True},
        {"text": "Inbox", "href": "/privacy/", "count": 7},
    ]
    context = {"form": form, "sent": len(SENT), "navigation": menu}
    return render(request, "tests/note.html", context)


@public
def fail(request: HttpRequest, kind: str) -> HttpResponse:
    raise {
        "not-found": errors.NotFound(),
        "denied": errors.Denied("Only the lead of the receiving team may reopen a request."),
        "conflict": errors.Conflict("Amina Shah took it at 10:42am today."),
        "invalid": errors.Invalid({"until": "The end is before the start"}),
        "too-many": errors.TooMany("You asked 20 times in an hour. Try again after 3pm."),
        "broken": RuntimeError("a secret of John Marsden"),
    }[kind]


urlpatterns = [
    path("", include("lintel.web.urls")),
    path("note/", note),
    path("fail/<str:kind>/", fail),
    path("demo/components", views.components),
]

handler400 = "lintel.web.views.bad_request"
handler403 = "lintel.web.views.permission_denied"
handler404 = "lintel.web.views.page_not_found"
handler500 = "lintel.web.views.server_error"
