"""The pages about the agreement, as signed-in workers and everybody get them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from lintel.agencies.states import AgencyKind, Role
from lintel.kernel.actor import bound
from lintel.kernel.sight.states import Category as C
from lintel.sharing import actions
from lintel.sharing.models import Acceptance, Agreement, AgreementReview, Rule, Signature
from lintel.sharing.queries import agreements as queries
from tests import factories
from tests.sharing import agreeing
from tests.sharing.test_pages import signed_in, text_of

pytestmark = pytest.mark.django_db


class Partnership:
    """A landlord and a trust, their information leads, a partnership lead, and a version."""

    def __init__(self):
        self.landlord = factories.agency(name="Canal Homes")
        self.office = factories.team(self.landlord, name="North office")
        self.officer = factories.worker(self.office, name="Olu Officer", in_loop=False)
        self.trust = factories.agency(AgencyKind.TRUST, name="The Trust")
        self.lee = factories.worker(self.landlord, roles=[Role.INFORMATION_LEAD], name="Lee Lead")
        self.tara = factories.worker(self.trust, roles=[Role.INFORMATION_LEAD], name="Tara Lead")
        self.stephen = factories.worker(
            self.landlord, roles=[Role.PARTNERSHIP_LEAD], name="Stephen Lowe"
        )
        self.one = agreeing.version()

    def draft(self) -> int:
        with bound(factories.actor(self.stephen)) as actor:
            return actions.start_draft(actor, now=timezone.now())


@pytest.fixture
def all_of():
    return Partnership()


def at(number, tail=""):
    return f"/agreement/{number}/{tail}"


def test_everybody_reads_the_public_page_and_no_draft(all_of, client):
    page = text_of(client.get("/how-we-share/"))
    assert "We tell each other." in page
    assert "Say so at once." not in page  # For workers.
    assert "To help keep the tenancy going well, landlords may tell mental health trusts" in page
    assert "If the person says yes." in page
    number = all_of.draft()
    with bound(factories.actor(all_of.stephen)) as actor:
        draft = queries.version(actor, number, timezone.now())
        actions.edit_section(
            actor,
            now=timezone.now(),
            number=number,
            key="about",
            heading="What this is",
            words="A secret plan.",
            public=True,
            seen=actions.drafting.mark(dict(draft.sections[0])),
        )
    assert "A secret plan." not in text_of(client.get("/how-we-share/"))
    assert signed_in(all_of.officer).get(at(number)).status_code == 404
    assert signed_in(all_of.lee).get(at(number)).status_code == 200


def test_a_worker_reads_and_accepts(all_of):
    client = signed_in(all_of.officer)
    page = text_of(client.get("/agreement/"))
    assert f"Read and accept version {all_of.one.number}" in page
    page = text_of(client.get("/agreement/accept/"))
    assert "Say so at once." in page
    assert page.index("What it means for you, today") > page.index("What may be shared with whom")
    assert "Ask first." in page
    posted = client.post("/agreement/accept/", {"version": all_of.one.number}, follow=True)
    assert f"You have accepted version {all_of.one.number}" in text_of(posted)
    assert Acceptance.objects.filter(worker=all_of.officer, agreement=all_of.one).count() == 1
    client.post("/agreement/accept/", {"version": all_of.one.number})
    assert Acceptance.objects.filter(worker=all_of.officer).count() == 1
    assert client.post("/agreement/accept/", {"version": "x"}).status_code == 404


def test_an_information_lead_signs_and_withdraws(all_of):
    client = signed_in(all_of.lee)
    signatures = at(all_of.one.number, "signatures/")
    assert client.get("/agreement/signatures/").url == signatures
    assert "Your agency has not signed this version" in text_of(client.get(signatures))
    page = text_of(client.post(at(all_of.one.number, "sign"), follow=True))
    assert "Canal Homes signed on" in page
    assert "by Lee Lead" in page
    client.post(at(all_of.one.number, "sign"))
    assert Signature.objects.filter(agency=all_of.landlord, agreement=all_of.one).count() == 1
    page = text_of(client.post(at(all_of.one.number, "withdraw"), {"words": "Why"}))
    assert "Say why your agency withdraws" in page
    typed = {"words": "We are leaving the partnership."}
    page = text_of(client.post(at(all_of.one.number, "withdraw"), typed, follow=True))
    assert "Withdrew on" in page
    assert "We are leaving the partnership." in page
    again = client.post(at(all_of.one.number, "withdraw"), typed)
    assert "has withdrawn already" in text_of(again)
    client.post(at(all_of.one.number, "sign"))
    assert Signature.objects.filter(agency=all_of.landlord, agreement=all_of.one).count() == 2


def test_the_officer_can_do_none_of_it(all_of):
    client = signed_in(all_of.officer)
    number = all_of.draft()
    for path in ("sign", "withdraw", "remind"):
        assert client.post(at(all_of.one.number, path)).status_code == 403
    assert client.get(at(all_of.one.number, "waiting/")).status_code == 403
    assert client.post("/agreement/start").status_code == 403
    assert client.get("/agreement/reviews/new").status_code == 403
    for path in ("edit/", "edit/front", "edit/rules/new", "preview/", "publish"):
        assert client.get(at(number, path)).status_code == 403


def rule_typed(rule, **more):
    from lintel.sharing.forms_agreement import typed_from

    typed = typed_from(rule)
    if not typed["second"]:
        del typed["second"]
    return {**typed, **more}


def test_a_draft_is_written_compared_and_published(all_of):
    client = signed_in(all_of.stephen)
    page = client.post("/agreement/start", follow=True)
    number = all_of.one.number + 1
    assert page.redirect_chain[-1][0] == at(number, "edit/")
    assert client.post("/agreement/start", follow=True).redirect_chain[-1][0] == at(number, "edit/")
    page = client.get(at(number, "edit/sections/about/"))
    seen = _hidden(page, "seen")
    typed = {"heading": "What this is", "words": "We ask, then tell.", "public": "yes"}
    assert (
        client.post(at(number, "edit/sections/about/"), {**typed, "seen": seen}).status_code == 302
    )
    # Somebody who had opened it before is told, keeps what they wrote, and may decide.
    late = client.post(
        at(number, "edit/sections/about/"),
        {**typed, "words": "We wait, then tell.", "seen": seen},
    )
    assert "Somebody else has changed this" in text_of(late)
    assert "We wait, then tell." in text_of(late)
    assert "We ask, then tell." in text_of(late)
    again = _hidden(late, "seen")
    saved = client.post(
        at(number, "edit/sections/about/"),
        {**typed, "words": "We wait, then tell.", "seen": again},
    )
    assert saved.status_code == 302

    draft = Agreement.objects.get(number=number)
    asked = next(r for r in queries.rules(draft.pk) if r.givers == ("landlord",))
    address = at(number, f"edit/rules/{asked.id}/")
    seen = _hidden(client.get(address), "seen")
    wider = rule_typed(asked, categories=["1", "2", "6"], seen=seen)
    assert client.post(address, wider).status_code == 302
    page = text_of(client.get(at(number, "compare/")))
    assert "What may be told: added safety." in page
    assert "<del>" in client.get(at(number, "compare/")).content.decode()

    page = client.get(at(number, "publish"))
    assert "agencies" in text_of(page)
    tomorrow = timezone.localdate() + timedelta(days=3)
    wrong = client.post(at(number, "publish"), {"effective": "today", "review_due": "1/1/2020"})
    assert "There is a problem" in text_of(wrong)
    typed = {
        "effective": tomorrow.strftime("%d/%m/%Y"),
        "review_due": (tomorrow + timedelta(days=365)).strftime("%d/%m/%Y"),
    }
    page = client.post(at(number, "publish"), typed, follow=True)
    assert f"Version {number} is published" in text_of(page)
    draft.refresh_from_db()
    assert timezone.localdate(draft.effective) == tomorrow
    assert draft.published_by == all_of.stephen
    assert client.get(at(number, "edit/")).status_code == 404


def _hidden(response, name):
    import re

    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', response.content.decode())
    assert found, name
    return found.group(1)


def test_rules_are_removed_put_back_and_guarded(all_of):
    client = signed_in(all_of.stephen)
    number = all_of.draft()
    draft = Agreement.objects.get(number=number)
    own = next(r for r in queries.rules(draft.pk) if r.givers == ("own",))
    address = at(number, f"edit/rules/{own.id}/remove")
    page = text_of(client.post(address))
    assert "Agencies’ own workers would stop seeing their own records" in page
    assert Rule.objects.filter(pk=own.id).exists()
    assert client.post(address, {"sure": "on"}).status_code == 302
    assert not Rule.objects.filter(pk=own.id).exists()
    page = text_of(client.get(at(number, "edit/")))
    assert "Removed" in page
    assert own.follows is not None
    client.post(at(number, f"edit/rules/{own.follows}/restore"))
    assert {r.use for r in queries.rules(draft.pk)} == {r.use for r in queries.rules(all_of.one.pk)}
    assert "Removed" not in text_of(client.get(at(number, "compare/")))
    # A section goes, and comes back in its place.
    client.post(at(number, "edit/sections/about/remove"))
    draft.refresh_from_db()
    assert [s["key"] for s in draft.sections] == ["breaches", "practice"]
    client.post(at(number, "edit/sections/about/restore"))
    draft.refresh_from_db()
    assert draft.sections == all_of.one.sections


def test_a_rule_that_is_not_complete_is_refused(all_of):
    client = signed_in(all_of.stephen)
    number = all_of.draft()
    address = at(number, "edit/rules/new")
    law = rule_typed(agreeing.ASKED, basis="statute")
    assert "Name the law" in text_of(client.post(address, law))
    interest = rule_typed(agreeing.ASKED, basis="public_interest")
    assert "Say who authorises it" in text_of(client.post(address, interest))
    nobody = rule_typed(agreeing.ASKED, receivers=[])
    assert "Select who may be told" in text_of(client.post(address, nobody))
    long = rule_typed(agreeing.ASKED, retention_months="301")
    assert "300" in text_of(client.post(address, long))
    own = rule_typed(agreeing.ASKED, basis="own_work")
    assert "own record" in text_of(client.post(address, own))
    named = rule_typed(agreeing.ASKED, basis="statute", statute="Care Act 2014, section 6")
    assert client.post(address, named).status_code == 302
    assert Rule.objects.filter(statute="Care Act 2014, section 6").exists()


def test_the_matrix_is_a_table_and_a_file(all_of):
    client = signed_in(all_of.officer)
    page = text_of(client.get(at(all_of.one.number, "rules/") + "?giver=landlord"))
    assert "Mental health trusts" in page
    assert "Consent" in page
    csv = client.get(at(all_of.one.number, "rules.csv")).content.decode("utf-8-sig")
    assert "if the person says yes" in csv.lower()
    assert csv.count("\r\n") == 3
    from io import BytesIO

    from openpyxl import load_workbook

    xlsx = client.get(at(all_of.one.number, "rules.xlsx"))
    rows = list(load_workbook(BytesIO(xlsx.content)).active.iter_rows(values_only=True))
    assert len(rows) == 4
    assert rows[1][0] == "What for"


def test_who_is_not_ready_by_name(all_of):
    agreeing.signature(all_of.one, all_of.landlord)
    page = text_of(signed_in(all_of.stephen).get(at(all_of.one.number, "waiting/")))
    assert "The Trust" in page
    assert "Olu Officer" in page
    assert "Tara Lead" in page  # Her agency signed the version before.
    page = text_of(signed_in(all_of.tara).get(at(all_of.one.number, "waiting/")))
    assert "Tara Lead" in page
    assert "Olu Officer" not in page  # Another agency's workers are not hers to see.
    sent = signed_in(all_of.stephen).post(at(all_of.one.number, "remind"), follow=True)
    assert "Reminders are on their way" in text_of(sent)
    other = signed_in(all_of.tara).post(
        at(all_of.one.number, "remind"), {"agency": all_of.landlord.pk}
    )
    assert other.status_code == 403


def test_a_review_is_written_down(all_of):
    client = signed_in(all_of.stephen)
    page = text_of(client.get("/agreement/reviews/"))
    assert "No review is written down yet" in page
    typed = {
        "held_on": "today",
        "found": "Tenants said that asking early works. Nobody was hurt.",
        "decision": "keep",
        "next_due": (timezone.localdate() + timedelta(days=360)).strftime("%d/%m/%Y"),
    }
    page = text_of(client.post("/agreement/reviews/new", typed, follow=True))
    assert "Carry on as it is" in page
    made = AgreementReview.objects.get()
    assert "asking early works" in text_of(
        signed_in(all_of.officer).get(f"/agreement/reviews/{made.pk}/")
    )
    late = {**typed, "next_due": (timezone.localdate() + timedelta(days=900)).strftime("%d/%m/%Y")}
    assert "within 15 months" in text_of(client.post("/agreement/reviews/new", late))


def test_a_draft_is_thrown_away(all_of):
    client = signed_in(all_of.stephen)
    number = all_of.draft()
    assert "Throw it away" in text_of(client.get(at(number, "edit/discard")))
    client.post(at(number, "edit/discard"))
    assert not Agreement.objects.filter(number=number).exists()
    assert C.IDENTITY in {c for r in queries.rules(all_of.one.pk) for c in r.categories}
