"""Consent in the demonstration area that soon ends; and sharing on another basis, at each stage."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connections, transaction

from lintel.kernel.sight.states import Category as C
from lintel.sharing.states import Basis, Capacity, Explained, Purpose, Said

DAY = timedelta(days=1)
PERSON, OFFICER, NURSE = "Peter Langton", "Ruth Adeyemi", "Siobhan Reilly"
LEAD = "Marcus Webb"
TRUST, TEAM = "shethern-valley-trust", "cmht-north"
TALK = UUID("5f0c0c1e-51d1-4c1e-9c3e-0d6f2b7a9e10")
# Purpose, and to each category yes or no: what the officer's landlord may tell the team.
SAID = (
    (Purpose.TENANCY_SUPPORT, {C.IDENTITY: True, C.CONTACT: True, C.MONEY: False}),
    (Purpose.CARE, {C.IDENTITY: True, C.SUPPORT_NEEDS: True}),
)


@dataclass(frozen=True)
class Told:
    """What the trust tells the officer's team without Peter's yes, and whether he knows."""

    ago: timedelta
    categories: tuple[C, ...]
    words: str
    authorised: str = ""
    told_words: str = ""
    not_told_words: str = ""


STORY = (
    Told(
        30 * DAY,
        (C.IDENTITY, C.SAFETY),
        "A man who took money from Peter before has been seen at the gate. The office has to know"
        " whom not to let in.",
        authorised="It is one fact, to one team, and it keeps Peter from harm.",
        not_told_words="Peter gets very frightened of this man. His team plans how to tell him.",
    ),
    Told(
        DAY,
        (C.IDENTITY, C.SUPPORT_NEEDS),
        "Peter is moving between his sister’s and his flat, and does not answer. The office should"
        " know that he is safe, and not force the door.",
        told_words="Siobhan told Peter by phone. He said: that is fine, I should have rung.",
    ),
)


def fill(now: datetime, alias: str = "owner") -> None:
    """Write the story into an area that has its people; nothing in any other."""
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute("SET LOCAL ROLE lintel_import")
        who = _who(cursor)
        if who is not None:
            _consent(cursor, who, now)
            for one in STORY:
                _basis(cursor, who, one, now)
        cursor.execute("RESET ROLE")


def _who(cursor: Any) -> dict[str, int] | None:
    cursor.execute(
        "SELECT (SELECT min(id) FROM people_person WHERE name = %s),"
        " officer.id, officer.agency_id, place.team_id, nurse.id, nurse.agency_id, lead.id, team.id"
        " FROM agencies_worker officer"
        " JOIN agencies_membership place ON place.worker_id = officer.id"
        " CROSS JOIN agencies_worker nurse CROSS JOIN agencies_worker lead"
        " CROSS JOIN agencies_team team JOIN agencies_agency trust ON trust.id = team.agency_id"
        " WHERE officer.name = %s AND nurse.name = %s AND lead.name = %s"
        " AND team.slug = %s AND trust.slug = %s"
        " AND nurse.agency_id = trust.id AND lead.agency_id = trust.id LIMIT 1",
        [PERSON, OFFICER, NURSE, LEAD, TEAM, TRUST],
    )
    found = cursor.fetchone()
    if found is None or found[0] is None:
        return None
    names = ("person", "officer", "landlord", "office", "nurse", "trust", "lead", "team")
    return dict(zip(names, found, strict=True))


def _consent(cursor: Any, who: dict[str, int], now: datetime) -> None:
    given = now - 170 * DAY
    for purpose, answers in SAID:
        cursor.execute(
            "INSERT INTO sharing_consent (person_id, owner_id, recorded_by_id, conversation, given,"
            " until, purpose, explained, explained_words, persons_words, language, interpreter,"
            " others_present, said, capacity, capacity_words, capacity_by, recorded,"
            " withdrawn_words)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, '', '', %s, %s, %s, %s, '', %s, '')"
            " RETURNING id",
            [
                who["person"],
                who["landlord"],
                who["officer"],
                TALK,
                given,
                now + 12 * DAY,
                str(purpose),
                str(Explained.FACE_TO_FACE),
                "Who would see what, what for, and that no is fine.",
                "“Siobhan can know where I am and what I need. My rent is my own business.”",
                "His sister",
                str(Said.ALOUD),
                str(Capacity.PRESUMED),
                "He said in his own words what Siobhan would know, and why.",
                given,
            ],
        )
        (number,) = cursor.fetchone()
        for category, answer in answers.items():
            cursor.execute(
                "INSERT INTO sharing_consentline (consent_id, person_id, owner_id, giver_id,"
                " recipient_id, category, answer) VALUES (%s, %s, %s, %s, %s, %s, %s)",
                [
                    number,
                    who["person"],
                    who["landlord"],
                    who["landlord"],
                    who["team"],
                    int(category),
                    answer,
                ],
            )


def _basis(cursor: Any, who: dict[str, int], one: Told, now: datetime) -> None:
    at = now - one.ago
    told = at if one.told_words else None
    cursor.execute(
        "INSERT INTO sharing_otherbasis (person_id, owner_id, recipient_id, categories, purpose,"
        " basis, statute, words, begins, until, recorded, recorded_by_id, authoriser, authorised,"
        " authorised_by_id, authorised_words, told, told_by_id, told_words, not_told_words,"
        " tell_review, ended_words)"
        " VALUES (%s, %s, %s, %s, %s, %s, '', %s, %s, %s, %s, %s, '', %s, %s, %s, %s, %s, %s, %s,"
        " %s, '')",
        [
            who["person"],
            who["trust"],
            who["office"],
            [int(c) for c in one.categories],
            str(Purpose.SAFETY),
            str(Basis.SAFEGUARDING),
            one.words,
            at,
            at + 90 * DAY,
            at,
            who["nurse"],
            at + DAY if one.authorised else None,
            who["lead"] if one.authorised else None,
            one.authorised,
            told,
            who["nurse"] if told else None,
            one.told_words,
            one.not_told_words,
            None if told else (now + 5 * DAY).date(),
        ],
    )
