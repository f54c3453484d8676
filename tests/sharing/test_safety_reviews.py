"""After an override: who reviews it, what is late, what the person reads, and what stands out."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from lintel.agencies.models import Worker
from lintel.agencies.states import AgencyKind, Role, TeamKind
from lintel.kernel.actor import bound, bound_account
from lintel.kernel.errors import Conflict, Denied, Invalid, NotFound
from lintel.kernel.models import Access, Event, Message
from lintel.kernel.sight.states import Category as C
from lintel.sharing import actions, climbing, queries
from lintel.sharing.models import Override, OverrideReview
from lintel.sharing.states import Consequence, ViewerKind
from tests import factories
from tests.support.db import as_role, rows

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Scene:
    """An override of a trust's record, opened by a landlord's officer three hours ago."""

    def __init__(self) -> None:
        self.now = timezone.now()
        self.officer = factories.worker(factories.team(name="North office"), name="Olu Officer")
        self.landlord = self.officer.agency
        self.own_lead = factories.worker(self.landlord, roles=[Role.INFORMATION_LEAD])
        self.trust = factories.agency(AgencyKind.TRUST, name="The Trust")
        self.lead = factories.worker(self.trust, roles=[Role.INFORMATION_LEAD], name="Lee Lead")
        self.other_lead = factories.worker(self.trust, roles=[Role.INFORMATION_LEAD])
        self.partnership = factories.worker(
            factories.agency(AgencyKind.COMMISSIONER), roles=[Role.PARTNERSHIP_LEAD]
        )
        self.john = factories.tenant(self.officer, "John Marsden")
        self.nurse = factories.worker(factories.team(self.trust, TeamKind.CMHT))
        factories.involvement(self.john, self.nurse.memberships.get().team, self.nurse)
        self.made = self.override()

    def override(self, ago: timedelta = 3 * HOUR, **fields: object) -> Override:
        """One more, some time ago."""
        by = fields.pop("by", self.officer)
        holder = fields.pop("holder", self.trust)
        of = fields.pop("of", self.john)
        return factories.override(of, by, holder, opened=self.now - ago, **fields)  # type: ignore[arg-type]

    def review(
        self, by: Worker | None = None, of: Override | None = None, **changes: object
    ) -> None:
        values = {
            "justified": True,
            "findings": "He was in danger. Only what was needed was looked at.",
            "consequences": [Consequence.NONE],
            "told": True,
            "told_words": "Olu rang him the next day.",
            **changes,
        }
        with bound(factories.actor(by or self.lead)) as actor:
            actions.review_override(
                actor,
                now=self.now,
                override_id=(of or self.made).pk,
                **values,  # type: ignore[arg-type]
            )


@pytest.fixture
def scene() -> Scene:
    return Scene()


def signed_in(worker: Worker) -> Client:
    client = Client()
    client.force_login(worker.user)
    return client


def text_of(response: object) -> str:
    return " ".join(response.content.decode().split())  # type: ignore[attr-defined]


# Reviewing --------------------------------------------------------------------------------------


def test_it_is_reviewed_once_and_the_worker_hears(scene: Scene) -> None:
    with bound(factories.actor(scene.lead)) as actor:
        assert queries.safety_waiting(actor, now=scene.now).reviews == 1
    scene.review(justified=False, consequences=[Consequence.TALK, Consequence.OUT_OF_LOOP])
    with bound(factories.actor(scene.lead)) as actor:
        assert queries.safety_waiting(actor, now=scene.now).reviews == 0
        (row,) = queries.override_rows(actor, queries.reviewed(actor))
        assert row.person == "John Marsden"
        assert row.review
        assert (row.review.justified, row.review.by) == (False, "Lee Lead")
        assert row.review.consequences == (Consequence.OUT_OF_LOOP, Consequence.TALK)
    with as_role("postgres"):
        assert Event.objects.get(verb="sharing.override_reviewed").data["justified"] is False
        assert Message.objects.get().to_user_id == scene.officer.user_id
    with pytest.raises(Conflict):
        scene.review(by=scene.other_lead)
    with bound(factories.actor(scene.officer)) as actor:
        mine = queries.override(actor, scene.made.pk)
        assert mine.review
        assert not mine.review.justified


@pytest.mark.parametrize(
    ("who", "refused"),
    [
        ("officer", Denied),
        ("own_lead", Denied),
        ("nurse", NotFound),
        ("partnership", NotFound),
        ("other_lead", None),
    ],
)
def test_who_may_review(scene: Scene, who: str, refused: type[Exception] | None) -> None:
    if refused is None:
        scene.review(by=getattr(scene, who))
        return
    with pytest.raises(refused):
        scene.review(by=getattr(scene, who))
    with (
        bound(factories.actor(getattr(scene, who))),
        pytest.raises(ProgrammingError),
        transaction.atomic(),
    ):
        written(scene, getattr(scene, who))


def written(scene: Scene, by: Worker, of: Override | None = None) -> None:
    """A review, past the action."""
    OverrideReview.objects.create(
        override=of or scene.made,
        person=scene.john,
        owner=scene.trust,
        justified=True,
        findings="All is well",
        consequences=["none"],
        told=scene.now,
        told_words="Yes",
        reviewed=scene.now,
        reviewed_by=by,
    )


def test_nobody_reviews_what_they_opened_or_agreed_to(scene: Scene) -> None:
    """A worker who has moved from the one agency to the other would, but for this."""
    agreed = scene.override(authorised=scene.now - 2 * HOUR, authorised_by=scene.lead)
    opened = scene.override(by=factories.worker(scene.landlord))
    mover = opened.worker
    mover.agency = scene.trust
    mover.save()
    factories.role(mover, Role.INFORMATION_LEAD)
    for who, which in ((scene.lead, agreed), (mover, opened)):
        with pytest.raises(Denied):
            scene.review(by=who, of=which)
        with bound(factories.actor(who)) as actor:
            assert which.pk not in {o.pk for o in queries.to_review(actor, now=scene.now)}
            with pytest.raises(ProgrammingError), transaction.atomic():
                written(scene, who, which)


def test_what_is_still_open_is_not_reviewed_yet(scene: Scene) -> None:
    fresh = scene.override(timedelta(minutes=5))
    with pytest.raises(Conflict):
        scene.review(of=fresh)
    with bound(factories.actor(scene.lead)) as actor:
        assert [o.pk for o in queries.to_review(actor, now=scene.now)] == [scene.made.pk]
        assert [o.pk for o in queries.still_open(actor, now=scene.now)] == [fresh.pk]
        with pytest.raises(ProgrammingError), transaction.atomic():
            written(scene, scene.lead, fresh)


def test_a_review_is_about_its_own_override_and_never_changed(scene: Scene) -> None:
    somebody = factories.person()
    with (
        bound(factories.actor(scene.lead)),
        pytest.raises(ProgrammingError),
        transaction.atomic(),
    ):
        OverrideReview.objects.create(
            override=scene.made,
            person=somebody,
            owner=scene.landlord,
            justified=True,
            findings="x",
            consequences=[],
            told=scene.now,
            told_words="x",
            reviewed=scene.now,
            reviewed_by=scene.lead,
        )
    scene.review()
    with bound(factories.actor(scene.lead)):
        for change in ({"justified": False}, {"findings": "Other"}, {"consequences": ["talk"]}):
            with pytest.raises(ProgrammingError), transaction.atomic():
                OverrideReview.objects.update(**change)
        # What the person was told was told.
        assert OverrideReview.objects.update(told_words="Nothing") == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"justified": None}, "justified"),
        ({"findings": " "}, "findings"),
        ({"consequences": []}, "consequences"),
        ({"consequences": [Consequence.NONE, Consequence.TALK]}, "consequences"),
        ({"told": None}, "told"),
        ({"told_words": ""}, "told_words"),
        ({"told": False, "told_words": "", "tell_by": date(2999, 1, 1)}, "not_told_words"),
        ({"told": False}, "tell_by"),
        ({"told": False, "tell_by": date(2020, 1, 1)}, "tell_by"),
    ],
)
def test_what_a_review_must_say(scene: Scene, changes: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as wrong:
        scene.review(**changes)
    assert list(wrong.value.errors) == [field]


def test_the_person_is_told_later(scene: Scene) -> None:
    scene.review(told=False, told_words="He is very unwell.", tell_by=date(2999, 1, 1))
    with bound(factories.actor(scene.own_lead)) as actor, pytest.raises(Denied):
        actions.tell_person(actor, now=scene.now, override_id=scene.made.pk, words="x")
    with bound(factories.actor(scene.lead)) as actor:
        with pytest.raises(Invalid):
            actions.tell_person(actor, now=scene.now, override_id=scene.made.pk, words=" ")
        actions.tell_person(actor, now=scene.now, override_id=scene.made.pk, words="At a visit.")
        with pytest.raises(Conflict):
            actions.tell_person(actor, now=scene.now, override_id=scene.made.pk, words="Again")
        row = queries.override(actor, scene.made.pk)
        assert row.review
        assert (row.review.told, row.review.told_words) == (scene.now, "At a visit.")


def test_who_reads_an_override_is_written_down(scene: Scene) -> None:
    with bound(factories.actor(scene.lead)) as actor:
        actions.read_override(actor, now=scene.now, override_id=scene.made.pk)
    with as_role("postgres"):
        (row,) = Access.objects.filter(verb="looked_up")
        assert (row.person_id, row.worker_id) == (scene.john.pk, scene.lead.pk)


# Late -------------------------------------------------------------------------------------------


def test_what_is_late_goes_up_each_week(scene: Scene) -> None:
    assert climbing.climb(now=scene.now) == 0
    late = scene.override(10 * DAY)
    assert climbing.climb(now=scene.now) == 1
    told = {scene.lead, scene.other_lead, scene.partnership}
    with as_role("postgres"):
        assert {m.to_user_id for m in Message.objects.all()} == {w.user_id for w in told}
        assert {m.link for m in Message.objects.all()} == {"/safety/reviews/", "/safety/overdue/"}
        assert Event.objects.get(verb="sharing.override_review_late").subject_id == str(late.pk)
    assert climbing.climb(now=scene.now + 6 * DAY) == 0
    assert climbing.climb(now=scene.now + 7 * DAY) == 2  # The first is late by now, too.
    scene.review(of=late)
    assert climbing.climb(now=scene.now + 30 * DAY) == 1


def test_the_partnership_lead_sees_whose_reviews_are_late_and_nobody(scene: Scene) -> None:
    scene.override(10 * DAY)
    page = text_of(signed_in(scene.partnership).get("/safety/overdue/"))
    assert "The Trust" in page
    assert "Lee Lead" in page
    assert "1 review" in page
    assert "John Marsden" not in page
    assert "Olu Officer" not in page
    with bound(factories.actor(scene.partnership)):
        assert not Override.objects.exists()
    with bound(factories.actor(scene.lead)) as actor:
        assert queries.reviews_overdue(actor) == []
    assert signed_in(scene.lead).get("/safety/overdue/").status_code == 403


# The person -------------------------------------------------------------------------------------


def test_the_person_reads_that_it_was_opened_why_and_what_was_found(scene: Scene) -> None:
    own = factories.viewer(scene.john).user_id
    with bound_account(own):
        (one,) = queries.opened_for_safety(scene.john.pk)
    assert (one.worker, one.agency, one.holder) == (
        "Olu Officer",
        scene.landlord.name,
        "The Trust",
    )
    assert one.words == "Found unwell."
    assert (one.justified, one.findings) == (None, "")
    scene.review()
    with bound_account(own):
        (one,) = queries.opened_for_safety(scene.john.pk)
    assert one.justified is True
    assert one.findings.startswith("He was in danger")
    assert one.told_words == "Olu rang him the next day."


def test_what_must_not_be_told_yet_is_shown_once_it_is(scene: Scene) -> None:
    own = factories.viewer(scene.john).user_id
    scene.review(told=False, told_words="Not well enough", tell_by=date(2999, 1, 1))
    with bound_account(own):
        assert queries.opened_for_safety(scene.john.pk) == []
    with bound(factories.actor(scene.lead)) as actor:
        actions.tell_person(actor, now=scene.now, override_id=scene.made.pk, words="At a visit.")
    with bound_account(own):
        (one,) = queries.opened_for_safety(scene.john.pk)
    assert one.told_words == "At a visit."


def test_the_page_that_the_person_reads(scene: Scene) -> None:
    own = Client()
    own.force_login(factories.viewer(scene.john).user)
    assert "We have not checked it yet" in text_of(own.get("/me/opened/"))
    scene.review(justified=False)
    page = text_of(own.get("/me/opened/"))
    assert "Olu Officer" in page
    assert "Somebody’s life was at risk" in page
    assert "No, it was not right" in page
    assert "Olu rang him the next day." in page
    assert "/me/opened/" in text_of(own.get("/me/looked/"))


@pytest.mark.parametrize(
    ("kind", "categories", "shown"),
    [
        (ViewerKind.CARER, [C.SAFETY], True),
        (ViewerKind.CARER, [C.CONTACT], False),
        (ViewerKind.ADVOCATE, [], False),
    ],
)
def test_a_carer_reads_it_where_they_may_read_what_is_about_safety(
    scene: Scene, kind: ViewerKind, categories: list[C], shown: bool
) -> None:
    carer = factories.viewer(scene.john, kind, categories).user_id
    with bound_account(carer):
        assert bool(queries.opened_for_safety(scene.john.pk)) is shown


def test_nobody_else_reads_it_so(scene: Scene) -> None:
    other = factories.viewer(factories.person()).user_id
    with bound_account(other):
        assert queries.opened_for_safety(scene.john.pk) == []
    with (
        bound(factories.actor(scene.lead)),
        pytest.raises(ProgrammingError),
        transaction.atomic(),
    ):
        queries.opened_for_safety(scene.john.pk)


# Patterns ---------------------------------------------------------------------------------------


def found(scene: Scene, by: str, who: Worker | None = None) -> queries.Patterns:
    with bound(factories.actor(who or scene.lead)) as actor:
        return queries.patterns(actor, by=by, since=(scene.now - 90 * DAY).date(), now=scene.now)


def test_patterns_count_by_each_thing(scene: Scene) -> None:
    scene.review(justified=False)
    scene.override(2 * DAY)
    for by in queries.DIMENSIONS:
        lines = found(scene, by).lines
        assert sum(line.times for line in lines) == 2, by
        assert sum(line.unjustified for line in lines) == 1, by
        assert sum(line.waiting for line in lines) == 1, by
    assert [line.words for line in found(scene, "team").lines] == ["North office"]
    assert [line.words for line in found(scene, "person").lines] == ["John Marsden"]


def test_what_stands_out(scene: Scene) -> None:
    assert found(scene, "worker").stand_out == []
    for _ in range(4):
        scene.review(of=scene.override(4 * HOUR), justified=False)
    words = " ".join(one.words for one in found(scene, "worker").stand_out)
    assert "5 in 30 days" in words
    assert "5 times the same person, John Marsden" in words
    assert "4 of 4 reviewed were not justified" in words


def test_night_work_stands_out(scene: Scene) -> None:
    night = scene.now.replace(hour=2, minute=0) - 10 * DAY
    for n in range(3):
        scene.override(scene.now - night - n * DAY, of=factories.tenant(scene.officer))
    words = [one.words for one in found(scene, "worker").stand_out]
    assert any("outside working hours" in one for one in words)


def test_a_lead_counts_what_concerns_their_agency(scene: Scene) -> None:
    stranger = factories.worker(factories.team())
    elsewhere = factories.agency(AgencyKind.COUNCIL)
    scene.override(by=stranger, holder=elsewhere, of=factories.tenant(stranger))
    assert found(scene, "worker").total == 1
    assert found(scene, "worker", scene.own_lead).total == 1
    third = factories.worker(elsewhere, roles=[Role.INFORMATION_LEAD])
    assert found(scene, "person", third).lines[0].words.startswith("Person ")
    with pytest.raises(Denied):
        found(scene, "worker", scene.partnership)
    system = replace(factories.actor(scene.lead), integration_id=1)
    with bound(system) as actor, pytest.raises(Denied):
        queries.patterns(actor, by="worker", since=scene.now.date(), now=scene.now)


def test_the_partnership_lead_gets_counts_that_are_nobody(scene: Scene) -> None:
    first = scene.now.date().replace(day=1) - timedelta(days=31)

    def counted() -> dict[str, list[tuple[str, int | None]]]:
        with bound(factories.actor(scene.partnership)) as actor:
            return queries.counts(actor, first=first, months=3)

    assert counted()["all"] == [("All", None)]
    assert counted()["holder"] == [("The Trust", None)]
    for _ in range(6):
        scene.override()
    # Seven are given as five, so that one more or less is not to be seen.
    assert counted()["all"] == [("All", 5)]
    assert counted()["holder"] == [("The Trust", 5)]
    assert set(counted()) == {"all", "agency", "holder", "reason", "month", "hour", "outcome"}
    with bound(factories.actor(scene.lead)):
        assert rows("SELECT * FROM override_counts(%s, 3) WHERE times <> 0", first) == []


# Pages ------------------------------------------------------------------------------------------


def test_the_pages_of_a_review(scene: Scene) -> None:
    lead = signed_in(scene.lead)
    at = f"/safety/{scene.made.pk}/"
    assert "1 review" in text_of(lead.get("/"))
    page = text_of(lead.get("/safety/reviews/"))
    assert "John Marsden" in page
    assert "Olu Officer" in page
    assert "Review it" in text_of(lead.get(at))
    assert "There is a problem" in text_of(lead.post(f"{at}review", {"justified": ""}))
    typed = {
        "justified": "no",
        "findings": "Nobody was in danger.",
        "consequences": ["talk", "training"],
        "told": "no",
        "not_told_words": "On the ward; her nurse will tell her.",
        "tell_by": f"{scene.now + 30 * DAY:%d/%m/%Y}",
    }
    page = text_of(lead.post(f"{at}review", typed, follow=True))
    assert "Not justified" in page
    assert "A talk with the worker and Training for the worker" in page
    assert "John Marsden" in text_of(lead.get("/safety/reviewed/"))
    page = text_of(lead.post(f"{at}told", {"words": "By her nurse."}, follow=True))
    assert "By her nurse." in page
    assert lead.post(f"{at}review", typed).status_code == 409
    assert "Not justified" in text_of(signed_in(scene.officer).get(at))
    assert signed_in(scene.nurse).get(at).status_code == 404
    assert signed_in(scene.officer).get(f"{at}review").status_code == 403


def test_patterns_as_pages_and_copies(scene: Scene) -> None:
    lead = signed_in(scene.lead)
    assert "Olu Officer" in text_of(lead.get("/safety/patterns/"))
    assert "The Trust" in text_of(lead.get("/safety/patterns/?by=holder&months=3"))
    assert "Olu Officer" in text_of(lead.get("/safety/patterns/?by=x&months=y"))
    copy = lead.get("/safety/patterns/copy?by=worker")
    assert copy["Content-Type"].startswith("text/csv")
    assert "Olu Officer" in copy.content.decode()
    with as_role("postgres"):
        assert Access.objects.filter(verb="exported", worker_id=scene.lead.pk).count() == 1
    partnership = signed_in(scene.partnership)
    page = text_of(partnership.get("/safety/counts/"))
    assert "1 to 4" in page
    assert "Olu Officer" not in page
    assert "1 to 4" in partnership.get("/safety/counts/copy").content.decode()
    for path in ("patterns/", "patterns/copy", "counts/", "counts/copy", "reviews/", "reviewed/"):
        assert signed_in(scene.officer).get(f"/safety/{path}").status_code == 403, path
    assert lead.get("/safety/counts/").status_code == 403
    assert partnership.get("/safety/patterns/").status_code == 403


@pytest.mark.parametrize(
    "path", ["/safety/", "/safety/reviews/", "/safety/reviewed/", "/safety/patterns/?by=person"]
)
def test_pages_cost_the_same_however_many(scene: Scene, path: str) -> None:
    lead = signed_in(scene.lead)
    lead.get(path)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            assert lead.get(path).status_code == 200
        counts.append(len(captured))
        for _ in range(3):
            made = scene.override(5 * HOUR, of=factories.tenant(scene.officer))
            factories.involvement(made.person, scene.nurse.memberships.get().team)
    assert counts[0] == counts[1]


def test_the_banner_costs_the_same_however_much_is_open(scene: Scene) -> None:
    client = signed_in(scene.officer)
    client.get("/safety/")
    counts = []
    for _ in range(3):
        with CaptureQueriesContext(connection) as captured:
            page = text_of(client.get("/link-workers/"))
        counts.append(len(captured))
        for _ in range(2):
            scene.override(timedelta(minutes=1))
    assert len(set(counts)) == 1
    assert "4 are open" in page
