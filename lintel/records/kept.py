"""What is held about a person, and where: the one list that copies and erasures follow.

A table about a person stands here or in `NOT_COPIED` with the reason; a test fails for one that
does neither. From this list come the SQL of the copy and of the erasure (`sql.py`,
`sql_erasing.py`): after a change here, a migration runs `sql.functions()` again, and gives a new
table to `policies.answered_for`.
"""

from collections.abc import Mapping

from lintel.kernel.sight.states import Category as C
from lintel.people.states import ContactKind, TenancyKind
from lintel.records.kept_hospital import HOSPITAL
from lintel.records.shapes import (
    ABOUT_ANOTHER,
    FOREVER,
    Kept,
    agency,
    chosen,
    each_chosen,
    of_another,
    team,
    unless_masked,
    worker,
)
from lintel.requests.states import Decision, Kind, Sign, Urgency, Verb
from lintel.sharing.states import (
    Basis,
    Capacity,
    Explained,
    OverrideReason,
    Purpose,
    Said,
    ViewerKind,
)

HOME = "(SELECT h.address || ', ' || h.postcode FROM people_home h WHERE h.id = t.home_id)"
CATEGORY = chosen("t.category", C.choices)
TEAM = team("t.team_id")
TEAMS_AGENCY = "(SELECT x.agency_id FROM agencies_team x WHERE x.id = t.team_id)"
DESK = "JOIN requests_handling h ON h.request_id = t.request_id"
LETTER = "JOIN requests_request r ON r.id = t.request_id"
DESKS_AGENCY = "(SELECT x.agency_id FROM agencies_team x WHERE x.id = h.team_id)"
EITHER = (
    "JOIN LATERAL (SELECT r.owner_id AS owner_id, r.person_id FROM requests_request r"
    " WHERE t.from_sender AND r.id = t.request_id UNION ALL"
    " SELECT x.agency_id, h.person_id FROM requests_handling h JOIN agencies_team x"
    " ON x.id = h.team_id WHERE NOT t.from_sender AND h.request_id = t.request_id) side ON true"
)

ABOUT_THE_REQUEST = {
    "Kind": chosen("t.kind", Kind.choices),
    "Urgency": chosen("t.urgency", Urgency.choices),
    "Signs": each_chosen("t.signs", Sign.choices),
    "What was seen": "t.seen",
    "What was done": "t.done",
    "What was asked for": "t.asked_for",
}

KEPT: tuple[Kept, ...] = (
    Kept(
        "people_tenancy",
        "Home and tenancy",
        {
            "Home": HOME,
            "Reference": "t.reference",
            "Kind": chosen("t.kind", TenancyKind.choices),
            "Began": "t.started",
            "Ended": "t.ended",
        },
        category="3",
        end=f"coalesce((t.ended + 1)::timestamp AT TIME ZONE 'Europe/London', {FOREVER})",
    ),
    Kept(
        "people_rentaccount",
        "Rent and money",
        {
            "Balance in pence (owed if above 0)": "t.balance_pence",
            "As of": "t.as_of",
        },
        category="4",
    ),
    Kept(
        "people_contactpoint",
        "How to reach you",
        {
            "Kind": chosen("t.kind", ContactKind.choices),
            "What is held": f"CASE t.kind WHEN 'through' THEN '{ABOUT_ANOTHER}' ELSE t.value END",
            "Note": "t.note",
        },
        category="2",
        end="(SELECT p.created FROM people_person p WHERE p.id = t.person_id)",
    ),
    Kept(
        "people_involvement",
        "Who works with you",
        {
            "Team": team("t.team_id"),
            "Worker": worker("t.worker_id"),
            "What they do": "t.role_words",
            "Since": "lower(t.valid)",
            "Until": "upper(t.valid)",
        },
        category="t.category",
        end=f"coalesce(upper(t.valid), {FOREVER})",
    ),
    Kept(
        "people_note",
        "Notes",
        {
            "Written": "t.written",
            "By": worker("t.written_by_id"),
            "About": CATEGORY,
            "Note": "t.words",
            "Corrects an earlier note": "CASE WHEN t.corrects_id IS NOT NULL THEN 'yes' END",
        },
        category="t.category",
        where=(
            "NOT EXISTS (SELECT 1 FROM sharing_heldback b WHERE b.note_id = t.id"
            " AND b.released IS NULL)"
        ),
        order="t.written",
        end="t.written",
    ),
    Kept(
        "plans_circlemember",
        "Your circle",
        {
            "Who": worker("t.worker_id"),
            "What they do": "t.role_words",
            "How to reach them": "t.reach_words",
            "What was agreed": "t.agreed_words",
            "Asked": "t.joined",
            "Joined": "t.accepted",
            "Left": "t.left",
        },
        category="10",
        end=f"coalesce(t.left, {FOREVER})",
    ),
    Kept(
        "plans_ifthingsgowrong",
        "If things go wrong",
        {
            "When": "t.circumstances",
            "Who to contact": "t.contact_words",
            "Written": "t.written",
            "By": worker("t.written_by_id"),
            "Ended": "t.ended",
        },
        category="10",
        end="coalesce(t.ended, t.written)",
    ),
    Kept(
        "plans_told",
        "What you were told on your own page",
        {"When": "t.told", "About": CATEGORY, "Words": "t.words"},
        category="t.category",
        order="t.told",
        end="t.told",
    ),
    Kept(
        "sharing_consent",
        "What you said about sharing",
        {
            "Spoken on": "t.given",
            "Counts until": "t.until",
            "What it is for": chosen("t.purpose", [*Purpose.choices, ("any", "anything")]),
            "How it was explained": chosen("t.explained", Explained.choices),
            "What you were told": "t.explained_words",
            "What you said": "t.persons_words",
            "How you said it": chosen("t.said", Said.choices),
            "Language": "t.language",
            "Interpreter": of_another("t.interpreter"),
            "Who else was there": of_another("t.others_present"),
            "Whether you could decide it": chosen("t.capacity", Capacity.choices),
            "How that was considered": "t.capacity_words",
            "Written down by": worker("t.recorded_by_id"),
            "Taken back": "t.withdrawn",
            "What you said then": "t.withdrawn_words",
        },
        order="t.given",
        end="least(t.until, t.withdrawn)",
    ),
    Kept(
        "sharing_consentline",
        "Your answers about sharing",
        {
            "Who may tell": agency("t.giver_id"),
            "Whom": f"coalesce({team('t.recipient_id')}, {agency('t.recipient_agency_id')})",
            "Only this worker": worker("t.recipient_worker_id"),
            "What": CATEGORY,
            "Answer": "CASE WHEN t.answer THEN 'yes' ELSE 'no' END",
        },
        counted=False,
    ),
    Kept(
        "sharing_consentpaper",
        "Forms that you signed",
        {
            "Added": "t.added",
            "By": worker("t.added_by_id"),
            "Kind of file": "t.kind",
            "Taken out again": "t.removed",
            "The paper itself": "'Ask for it: it is given as a file.'",
        },
        counted=False,
    ),
    Kept(
        "sharing_override",
        "Opened for safety",
        {
            "Opened": "t.opened",
            "Until": "least(t.until, t.ended)",
            "By": worker("t.worker_id"),
            "Why": chosen("t.reason", OverrideReason.choices),
            "What had happened": "t.words",
            "What was seen": each_chosen("t.categories", C.choices),
            "Agreed to by": worker("t.authorised_by_id"),
        },
        owner="t.holder_id",
        category="6",
        where=(
            "NOT EXISTS (SELECT 1 FROM sharing_overridereview v WHERE v.override_id = t.id"
            " AND v.told IS NULL)"
        ),
        order="t.opened",
        end="t.until",
    ),
    Kept(
        "sharing_overridereview",
        "What we found about opening it for safety",
        {
            "Reviewed": "t.reviewed",
            "By": worker("t.reviewed_by_id"),
            "Right to open it": "CASE WHEN t.justified THEN 'yes' ELSE 'no' END",
            "What was found": "t.findings",
            "What you were told": "t.told_words",
            "Told": "t.told",
        },
        category="6",
        where="t.told IS NOT NULL",
        end="t.reviewed",
    ),
    Kept(
        "sharing_otherbasis",
        "Shared because the law allows it",
        {
            "From": "t.begins",
            "Until": "least(t.until, t.ended)",
            "Who was told": team("t.recipient_id"),
            "What": each_chosen("t.categories", C.choices),
            "What allows it": chosen("t.basis", Basis.choices),
            "Law": "t.statute",
            "Why": "t.words",
            "Written down by": worker("t.recorded_by_id"),
            "Authorised by": worker("t.authorised_by_id"),
            "You were told": "t.told",
        },
        # Where telling is put off, a copy would tell: counted with what is held back.
        where="t.told IS NOT NULL",
        end="least(t.until, t.ended)",
    ),
    Kept(
        "requests_request",
        "Requests that we sent about you",
        {
            "Reference": "t.reference",
            "Sent": "t.sent",
            **ABOUT_THE_REQUEST,
            "Sent by": unless_masked(worker("t.sender_id")),
            "Sent to": team("t.to_team_id"),
            "Withdrawn": "t.withdrawn",
        },
        category="CASE WHEN t.person_id IS NULL THEN 0 ELSE 1 END",
        order="t.created",
        end="coalesce(t.withdrawn, t.sent, t.created)",
    ),
    Kept(
        "requests_handling",
        "Requests about you that we were sent",
        {
            "Reference": "t.reference",
            "Arrived": "t.arrived",
            **ABOUT_THE_REQUEST,
            "Sent by": unless_masked("t.sender_words"),
            "Team": team("t.team_id"),
            "Worker": worker("t.worker_id"),
            "Decided": "t.decided",
            "Decision": chosen("t.decision", Decision.choices),
            "What was decided": "t.decision_words",
            "Closed": "t.closed",
        },
        owner=TEAMS_AGENCY,
        category="0",
        order="t.arrived",
        end=(
            f"CASE WHEN t.state = 'withdrawn' THEN t.arrived ELSE coalesce(t.closed, {FOREVER}) END"
        ),
    ),
    Kept(
        "requests_step",
        "What was done with those requests",
        {
            "When": "t.at",
            "Reference": "h.reference",
            "By": f"CASE WHEN h.masked AND t.verb IN ('answer', 'withdraw', 'inform') THEN"
            f" '{ABOUT_ANOTHER}' ELSE {worker('t.by_id')} END",
            "What": chosen("t.verb", Verb.choices),
            "In words": "t.words",
        },
        owner=DESKS_AGENCY,
        person="h.person_id",
        category="0",
        joins=DESK,
        order="t.at",
        counted=False,
    ),
    Kept(
        "requests_message",
        "What was written about those requests",
        {
            "When": "t.at",
            "By": "CASE WHEN t.from_sender THEN 'The side that asked' ELSE t.by_words END",
            "Words": "t.words",
        },
        owner="side.owner_id",
        person="side.person_id",
        category="CASE WHEN t.from_sender THEN 1 ELSE 0 END",
        joins=EITHER,
        order="t.at",
        counted=False,
    ),
    Kept(
        "requests_jointvisit",
        "Joint visits",
        {
            "When": 't."when"',
            "Where": "t.where_words",
            "Why": "t.why_words",
            "Proposed by": worker("t.proposed_by_id"),
            "Answer": "t.answer",
            "Answered by": worker("t.answered_by_id"),
        },
        owner="side.owner_id",
        person="side.person_id",
        category="CASE WHEN t.from_sender THEN 1 ELSE 0 END",
        joins=EITHER,
        order='t."when"',
        counted=False,
    ),
    Kept(
        "portal_ask",
        "Help that you asked for",
        {
            "Asked": "t.made",
            "Team": TEAM,
            "What you said": "t.words",
            "How to reach you": "t.reach_words",
            "Answered": "t.answered",
            "By": worker("t.answered_by_id"),
            "Answer": "t.answer",
        },
        owner=TEAMS_AGENCY,
        category="5",
        order="t.made",
        end=f"coalesce(t.answered, {FOREVER})",
    ),
    Kept(
        "portal_remark",
        "What you said about your record",
        {
            "Said": "t.said",
            "About": CATEGORY,
            "What you said": "t.words",
            "Answered": "t.answered",
            "By": worker("t.answered_by_id"),
            "Answer": "t.answer",
        },
        category="t.category",
        order="t.said",
        end="coalesce(t.answered, t.said)",
    ),
    Kept(
        "records_question",
        "Your questions about who has looked",
        {
            "Asked": "t.asked",
            "About": "t.shown",
            "What you asked": "CASE t.kind WHEN 'self' THEN t.words "
            f"ELSE coalesce(nullif({of_another('t.words')}, ''), '') END",
            "Answered": "t.answered",
            "Answer": f"CASE t.kind WHEN 'self' THEN t.answer ELSE {of_another('t.answer')} END",
        },
        end="t.asked",
    ),
    Kept(
        "records_copyrequest",
        "When you asked for a copy",
        {
            "Asked": "t.asked_on",
            "How": "t.asked_words",
            "Due": "t.due_on",
            "Why it took longer": "t.extended_words",
            "Given": "t.done_on",
        },
        end="t.recorded",
    ),
    Kept(
        "records_erasure",
        "When you asked us to erase",
        {
            "Asked": "t.asked_on",
            "What you asked": "t.asked_words",
            "Decided": "t.decided",
            "What was decided": "t.decided_words",
        },
        counted=False,
    ),
    *HOSPITAL,
)

# What is one for all agencies: in each copy, and erased when no agency holds anything any more.
PERSONS_OWN = {
    "people_person": {
        "Name": "t.name",
        "Known as": "t.known_as",
        "Born": "t.born",
        "Died": "t.died",
        "No fixed address": "CASE WHEN t.no_fixed_address THEN 'yes' END",
    },
    "sharing_viewer": {
        "Who sees your own page": chosen("t.kind", ViewerKind.choices),
        "How you are related": "t.relation",
        "What they see": each_chosen("t.categories", C.choices),
        "Since": "t.begins",
        "Until": "least(t.until, t.ended)",
    },
    "portal_wish": {
        "Said": "t.said",
        "How you want to be contacted": "array_to_string(t.ways, ', ')",
        "By whom": "t.by_whom",
        "Language": "t.language",
        "Large print": "CASE WHEN t.large_print THEN 'yes' END",
        "In your words": "t.words",
    },
}

# Erased with who the person was, and not read out.
PERSONS_KEYS = ("portal_invitation",)

NOT_COPIED: Mapping[str, str] = {
    "sharing_heldback": "its reason would tell what the note says; counted, and erased with it",
    "sharing_overrideask": "who was asked to agree; who agreed stands with the opening itself",
    "sharing_overridenotice": "which workers were told of an opening for safety",
    "hospital_admission": "who noted an admission, for those who watch over it; goes with the stay",
    "hospital_outsidelink": "hashes of links and codes for a council outside",
    "portal_invitation": "hashes of letters with codes; who sees the page is given",
    "requests_notice": "codes of what the sending side was told; erased with the letter",
    "sight": "derived: who sees what now follows from the rest, and goes with it",
    "kernel_access": "given as who has looked; stays, as numbers, so that the record can be proved",
    "kernel_listed": "a second key to the access record",
    "kernel_event": "numbers of what happened; stays, so that the record can be proved",
    "kernel_once": "answers for repeated sending, forgotten within days",
    "kernel_message": "times of e-mails that name nobody",
    "records_due": "what is due to be erased; kept as numbers",
    "records_hold": "a legal hold may prepare a claim (legal privilege)",
}
