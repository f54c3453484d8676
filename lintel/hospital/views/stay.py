"""One stay: its page, and what is done in it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lintel.hospital import actions, policy, queries
from lintel.hospital import forms as f
from lintel.hospital.presenters import stays as words
from lintel.hospital.queries import StayView
from lintel.hospital.views.common import form_page, opened
from lintel.kernel.errors import Conflict, Invalid, NotFound
from lintel.web import rescue
from lintel.web.http import LintelRequest

form_methods = require_http_methods(["GET", "HEAD", "POST"])


def _mine(request: LintelRequest, stay_id: int) -> StayView:
    """The stay, to work on: only the trust that holds it does. Raises NotFound, Denied."""
    one = queries.stay(request.actor, stay_id, now=request.now)
    policy.work_on(request.actor, one.owner_id)
    policy.write_stay(one.whole)
    return one


@require_safe
@never_cache
def stay(request: LintelRequest, stay_id: int) -> HttpResponse:
    """The whole of one stay."""
    one = opened(request, stay_id, "hospital:stay")
    on_ward = one.ward_team_id in request.actor.team_ids
    mine = one.owner_id == request.actor.agency_id and one.whole
    return render(
        request,
        "hospital/stay.html",
        {
            "stay": one,
            "mine": mine,
            "parts": words.parts(one.id, "hospital:stay") if one.whole else [],
            "facts": words.facts(one),
            "asked": words.asked(one.asked) if one.asked else [],
            "steps": words.steps(one),
            "meetings": words.meetings(one, request.now),
            "times": words.times(one),
            "menu": words.menu(one, on_ward=on_ward) if mine else [],
        },
    )


@form_methods
@never_cache
def questions(request: LintelRequest, stay_id: int) -> HttpResponse:
    """Ask the housing questions, the first time or again."""
    one = _mine(request, stay_id)
    first = (one.asked.typed if one.asked else {}) | rescue.initial(request)
    form = f.QuestionsForm(request.POST or None, initial=first)
    return form_page(
        request,
        one,
        form,
        lambda given: actions.ask(
            request.actor,
            now=request.now,
            stay_id=stay_id,
            answers={name: given.get(name) or "" for name in queries.QUESTIONS},
            once=form.once_token,
        ),
        title="About their home",
        done="Written down",
        note="Ask kindly, and say why: so that they have a home to go to. "
        "“Not known yet” is an answer. You can ask again.",
    )


@form_methods
@never_cache
def add_step(request: LintelRequest, stay_id: int) -> HttpResponse:
    """Add something to be done."""
    one = _mine(request, stay_id)
    workers = queries.members(one.ward_team_id, request.now)
    form = f.StepForm(
        request.POST or None,
        workers=workers,
        initial={"worker": request.actor.worker_id, **rescue.initial(request)},
    )
    return form_page(
        request,
        one,
        form,
        lambda given: actions.add_step(
            request.actor,
            now=request.now,
            stay_id=stay_id,
            kind=given["kind"],
            words=given["words"],
            # Somebody named by hand goes before the one whom the form began with.
            worker_id=None if given["who_words"] else given["worker"],
            who_words=given["who_words"],
            due=given["due"],
            once=form.once_token,
        ),
        title="Something to be done",
        done="Added to what is to be done",
        submit="Add",
    )


@form_methods
@never_cache
def settle_step(request: LintelRequest, stay_id: int, step_id: int) -> HttpResponse:
    """Say where a step stands."""
    one = _mine(request, stay_id)
    step = next((s for s in one.steps if s.id == step_id), None)
    if step is None:
        raise NotFound
    form = f.SettleForm(
        request.POST or None,
        initial={"state": step.state, "outcome": step.outcome, **rescue.initial(request)},
    )
    return form_page(
        request,
        one,
        form,
        lambda given: actions.settle_step(
            request.actor,
            now=request.now,
            step_id=step_id,
            state=given["state"],
            outcome=given["outcome"],
        ),
        title=step.words,
        done="Saved",
    )


@form_methods
@never_cache
def expected(request: LintelRequest, stay_id: int) -> HttpResponse:
    """When the person is expected to leave."""
    one = _mine(request, stay_id)
    form = f.ExpectedForm(
        request.POST or None, initial={"expected": one.expected, **rescue.initial(request)}
    )
    return form_page(
        request,
        one,
        form,
        lambda given: actions.change_expected(
            request.actor, now=request.now, stay_id=stay_id, expected=given["expected"]
        ),
        title="Expected to leave",
        done="Saved. Send the new date on to a council that was told another",
    )


@form_methods
@never_cache
def give(request: LintelRequest, stay_id: int) -> HttpResponse:
    """Give the work on the person's housing to somebody else of the ward."""
    one = _mine(request, stay_id)
    form = f.HousingWorkerForm(
        request.POST or None,
        workers=queries.members(one.ward_team_id, request.now),
        initial={"housing_worker": one.housing_worker_id},
    )
    return form_page(
        request,
        one,
        form,
        lambda given: actions.give_to(
            request.actor,
            now=request.now,
            stay_id=stay_id,
            housing_worker_id=given["housing_worker"],
        ),
        title="Who works on their housing",
        done="Given to them",
        note="If it isn’t you any more, and you don’t lead the ward, you no longer see this stay.",
    )


@form_methods
@never_cache
def away(request: LintelRequest, stay_id: int) -> HttpResponse:
    """Off the ward."""
    one = _mine(request, stay_id)
    form = f.AwayForm(request.POST or None, initial=rescue.initial(request))
    return form_page(
        request,
        one,
        form,
        lambda given: actions.go_away(
            request.actor,
            now=request.now,
            stay_id=stay_id,
            kind=given["kind"],
            since=given["since"],
            words=given["words"],
        ),
        title="Off the ward",
        done="Written down",
    )


@form_methods
@never_cache
def back(request: LintelRequest, stay_id: int) -> HttpResponse:
    """Back on the ward."""
    one = _mine(request, stay_id)
    form = f.BackForm(request.POST or None, initial=rescue.initial(request))
    return form_page(
        request,
        one,
        form,
        lambda given: actions.come_back(
            request.actor, now=request.now, stay_id=stay_id, at=given["at"]
        ),
        title="Back on the ward",
        done="Written down",
    )


@form_methods
@never_cache
def move(request: LintelRequest, stay_id: int, ward_id: int) -> HttpResponse:
    """To another ward, with who works on the person's housing there."""
    one = _mine(request, stay_id)
    ward = next((w for w in queries.wards(request.actor) if w.team_id == ward_id), None)
    if ward is None or ward_id == one.ward_team_id:
        raise NotFound
    form = f.MoveForm(
        request.POST or None,
        workers=queries.members(ward_id, request.now),
        initial=rescue.initial(request),
    )
    return form_page(
        request,
        one,
        form,
        lambda given: actions.move(
            request.actor,
            now=request.now,
            stay_id=stay_id,
            ward_team_id=ward_id,
            housing_worker_id=given["housing_worker"],
            at=given["at"],
        ),
        title=f"Move to {ward.name}",
        done=f"Moved to {ward.name}",
        submit="Move",
        note="From then on the new ward sees this stay, and this ward does not.",
    )


@require_safe
@never_cache
def choose_ward(request: LintelRequest, stay_id: int) -> HttpResponse:
    """The wards that the person could move to."""
    one = _mine(request, stay_id)
    others = [w for w in queries.wards(request.actor) if w.team_id != one.ward_team_id]
    return render(request, "hospital/choose_ward.html", {"stay": one, "wards": others})


@form_methods
@never_cache
def end(request: LintelRequest, stay_id: int) -> HttpResponse:
    """The end of the stay."""
    one = _mine(request, stay_id)
    form = f.EndForm(request.POST or None, initial=rescue.initial(request))
    waits = [s for s in one.steps if s.state == "open"]
    return form_page(
        request,
        one,
        form,
        lambda given: actions.discharge(
            request.actor,
            now=request.now,
            stay_id=stay_id,
            at=given["at"],
            ending=given["ending"],
            words=given["words"],
        ),
        title="The end of the stay",
        done="The stay has ended",
        submit="End the stay",
        note=words.before_the_end(waits),
    )


@form_methods
@never_cache
def dates(request: LintelRequest, stay_id: int) -> HttpResponse:
    """Put right when the stay began or ended."""
    one = _mine(request, stay_id)
    form = f.DatesForm(
        request.POST or None,
        initial={"admitted": one.admitted, "ended": one.ended, **rescue.initial(request)},
    )
    if one.ended is None:
        del form.fields["ended"]
    return form_page(
        request,
        one,
        form,
        lambda given: actions.correct_dates(
            request.actor,
            now=request.now,
            stay_id=stay_id,
            admitted=given["admitted"],
            ended=given.get("ended"),
            why=given["why"],
        ),
        title="Put the dates right",
        done="Put right. Figures that were reported before say so",
    )


@form_methods
@never_cache
def mistake(request: LintelRequest, stay_id: int) -> HttpResponse:
    """This person isn't here: the stay was noted by mistake."""
    one = _mine(request, stay_id)
    policy.admit(request.actor, one.ward_team_id)
    form = f.TakeBackForm(request.POST or None, initial=rescue.initial(request))
    conflict = ""
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            missed = actions.take_back(
                request.actor,
                now=request.now,
                stay_id=stay_id,
                why=given["why"],
                words=given.get("words") or "",
            )
        except Invalid as wrong:
            form.take(wrong.errors)
        except Conflict as moved_on:
            conflict = moved_on.words
            form.take({"": conflict})
        else:
            messages.success(request, words.taken_back(missed))
            return redirect("hospital:wards")
    return render(
        request,
        "hospital/mistake.html",
        {"stay": one, "form": form, "back": reverse("hospital:stay", args=[one.id])},
        status=409 if conflict else 200,
    )


@form_methods
@never_cache
def call_meeting(request: LintelRequest, stay_id: int) -> HttpResponse:
    """Arrange the discharge meeting."""
    one = _mine(request, stay_id)
    form = f.MeetingForm(request.POST or None, initial=rescue.initial(request))
    return form_page(
        request,
        one,
        form,
        lambda given: actions.call_meeting(
            request.actor,
            now=request.now,
            stay_id=stay_id,
            at=given["at"],
            place=given["place"],
            who=given["who"],
            once=form.once_token,
        ),
        title="Discharge meeting",
        done="The meeting is arranged",
        submit="Arrange it",
    )


@form_methods
@never_cache
def hold_meeting(request: LintelRequest, stay_id: int, meeting_id: int) -> HttpResponse:
    """What the meeting agreed, or that it was called off."""
    one = _mine(request, stay_id)
    meeting = next((m for m in one.meetings if m.id == meeting_id), None)
    if meeting is None:
        raise NotFound
    form = f.HeldForm(
        request.POST or None, initial={"agreed": meeting.agreed, **rescue.initial(request)}
    )
    return form_page(
        request,
        one,
        form,
        lambda given: actions.hold_meeting(
            request.actor,
            now=request.now,
            meeting_id=meeting_id,
            agreed=given.get("agreed") or "",
            cancelled=given["happened"] == "no",
        ),
        title="What the meeting agreed",
        done="Written down",
    )
