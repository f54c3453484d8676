"""What a preview counted beforehand is what happens when the version comes into force."""

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from lintel.agencies.models import Agency, Worker
from lintel.agencies.states import AgencyKind, Role, TeamKind, TeamRole
from lintel.kernel.actor import bound
from lintel.kernel.sight.models import Sight
from lintel.kernel.sight.states import Category as C
from lintel.sharing import actions, previewing, ruling, spreading
from lintel.sharing.actions import publishing
from lintel.sharing.models import Agreement, Preview, Rule
from lintel.sharing.queries import agreements as queries
from lintel.sharing.states import Basis, Detail, Purpose, Use
from tests import factories
from tests.sharing import agreeing
from tests.sharing.test_pages import signed_in, text_of
from tests.support.db import as_role

pytestmark = pytest.mark.django_db
PEOPLE = 6


class Area:
    """An office and a CMHT; six tenants, who let the CMHT know their contact and rent."""

    def __init__(self):
        self.landlord = factories.agency()
        self.office = factories.team(self.landlord)
        self.officer = factories.worker(self.office)
        self.lead = factories.worker(self.office, team_role=TeamRole.LEAD)
        self.trust = factories.agency(AgencyKind.TRUST)
        self.cmht = factories.team(self.trust, TeamKind.CMHT)
        self.nurse = factories.worker(self.cmht)
        self.stephen = factories.worker(self.landlord, roles=[Role.PARTNERSHIP_LEAD])
        for place in range(PEOPLE):
            tenant = factories.tenant(self.officer)
            seen = [C.IDENTITY, C.CONTACT] + ([C.MONEY] if place < 5 else [])
            factories.consent(tenant, self.officer, self.cmht, seen)
            if place < 2:
                factories.consent(tenant, self.officer, self.cmht, [C.SAFETY], purpose=Purpose.CARE)

    def draft(self) -> int:
        """The CMHT is no longer told of rent, nor the landlord's own workers of tenancies."""
        with bound(factories.actor(self.stephen)) as actor:
            now = timezone.now()
            number = actions.start_draft(actor, now=now)
            made = Agreement.objects.get(number=number)
            for rule in queries.rules(made.pk):
                wanted = ruling.draft_of(rule)
                drop = set()
                if rule.basis is Basis.CONSENT and rule.use is Use.TENANCY_SUPPORT:
                    drop = {C.MONEY}
                if rule.basis is Basis.OWN_WORK and rule.use is Use.HOUSING:
                    drop = {C.TENANCY}
                left = tuple(c for c in wanted.categories if c not in drop)
                if left != wanted.categories:
                    actions.change_rule(
                        actor,
                        now=now,
                        number=number,
                        rule_id=rule.id,
                        rule=replace(wanted, categories=left),
                        seen=actions.drafting.mark(rule),
                        sure=True,
                    )
        return number

    def counted(self, number: int) -> Preview:
        with bound(factories.actor(self.stephen)) as actor:
            made = actions.ask_preview(actor, now=timezone.now(), number=number)
        previewing.count(made, timezone.now(), batch=2)
        with as_role("postgres"):
            return Preview.objects.get(pk=made)


@pytest.fixture
def area():
    return Area()


def altogether(preview, name):
    return {
        (row["kind"], row["category"]): row[name]
        for row in preview.rows
        if not row["use"] and row[name] != 0
    }


def test_small_numbers_are_hidden_and_others_counted(area):
    preview = area.counted(area.draft())
    assert preview.finished
    assert preview.done == preview.total == PEOPLE
    assert altogether(preview, "gains") == {}
    assert altogether(preview, "loses") == {
        ("landlord", int(C.TENANCY)): PEOPLE,
        ("trust", int(C.MONEY)): 5,
    }
    by_level = {
        (row["use"], row["level"]): row["loses"]
        for row in preview.rows
        if row["use"] and row["category"] == C.TENANCY
    }
    assert by_level == {("housing", "assigned"): PEOPLE, ("housing", "manager"): PEOPLE}


def test_fewer_than_five_are_not_told(area):
    with bound(factories.actor(area.stephen)) as actor:
        number = actions.start_draft(actor, now=timezone.now())
    with as_role("lintel_import"):
        draft = Agreement.objects.get(number=number)
        for rule in Rule.objects.filter(agreement=draft, use="care", basis="consent"):
            rule.categories = [c for c in rule.categories if c != C.SAFETY]
            rule.save()
    preview = area.counted(number)
    assert altogether(preview, "loses") == {("trust", int(C.SAFETY)): None}
    page = text_of(signed_in(area.stephen).get(f"/agreement/{number}/preview/"))
    assert "Fewer than 5" in page


def test_what_was_counted_is_what_happens(area):
    number = area.draft()
    preview = area.counted(number)
    now = timezone.now()
    effective = publishing.midnight(publishing.first_day(now))
    with bound(factories.actor(area.stephen)) as actor:
        actions.publish(
            actor,
            now=now,
            number=number,
            effective=effective,
            review_due=timezone.localdate(effective) + timedelta(days=365),
            sure=True,
        )
    version = Agreement.objects.get(number=number)
    for agency in Agency.objects.filter(pk__in=[area.landlord.pk, area.trust.pk]):
        agreeing.signature(version, agency)
    for worker in Worker.objects.filter(agency__in=[area.landlord, area.trust]):
        agreeing.acceptance(version, worker)
    spreading.run(lambda: now)
    lost = defaultdict(set)
    with as_role("postgres"):
        kinds = dict(Worker.objects.values_list("pk", "agency__kind"))
        before, after = (
            set(
                Sight.objects.filter(valid__contains=moment).values_list(
                    "worker_id", "person_id", "category", "owner_id"
                )
            )
            for moment in (now + timedelta(seconds=1), effective + timedelta(seconds=1))
        )
    assert before, "Nothing is seen: the test would prove nothing."
    assert after < before
    for worker, person, category, _ in before - after:
        lost[kinds[worker], category].add(person)
    assert {key: len(people) for key, people in lost.items()} == altogether(preview, "loses")


def test_the_page_follows_the_count(area):
    number = area.draft()
    client = signed_in(area.stephen)
    address = f"/agreement/{number}/preview/"
    page = text_of(client.get(address))
    assert "Nobody has counted yet" in page
    assert "removed rent and money" in page
    assert "It is being counted" in text_of(client.post(address, follow=True))
    assert "0% counted" in text_of(client.get(address))
    client.post(address)
    with as_role("postgres"):
        (waiting,) = Preview.objects.values_list("pk", flat=True)
    previewing.count(waiting, timezone.now())
    page = text_of(client.get(address))
    assert "Altogether, whatever it is for" in page
    assert "out of date" not in page
    with as_role("lintel_import"):
        Rule.objects.filter(agreement__number=number, use="care").update(detail=Detail.SUMMARY)
    assert "The rules have changed since this was counted" in text_of(client.get(address))


def test_a_count_of_a_draft_thrown_away_ends(area):
    number = area.draft()
    with bound(factories.actor(area.stephen)) as actor:
        made = actions.ask_preview(actor, now=timezone.now(), number=number)
        actions.discard_draft(actor, now=timezone.now(), number=number)
    previewing.count(made, timezone.now())
    with as_role("postgres"):
        assert not Preview.objects.exists()
