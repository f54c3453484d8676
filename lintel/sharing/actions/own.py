"""What the person says about sharing in their own view: yes, no, no more, and who may look.

Each takes the account first, and is called inside `lintel.kernel.actor.bound_account`: the
database lets nobody but the person write for the person.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from lintel.agencies.models import Agency, Team
from lintel.kernel import events
from lintel.kernel.actor import Account
from lintel.kernel.errors import Conflict, Denied, Invalid, NotFound
from lintel.kernel.sight.states import Category
from lintel.sharing import queries
from lintel.sharing.actions.answers import Line, with_identity
from lintel.sharing.models import Consent, ConsentLine, Viewer
from lintel.sharing.states import LONGEST_CONSENT, Explained, Purpose, Said, ViewerKind

# Within this time the same answer is the same form, sent twice.
TWICE = timedelta(minutes=2)
EXPLAINED = "They read what it means in their own view, and answered there."


def only_self(account: Account) -> None:
    """Only the person says for the person. Raises Denied."""
    if account.kind != ViewerKind.SELF:
        raise Denied("Only the person themselves can do this.")


def say_own_answers(
    account: Account,
    *,
    now: datetime,
    giver_id: int,
    purpose: Purpose,
    answers: dict[Category, bool],
    until: datetime,
    team_id: int | None = None,
    agency_id: int | None = None,
) -> int:
    """Say yes or no to an agency telling a team about oneself; answers the consent's number.

    Or telling all of another agency that is inside the loop (`agency_id`, and no team).

    It counts at once, with nobody's confirmation: it is the person's own word. A yes to what the
    agreement doesn't allow is refused, since nothing would follow from it. Sent twice, it is
    written once. Raises Denied for anybody else, and Invalid (giver, team, categories, until).
    """
    only_self(account)
    wrong: dict[str, str] = {}
    told = _told(team_id, agency_id, now)
    giver = Agency.objects.filter(pk=giver_id).first()
    if told is None:
        wrong["team"] = "This team is not there any more. Choose another"
    elif told.pk == giver_id:
        wrong["team"] = "This team is part of the same service. Choose another"
    if giver is None:
        wrong["giver"] = "Choose who may tell"
    if not answers:
        wrong["categories"] = "Choose at least one thing"
    elif told is not None and giver is not None:
        yes = [category for category, answer in answers.items() if answer]
        wrong |= _not_agreed(giver, told, purpose, yes, now)
    if until <= now:
        wrong["until"] = "The last day must be in the future"
    elif until > now + LONGEST_CONSENT:
        wrong["until"] = "The last day must be within a year from now"
    if wrong:
        raise Invalid(wrong)
    lines = with_identity(
        [
            Line(giver_id, team_id, category, yes, recipient_agency_id=agency_id)
            for category, yes in answers.items()
        ]
    )
    if (before := _said_before(account, giver_id, purpose, lines, until, now)) is not None:
        return before
    with transaction.atomic():
        made = Consent.objects.create(
            person_id=account.person_id,
            owner_id=giver_id,
            recorded_by_account_id=account.user_id,
            given=now,
            until=until,
            purpose=purpose,
            explained=Explained.LETTER,
            explained_words=EXPLAINED,
            said=Said.OWN_VIEW,
            recorded=now,
        )
        ConsentLine.objects.bulk_create(
            ConsentLine(
                consent=made,
                person_id=account.person_id,
                owner_id=giver_id,
                giver_id=giver_id,
                recipient_id=team_id,
                recipient_agency_id=agency_id,
                category=line.category,
                answer=line.answer,
            )
            for line in lines
        )
        events.record(
            None,
            "consent.recorded",
            now=now,
            subject=("consent", made.pk),
            person_id=account.person_id,
            owner_id=giver_id,
            data={
                "account": account.user_id,
                "refused": not any(answers.values()),
                "teams": [team_id] if team_id else [],
            },
        )
    return made.pk


def _told(team_id: int | None, agency_id: int | None, now: datetime) -> Agency | None:
    """Whose workers are told; None for a team that isn't there, or for both or neither."""
    if (team_id is None) == (agency_id is None):
        return None
    if agency_id is not None:
        return Agency.objects.filter(pk=agency_id).first()
    team = Team.objects.filter(pk=team_id or 0).select_related("agency").first()
    if team is None or (team.closed_on and team.closed_on <= timezone.localdate(now)):
        return None
    return team.agency


def _not_agreed(
    giver: Agency, told: Agency, purpose: Purpose, yes: Collection[Category], now: datetime
) -> dict[str, str]:
    """What the services have not agreed to share for this, said to the person."""
    agreed = queries.agreed(now)
    if not yes:
        return {}
    for agency in (giver, told):
        if not queries.takes_part(agency, now, agreed):
            return {"giver": f"{agency.name} can’t share now. They have not signed what is needed"}
    if not all(agreed.allows(purpose, giver.kind, told.kind, category) for category in yes):
        return {
            "categories": "These two may not share all of this, even if you say yes."
            " Choose fewer things, or say what else it is for"
        }
    return {}


def _said_before(
    account: Account,
    giver_id: int,
    purpose: Purpose,
    lines: Collection[Line],
    until: datetime,
    now: datetime,
) -> int | None:
    """The very same answer, given a moment ago and not taken back: a form that was sent twice."""
    last = (
        Consent.objects.filter(
            person_id=account.person_id,
            owner_id=giver_id,
            recorded_by_account_id=account.user_id,
            purpose=purpose,
            until=until,
            given__gt=now - TWICE,
            withdrawn__isnull=True,
        )
        .order_by("-given", "-id")
        .first()
    )
    if last is None:
        return None
    said = set(
        ConsentLine.objects.filter(consent=last).values_list(
            "recipient_id", "recipient_agency_id", "category", "answer"
        )
    )
    same = said == {(*line.to, int(line.category), line.answer) for line in lines}
    return last.pk if same else None


def withdraw_own_consent(account: Account, *, now: datetime, consent_id: int) -> None:
    """Take a yes back: whoever saw something by it sees it no longer, in this very transaction.

    Raises Denied for anybody but the person, NotFound, and Conflict when it was taken back.
    """
    only_self(account)
    mine = Consent.objects.filter(pk=consent_id, person_id=account.person_id)
    with transaction.atomic():
        done = mine.filter(withdrawn__isnull=True).update(
            withdrawn=now,
            withdrawn_words="In their own view",
            withdrawn_by_account=account.user_id,
        )
        if not done:
            if not mine.exists():
                raise NotFound
            raise Conflict("You took this back before. There is nothing more to do.")
        events.record(
            None,
            "consent.withdrawn",
            now=now,
            subject=("consent", consent_id),
            person_id=account.person_id,
            data={"account": account.user_id},
        )


def end_own_viewer(account: Account, *, now: datetime, viewer_id: int) -> None:
    """The person lets somebody look no longer; or who was let look stops by themselves.

    It works at once, also on pages that are open. Raises NotFound.
    """
    mine = Viewer.objects.filter(pk=viewer_id, person_id=account.person_id, ended__isnull=True)
    if account.kind != ViewerKind.SELF:
        mine = mine.filter(user_id=account.user_id)
    with transaction.atomic():
        if not mine.exclude(kind=ViewerKind.SELF).update(ended=now):
            raise NotFound
        events.record(
            None,
            "sharing.viewer_ended",
            now=now,
            subject=("viewer", viewer_id),
            person_id=account.person_id,
            data={"account": account.user_id},
        )


def check_categories(categories: Collection[int]) -> list[int]:
    """The categories that a carer may be shown, in order. Raises Invalid."""
    found = sorted({int(Category(c)) for c in categories})
    if not found:
        raise Invalid({"categories": "Choose at least one thing that they may see"})
    return found
