"""Who may do what with the agreement, what a rule must be like, and what the database refuses."""

from dataclasses import replace
from datetime import timedelta

import pytest
import textstat
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.utils import timezone

from lintel.agencies.states import AgencyKind, Role
from lintel.kernel.actor import Actor, as_system, bound
from lintel.kernel.errors import Conflict, Denied, Invalid, NotFound
from lintel.kernel.models import Event, Message
from lintel.kernel.sight.states import Category as C
from lintel.sharing import actions, changes, policy, prompting, ruling, sentences, shipped_words
from lintel.sharing.actions import publishing
from lintel.sharing.models import Acceptance, Agreement, AgreementReview, Rule, Signature
from lintel.sharing.queries import agreement_signing as signing
from lintel.sharing.queries import agreements as queries
from lintel.sharing.states import OWN, Basis, Detail, Level, Use
from tests import factories
from tests.sharing import agreeing
from tests.sharing.agreeing import ASKED, OWN_WORK
from tests.support.db import as_role

db = pytest.mark.django_db


def actor(*roles: str, integration: int | None = None) -> Actor:
    return Actor(
        worker_id=1,
        user_id=1,
        agency_id=1,
        name="A",
        roles=frozenset(roles),
        integration_id=integration,
    )


NOBODY, INFORMATION, PARTNERSHIP, MANAGER = (
    actor(),
    actor(Role.INFORMATION_LEAD),
    actor(Role.PARTNERSHIP_LEAD),
    actor(Role.MANAGER),
)
SYSTEM = actor(Role.INFORMATION_LEAD, Role.PARTNERSHIP_LEAD, integration=7)


@pytest.mark.parametrize(
    ("gate", "allowed"),
    [
        (policy.draft, [PARTNERSHIP]),
        (policy.sign, [INFORMATION]),
        (policy.see_unready, [INFORMATION, PARTNERSHIP, MANAGER]),
    ],
)
def test_who_may_do_what(gate, allowed):
    for who in (NOBODY, INFORMATION, PARTNERSHIP, MANAGER, SYSTEM):
        if who in allowed:
            gate(who)
        else:
            with pytest.raises(Denied) as refused:
                gate(who)
            assert refused.value.reason


@pytest.mark.parametrize(
    ("read", "allowed"),
    [
        (policy.may_draft, [PARTNERSHIP]),
        (policy.may_sign, [INFORMATION]),
        (policy.may_read_draft, [INFORMATION, PARTNERSHIP]),
        (policy.may_see_unready, [INFORMATION, PARTNERSHIP, MANAGER]),
    ],
)
def test_what_is_offered_to_whom(read, allowed):
    for who in (NOBODY, INFORMATION, PARTNERSHIP, MANAGER, SYSTEM):
        assert read(who) is (who in allowed)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"categories": ()}, "categories"),
        ({"givers": ()}, "givers"),
        ({"receivers": ()}, "receivers"),
        ({"levels": ()}, "levels"),
        ({"basis": Basis.STATUTE}, "statute"),
        ({"basis": Basis.STATUTE, "statute": "  "}, "statute"),
        ({"basis": Basis.PUBLIC_INTEREST}, "authoriser"),
        ({"retention_months": 0}, "retention_months"),
        ({"retention_months": ruling.LONGEST_KEPT + 1}, "retention_months"),
        ({"basis": Basis.OWN_WORK}, "basis"),
        ({"use": Use.HOUSING}, "use"),
        ({"givers": (OWN, "trust")}, "receivers"),
        ({"use": Use.REQUEST, "basis": Basis.VITAL}, "basis"),
        ({"use": Use.EMERGENCY}, "basis"),
    ],
)
def test_what_a_rule_must_be_like(change, field):
    assert not ruling.wrong(ASKED)
    assert not ruling.wrong(OWN_WORK)
    assert field in ruling.wrong(replace(ASKED, **change))


def test_own_work_is_missed_when_it_goes():
    less = replace(OWN_WORK, categories=(C.IDENTITY, C.CONTACT))
    assert ruling.own_lost([OWN_WORK], [OWN_WORK, ASKED]) == ""
    assert "their home and tenancy" in ruling.own_lost([OWN_WORK], [less])
    # The same from two rules is not lost.
    rest = replace(OWN_WORK, categories=(C.TENANCY,))
    assert ruling.own_lost([OWN_WORK], [less, rest]) == ""


def test_a_rule_in_words():
    law = replace(
        ASKED,
        basis=Basis.STATUTE,
        statute="Care Act 2014, section 6",
        authoriser="an information lead",
        detail=Detail.SUMMARY,
        retention_months=18,
    )
    assert sentences.sentence(law) == (
        "To help keep the tenancy going well, landlords may tell mental health trusts (the"
        " assigned worker and other members of the team): who they are (name, date of birth); and"
        " how to reach them. Where a law allows it: Care Act 2014, section 6. An information lead"
        " must authorise it. Only the facts, not what workers wrote. Kept for 18 months after the"
        " reason to share has ended."
    )
    assert "may see what it holds itself" in sentences.sentence(OWN_WORK)


def test_the_shipped_words_are_whole():
    keys = [s["key"] for s in shipped_words.SECTIONS]
    assert len(keys) == len(set(keys))
    assert "practice" in keys
    for section in shipped_words.SECTIONS:
        assert set(section) == {"key", "heading", "words", "public"}
        assert section["words"].strip() == section["words"]
    everybody = " ".join(s["words"] for s in shipped_words.SECTIONS if s["public"])
    assert "you will not lose your home for it" in everybody


def plain_sentences(words):
    """The words with a full stop after each point of a list."""
    lines = [line.removeprefix("- ") for line in words.split("\n") if line.strip()]
    return " ".join(x if x[-1] in ".?!" else f"{x.rstrip(';:,')}." for x in lines)


@pytest.mark.parametrize(
    "section", [s for s in shipped_words.SECTIONS if s["public"]], ids=lambda s: s["key"]
)
def test_a_child_of_eleven_can_read_what_is_public(section):
    """Flesch and Kincaid's grade: 6 is the end of the school year in which they turn 11."""
    assert textstat.flesch_kincaid_grade(plain_sentences(section["words"])) <= 6.0


def test_all_of_it_together_is_for_ten_year_olds():
    public = [plain_sentences(s["words"]) for s in shipped_words.SECTIONS if s["public"]]
    assert textstat.flesch_kincaid_grade(" ".join(public)) <= 5.5


@db
def test_the_shipped_rules_pass_their_own_checks():
    one = queries.in_force(timezone.now())
    assert one is not None
    found = queries.rules(one.id)
    assert found
    assert [ruling.wrong(ruling.draft_of(rule)) for rule in found] == [{}] * len(found)
    assert ruling.own_cells(found)
    for rule in found:
        assert sentences.sentence(rule).endswith(".")


def test_versions_are_compared_rule_by_rule():
    class Kept:
        def __init__(self, rule, number, follows=None):
            self._rule, self.id, self.follows = rule, number, follows

        def __getattr__(self, name):
            return getattr(self._rule, name)

    before = [Kept(OWN_WORK, 1), Kept(ASKED, 2), Kept(replace(ASKED, use=Use.CARE), 3)]
    after = [
        Kept(OWN_WORK, 11, 1),
        Kept(replace(ASKED, categories=(C.IDENTITY, C.MONEY), levels=(Level.LINK,)), 12, 2),
        Kept(replace(ASKED, use=Use.SAFETY), 13),
    ]
    found = changes.rules(before, after)
    assert [(c.verb, c.before and c.before.id, c.after and c.after.id) for c in found] == [
        ("Changed", 2, 12),
        ("Added", None, 13),
        ("Removed", 3, None),
    ]
    assert found[0].words == [
        "What may be told: added rent and money; removed how to reach them.",
        "Which workers: added link workers; removed the assigned worker and other members of the"
        " team.",
    ]
    # Over two versions, by way of the one between; and without ancestors, by what is said.
    assert changes.rules(before[:1], [Kept(OWN_WORK, 21, 11)], {11: 1}) == []
    assert changes.rules(before[:1], [Kept(OWN_WORK, 21)]) == []


class Partnership:
    def __init__(self):
        self.landlord = factories.agency()
        self.trust = factories.agency(AgencyKind.TRUST)
        self.lee = factories.worker(self.landlord, roles=[Role.INFORMATION_LEAD])
        self.tara = factories.worker(self.trust, roles=[Role.INFORMATION_LEAD])
        self.stephen = factories.worker(self.landlord, roles=[Role.PARTNERSHIP_LEAD])
        self.one = agreeing.version()


@pytest.fixture
def all_of():
    return Partnership()


def acting(worker):
    return bound(factories.actor(worker))


@db
def test_dates_of_versions_only_go_forward(all_of):
    now = timezone.now()
    day = publishing.first_day(now)
    assert publishing.midnight(day) >= now + publishing.NOTICE
    with acting(all_of.stephen) as who:
        number = actions.start_draft(who, now=now)
        year = day + timedelta(days=365)
        for effective, review, field in (
            (now, year, "effective"),
            (now + timedelta(minutes=59), year, "effective"),
            (now + timedelta(days=400), year, "effective"),
            (publishing.midnight(day), day, "review_due"),
            (publishing.midnight(day), day + timedelta(days=600), "review_due"),
        ):
            with pytest.raises(Invalid) as wrong:
                actions.publish(who, now=now, number=number, effective=effective, review_due=review)
            assert field in wrong.value.errors
        actions.publish(
            who,
            now=now,
            number=number,
            effective=publishing.midnight(day),
            review_due=year,
            sure=True,
        )
        second = actions.start_draft(who, now=now)
        with pytest.raises(Invalid, match="begins after it"):
            actions.publish(
                who,
                now=now,
                number=second,
                effective=publishing.midnight(day),
                review_due=year,
                sure=True,
            )


@db
def test_own_work_is_asked_about_once_more_when_publishing(all_of):
    now = timezone.now()
    day = publishing.first_day(now)
    with acting(all_of.stephen) as who:
        number = actions.start_draft(who, now=now)
        draft = Agreement.objects.get(number=number)
        own = next(r for r in queries.rules(draft.pk) if sentences.is_own(r))
        actions.remove_rule(who, now=now, number=number, rule_id=own.id, sure=True)
        values = {
            "effective": publishing.midnight(day),
            "review_due": day + timedelta(days=365),
        }
        with pytest.raises(Invalid) as wrong:
            actions.publish(who, now=now, number=number, **values)
        assert "sure" in wrong.value.errors
        for rule in queries.rules(draft.pk):
            actions.remove_rule(who, now=now, number=number, rule_id=rule.id, sure=True)
        with pytest.raises(Invalid, match="no rules"):
            actions.publish(who, now=now, number=number, sure=True, **values)


@db
def test_what_is_published_tells_the_leads_and_is_an_event(all_of):
    now = timezone.now()
    day = publishing.first_day(now)
    with acting(all_of.stephen) as who:
        number = actions.start_draft(who, now=now)
        actions.publish(
            who,
            now=now,
            number=number,
            effective=publishing.midnight(day),
            review_due=day + timedelta(days=365),
        )
    with as_system():
        told = set(Message.objects.filter(link="/agreement/").values_list("to_user_id", flat=True))
    assert {all_of.lee.user_id, all_of.tara.user_id} <= told
    with as_role("postgres"):
        verbs = list(Event.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs[-2:] == ["sharing.agreement_drafted", "sharing.agreement_published"]


@db
def test_versions_that_are_over_are_neither_signed_nor_accepted(all_of):
    over = queries.before(queries.in_force(timezone.now()), timezone.now())
    with acting(all_of.lee) as who, pytest.raises(Conflict):
        actions.sign_agreement(who, now=timezone.now(), agreement_id=over.id)
    with acting(all_of.lee) as who, pytest.raises(Conflict):
        actions.accept_agreement(who, now=timezone.now(), agreement_id=over.id)
    with acting(all_of.stephen) as who:
        number = actions.start_draft(who, now=timezone.now())
    draft = Agreement.objects.get(number=number)
    with acting(all_of.lee) as who, pytest.raises(NotFound):
        actions.sign_agreement(who, now=timezone.now(), agreement_id=draft.pk)


@db
def test_reminders_go_once_and_then_rest(all_of):
    now = timezone.now()
    agreeing.signature(all_of.one, all_of.trust)
    prompting.of_the_day(now)
    prompting.of_the_day(now + timedelta(days=2))

    def sent(link):
        with as_system():
            found = Message.objects.filter(link=link).values_list("to_user_id", flat=True)
            return sorted(found)

    assert sent(prompting.SIGN).count(all_of.lee.user_id) == 1
    assert all_of.tara.user_id not in sent(prompting.SIGN)
    prompting.of_the_day(now + timedelta(days=7))
    assert sent(prompting.SIGN).count(all_of.lee.user_id) == 2
    prompting.of_the_day(now + timedelta(days=60))
    assert sent(prompting.SIGN).count(all_of.lee.user_id) == 2  # It gave up: not for ever.
    assert sent(prompting.REVIEWS) == []
    prompting.of_the_day(now + timedelta(days=290))
    prompting.of_the_day(now + timedelta(days=310))
    assert sent(prompting.REVIEWS) == [all_of.stephen.user_id] * 2
    # By hand: whoever has yet to accept, of one agency or of all.
    agreeing.acceptance(all_of.one, all_of.lee)
    prompting.who_waits(all_of.one.pk, all_of.landlord.pk, now)
    assert sent(prompting.ACCEPT) == [all_of.stephen.user_id]
    prompting.who_waits(all_of.one.pk, None, now)
    assert all_of.tara.user_id in sent(prompting.ACCEPT)
    assert all_of.lee.user_id not in sent(prompting.ACCEPT)


@db
def test_a_review_moves_the_day_of_the_next(all_of):
    now = timezone.now()
    late = now + timedelta(days=301)
    waits = signing.waits(factories.actor(all_of.stephen), late)
    assert [(w.what, w.late) for w in waits if w.what == "review"] == [("review", True)]
    with acting(all_of.stephen) as who:
        actions.record_review(
            who,
            now=now,
            number=all_of.one.number,
            held_on=timezone.localdate(now),
            found="All of it was read with tenants, and it holds.",
            decision="keep",
            next_due=timezone.localdate(now) + timedelta(days=365),
        )
    waits = signing.waits(factories.actor(all_of.stephen), late)
    assert "review" not in [w.what for w in waits]


# Raw SQL as the application's role ----------------------------------------------------------------


def refused(sql, *params):
    """The statement changes nothing: it fails, or finds no row."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, params)
            return cursor.rowcount == 0
    except DatabaseError:
        return True


@db
def test_a_published_version_can_not_be_touched(all_of):
    one = all_of.one.pk
    with acting(all_of.stephen):
        for sql in (
            "UPDATE sharing_agreement SET title = 'x' WHERE id = %s",
            "UPDATE sharing_agreement SET sections = '[]' WHERE id = %s",
            "UPDATE sharing_agreement SET effective = NULL, published = NULL WHERE id = %s",
            "DELETE FROM sharing_agreement WHERE id = %s",
            "UPDATE sharing_rule SET categories = '{1,8}' WHERE agreement_id = %s",
            "DELETE FROM sharing_rule WHERE agreement_id = %s",
            "INSERT INTO sharing_rule (agreement_id, use, categories, givers, receivers, levels,"
            " basis, statute, authoriser, second, detail, retention_months) VALUES"
            " (%s, 'care', '{8}', '{trust}', '{landlord}', '{team}', 'consent', '', '', false,"
            " 2, 72)",
        ):
            assert refused(sql, one), sql
        # Nor may a rule of a draft be moved into it.
        number = actions.start_draft(factories.actor(all_of.stephen), now=timezone.now())
        moved = "UPDATE sharing_rule SET agreement_id = %s WHERE agreement_id = %s"
        draft = Agreement.objects.get(number=number)
        assert refused(moved, one, draft.pk)


@db
def test_a_version_is_published_ahead_of_its_date_by_who_is_bound(all_of):
    with acting(all_of.stephen) as who:
        number = actions.start_draft(who, now=timezone.now())
    draft = Agreement.objects.get(number=number).pk
    sql = (
        "UPDATE sharing_agreement SET published = now(), published_by_id = %s, effective = {}"
        " WHERE id = %s"
    )
    with acting(all_of.stephen):
        for moment in ("now()", "now() - interval '1 year'", "now() + interval '40 minutes'"):
            assert refused(sql.format(moment), all_of.stephen.pk, draft), moment
        day = "now() + interval '1 day'"
        assert refused(sql.format(day), all_of.lee.pk, draft)
        assert not refused(sql.format(day), all_of.stephen.pk, draft)


@db
def test_nobody_else_writes_a_draft(all_of):
    with acting(all_of.stephen) as who:
        number = actions.start_draft(who, now=timezone.now())
    draft = Agreement.objects.get(number=number)
    with acting(all_of.lee):
        for sql in (
            "UPDATE sharing_agreement SET title = 'x' WHERE id = %s",
            "UPDATE sharing_agreement SET effective = now(), published = now() WHERE id = %s",
            "DELETE FROM sharing_agreement WHERE id = %s",
            "DELETE FROM sharing_rule WHERE agreement_id = %s",
        ):
            assert refused(sql, draft.pk), sql
        assert refused(
            "INSERT INTO sharing_preview (agreement_id, asked, asked_by_id, fingerprint, moment,"
            " total, done, rows) VALUES (%s, now(), %s, '', now(), 0, 0, '[]')",
            draft.pk,
            all_of.lee.pk,
        )
    assert Rule.objects.filter(agreement=draft).exists()


@db
def test_nobody_signs_or_accepts_for_another(all_of):
    sign = (
        "INSERT INTO sharing_signature (agreement_id, agency_id, signed, signed_by_id, ended_words)"
        " VALUES (%s, %s, now(), %s, '')"
    )
    one, lee, stephen = all_of.one.pk, all_of.lee, all_of.stephen
    with acting(lee):
        assert refused(sign, one, all_of.trust.pk, lee.pk)
        assert refused(sign, one, all_of.landlord.pk, all_of.tara.pk)
        accept = (
            "INSERT INTO sharing_acceptance (agreement_id, worker_id, accepted)"
            " VALUES (%s, %s, now())"
        )
        assert refused(accept, one, stephen.pk)
    with acting(stephen):
        assert refused(sign, one, all_of.landlord.pk, stephen.pk)
    made = agreeing.signature(all_of.one, all_of.trust)
    with acting(lee):
        end = "UPDATE sharing_signature SET ended = now(), ended_by_id = %s WHERE id = %s"
        assert refused(end, lee.pk, made.pk)
        assert refused("DELETE FROM sharing_signature WHERE id = %s", made.pk)
    # And a withdrawal isn't undone by taking the end away.
    with acting(all_of.tara) as who:
        actions.withdraw_signature(
            who, now=timezone.now(), agreement_id=one, words="We are leaving."
        )
        assert refused("UPDATE sharing_signature SET ended = NULL WHERE id = %s", made.pk)
    assert Signature.objects.get(pk=made.pk).ended is not None
    assert not Acceptance.objects.filter(agreement=all_of.one).exists()
    assert not AgreementReview.objects.exists()
