"""What the person says in their own view. Each takes the account first."""

from collections.abc import Collection
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from lintel.kernel import events
from lintel.kernel.actor import Account
from lintel.kernel.clock import due_at
from lintel.kernel.errors import Invalid, NotFound
from lintel.kernel.sight.states import Category
from lintel.people import queries as people
from lintel.portal import policy, queries
from lintel.portal.models import Ask, Remark, Wish
from lintel.portal.states import FACTS, HELP_WITHIN, REMARK_WITHIN, Day, RemarkKind, Useful, Way

# Sent twice within this time, the same words are one ask: a double press, or a page sent again.
TWICE_SECONDS = 120


def say_wish(
    account: Account,
    *,
    now: datetime,
    ways: Collection[Way],
    by_whom: str,
    language: str,
    large_print: bool,
    never_on: Collection[Day],
    words: str,
) -> None:
    """How the person wants to be contacted, from now on. Raises Denied, and Invalid (ways)."""
    policy.only_self(account)
    if not ways:
        raise Invalid({"ways": "Choose at least one way that is fine for you"})
    with transaction.atomic():
        made = Wish.objects.create(
            person_id=account.person_id,
            said=now,
            said_by_id=account.user_id,
            ways=[str(way) for way in ways],
            by_whom=by_whom,
            language=language,
            large_print=large_print,
            never_on=sorted(int(day) for day in never_on),
            words=words,
        )
        events.record(
            None,
            "portal.wish_said",
            now=now,
            subject=("wish", made.pk),
            person_id=account.person_id,
            data={"account": account.user_id},
        )


def ask_for_help(
    account: Account, *, now: datetime, team_id: int, words: str, reach_words: str
) -> int:
    """Ask a team around the person, or the one-stop shop, for help; answers the ask's number.

    No question about the nature of the difficulty is asked, and none is needed (mission C7). It
    waits with the team under a clock. Raises Denied, and Invalid (team, words, reach_words).
    """
    policy.only_self(account)
    wrong: dict[str, str] = {}
    if team_id not in {one.id for one in queries.helpers_to_ask(account, now=now)}:
        wrong["team"] = "Choose who to ask"
    if not words.strip():
        wrong["words"] = "Write what would help you"
    if not reach_words.strip():
        wrong["reach_words"] = "Write how we can reach you"
    if wrong:
        raise Invalid(wrong)
    earlier = Ask.objects.filter(
        person_id=account.person_id, team_id=team_id, words=words, answered__isnull=True
    ).order_by("-made")
    last = earlier.first()
    if last is not None and (now - last.made).total_seconds() < TWICE_SECONDS:
        return last.pk
    with transaction.atomic():
        made = Ask.objects.create(
            person_id=account.person_id,
            asked_by_id=account.user_id,
            team_id=team_id,
            name=people.own_person(account).name,
            words=words,
            reach_words=reach_words,
            made=now,
            due=due_at(HELP_WITHIN, now),
        )
        events.record(
            None,
            "portal.asked",
            now=now,
            subject=("ask", made.pk),
            person_id=account.person_id,
            data={"account": account.user_id, "team": team_id},
        )
    return made.pk


def say_about(
    account: Account, *, now: datetime, note_id: int, kind: RemarkKind, words: str
) -> int:
    """Say that an entry is wrong, or one's own side of it; it stands beside the entry from now on.

    Raises NotFound for an entry that the person doesn't see, Denied, and Invalid (words).
    """
    policy.only_self(account)
    note = next((n for n in people.own_notes(account) if n.id == note_id), None)
    if note is None:
        raise NotFound
    if not words.strip():
        raise Invalid({"words": "Write what you want to say"})
    one = Remark(owner_id=note.owner_id, category=note.category, note_id=note_id)
    return _remark(account, one, now=now, kind=kind, words=words, writer_id=note.written_by_id)


def say_about_fact(
    account: Account,
    *,
    now: datetime,
    agency_id: int,
    category: Category,
    kind: RemarkKind,
    words: str,
) -> int:
    """Say the same of what an agency holds that isn't a note: a name, a home, a phone number.

    The person asks for it to be put right (UK GDPR, article 16); those of the agency who work
    with them are told. Raises Denied, and Invalid (agency, category, words).
    """
    policy.only_self(account)
    wrong: dict[str, str] = {}
    if agency_id not in people.own_agencies(account):
        wrong["agency"] = "Choose who should read this"
    if category not in FACTS:
        wrong["category"] = "Choose what it is about"
    if not words.strip():
        wrong["words"] = "Write what you want to say"
    if wrong:
        raise Invalid(wrong)
    one = Remark(owner_id=agency_id, category=category)
    return _remark(account, one, now=now, kind=kind, words=words)


def _remark(
    account: Account,
    one: Remark,
    *,
    now: datetime,
    kind: RemarkKind,
    words: str,
    writer_id: int | None = None,
) -> int:
    """Keep it, unless it was said already; whoever answers is told."""
    waiting = Remark.objects.filter(
        person_id=account.person_id,
        owner_id=one.owner_id,
        category=one.category,
        words=words,
        kind=kind,
        answered__isnull=True,
    )
    about = waiting.filter(note_id=one.note_id) if one.note_id else waiting.filter(note=None)
    same = about.first()
    if same is not None:
        return same.pk
    one.person_id, one.said_by_id = account.person_id, account.user_id
    one.kind, one.words, one.said = kind, words, now
    one.due = due_at(REMARK_WITHIN, now)
    with transaction.atomic():
        one.save(force_insert=True)
        data = {"account": account.user_id} | ({"writer": writer_id} if writer_id else {})
        events.record(
            None,
            "portal.remarked",
            now=now,
            subject=("remark", one.pk),
            person_id=account.person_id,
            owner_id=one.owner_id,
            data=data,
        )
    return one.pk


def give_feedback(account: Account, *, now: datetime, useful: Useful, words: str) -> None:
    """Say what one thinks of these pages; kept without whose it is, and with the day alone."""
    with connection.cursor() as cursor:
        # Nobody but the partnership's lead reads it back, so not even its number is answered.
        cursor.execute(
            "INSERT INTO portal_feedback (said, useful, words) VALUES (%s, %s, %s)",
            [timezone.localdate(now), str(useful), words],
        )


def note_look(account: Account, *, now: datetime, page: str, relation: str) -> None:
    """Write down that a carer or advocate looked at a page; the person can see it."""
    events.record(
        None,
        "portal.looked",
        now=now,
        subject=("account", account.user_id),
        person_id=account.person_id,
        data={"kind": account.kind, "relation": relation, "page": page},
    )
