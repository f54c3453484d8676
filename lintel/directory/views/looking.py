"""Looking for a service: by place and need ("who covers this address?"), or by words."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lintel.directory.forms.finding import LookUpForm, NarrowForm
from lintel.directory.place import Ambiguous, Place, Unplaced
from lintel.directory.presenters import answers, services
from lintel.directory.queries import finding, route
from lintel.directory.queries.one import partners_only
from lintel.directory.states import Need
from lintel.directory.views import asked as asking
from lintel.web import lists
from lintel.web.http import OpenRequest, for_everybody


@for_everybody
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: OpenRequest) -> HttpResponse:
    """The way in: one box for a place, and one for words."""
    place = asking.kept_place(request)
    if request.method == "POST":
        form = LookUpForm(request.POST)
        if form.is_valid() and _kept(request, form):
            return redirect(_who_covers(form))
    else:
        form = LookUpForm(initial=_initial(request, place))
    context = {"form": form, "place": place, "needs": services.need_links()}
    return render(request, "directory/start.html", context)


@for_everybody
@require_POST
def forget_place(request: OpenRequest) -> HttpResponse:
    """Forget the place that was looked up."""
    asking.forget(request)
    return redirect("directory:start")


@for_everybody
@require_safe
def who_covers(request: OpenRequest) -> HttpResponse:
    """Who covers the place that is kept, for this need, at this time."""
    place = asking.kept_place(request)
    if place is None:
        query = request.GET.urlencode()
        return redirect(f"{reverse('directory:start')}{f'?{query}' if query else ''}")
    form = NarrowForm(request.GET)
    form.is_valid()
    good = form.cleaned_data
    workers, when = request.actor is not None, good.get("when") or request.now
    need = good.get("need") or None
    answer = route(place, need=need, age=good.get("age"), when=when, workers=workers)
    instead = (
        route(place, need=Need.ADVICE, when=when, workers=workers, at_most=3)
        if not answer.options and need != Need.ADVICE
        else None
    )
    shown = [*answer.options, *answer.urgent, *(instead.options if instead else ())]
    only = partners_only([one.service_id for one in shown]) if workers else frozenset()
    context = answers.page(answer, instead, is_now=good.get("when") is None, partners_only=only)
    return render(request, "directory/who_covers.html", {**context, "form": form, "place": place})


@for_everybody
@require_safe
def search(request: OpenRequest) -> HttpResponse:
    """Services by words, need, age, distance and whether they are open."""
    words = asking.words_of(request)
    if found := asking.POSTCODE.search(words):
        return _not_in_the_address(request, found[0])
    what = asking.asked(request)
    results = finding.search(
        what.filters, when=request.now, workers=what.workers, page=_page(request)
    )
    likely = finding.like(words, workers=what.workers) if words and not results.count else []
    paginator = Paginator(range(results.count), finding.PER_PAGE)
    context = {
        "form": what.form,
        "place": what.place,
        "words": words,
        "keep": _kept_filters(request),
        "selected": services.chosen(request, what.form),
        "clear": f"{request.path}?{urlencode({'q': words})}" if words else request.path,
        "count": results.count,
        "at_most": finding.AT_MOST,
        "cards": [services.found_card(row) for row in results.rows],
        "likely": likely,
        "page": paginator.get_page(results.page),
        "page_link": lists.page_link(request),
        "query": f"?{request.GET.urlencode()}" if request.GET else "",
    }
    return render(request, "directory/search.html", context)


def _kept(request: OpenRequest, form: LookUpForm) -> bool:
    """Whether the place that was typed is one, and kept; else the form says what to do."""
    typed = form.cleaned_data["place"]
    code = request.POST.get("which", "").replace("\x00", "")[:40]
    try:
        asking.located(typed, code)
    except Ambiguous as several:
        form.choose(several.choices)
        form.take({"which": str(several)})
    except Unplaced as wrong:
        form.take({"place": str(wrong)})
    else:
        asking.keep(request, typed, code)
        return True
    return False


def _who_covers(form: LookUpForm) -> str:
    """The address of the answer: what was asked, without the place."""
    good = form.cleaned_data
    when = form.fields["when"].prepare_value(good["when"])
    query = {"need": good["need"], "age": good["age"], "when": when}
    chosen = {name: value for name, value in query.items() if value not in ("", None)}
    return f"{reverse('directory:who-covers')}{f'?{urlencode(chosen)}' if chosen else ''}"


def _initial(request: OpenRequest, place: Place | None) -> dict[str, str]:
    given = {name: request.GET.get(name, "")[:40] for name in ("need", "age", "when")}
    return {**given, "place": place.words if place else ""}


def _not_in_the_address(request: OpenRequest, postcode: str) -> HttpResponse:
    """A postcode typed among the words: kept as the place, and out of the address."""
    try:
        asking.located(postcode)
    except Unplaced:
        rest = asking.POSTCODE.sub(" ", asking.words_of(request)).strip()
        query = urlencode({"q": rest}) if rest else ""
        return redirect(f"{request.path}{f'?{query}' if query else ''}")
    asking.keep(request, postcode)
    kept = {name: value for name in ("need", "age") if (value := request.GET.get(name))}
    query = f"?{urlencode(kept)}" if kept else ""
    return redirect(f"{reverse('directory:who-covers')}{query}")


def _page(request: OpenRequest) -> int:
    asked = request.GET.get("page", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1


def _kept_filters(request: OpenRequest) -> dict[str, str]:
    """The filters that a new search for words must not lose."""
    names = ("need", "age", "within", "open", "sort")
    return {name: value for name in names if (value := request.GET.get(name))}
