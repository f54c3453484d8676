"""Writing a version of the agreement: its prose by section, and its rules one by one.

Two people may write at the same time. Each change says what it was made from (a mark of the
section or rule as it was read); if that has moved on since, it is refused, and nothing is lost.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from lintel.kernel import events
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Conflict, Invalid, NotFound
from lintel.sharing import policy, ruling
from lintel.sharing.models import Agreement, Rule
from lintel.sharing.queries import agreements as queries
from lintel.sharing.ruling import Draft

MOVED = (
    "Somebody else has changed this since you opened it. What you wrote is still here: compare"
    " it with what stands now, and save again."
)
RULE_FIELDS = tuple(
    f.name for f in Rule._meta.concrete_fields if f.name not in {"id", "agreement", "follows"}
)


def mark(of: Mapping[str, Any] | queries.RuleView | str) -> str:
    """A short mark of a section, rule or text as it is now; it changes with any part of it."""
    value: Any = of
    if isinstance(of, queries.RuleView):
        value = [str(getattr(of, name)) for name in (*RULE_FIELDS, "follows")]
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def start_draft(actor: Actor, *, now: datetime) -> int:
    """Begin a version from the newest that is published; answers its number.

    Raises Denied, and Conflict when a draft exists: there is one at a time.
    """
    policy.draft(actor)
    with transaction.atomic():
        latest = Agreement.objects.filter(effective__isnull=False).order_by("-effective").first()
        if Agreement.objects.filter(effective__isnull=True).exists():
            raise Conflict("A draft is being written already. Go on with that one.")
        number = (Agreement.objects.aggregate(n=Max("number"))["n"] or 0) + 1
        try:
            with transaction.atomic():
                made = Agreement.objects.create(
                    number=number,
                    title=latest.title if latest else "Our joint agreement",
                    sections=latest.sections if latest else [],
                    drafted=now,
                    drafted_by_id=actor.worker_id,
                )
        except IntegrityError:
            raise Conflict("A draft was started this very moment. Go on with that one.") from None
        if latest:
            Rule.objects.bulk_create(
                Rule(
                    agreement=made,
                    follows=rule,
                    **{name: getattr(rule, name) for name in RULE_FIELDS},
                )
                for rule in Rule.objects.filter(agreement=latest).order_by("id")
            )
        _told(actor, "sharing.agreement_drafted", made, now)
    return number


def discard_draft(actor: Actor, *, now: datetime, number: int) -> None:
    """Throw a draft away, with all that was written in it. Raises Denied and NotFound."""
    policy.draft(actor)
    with transaction.atomic():
        agreement = _locked(number)
        _told(actor, "sharing.agreement_discarded", agreement, now)
        agreement.delete()


def edit_front(
    actor: Actor, *, now: datetime, number: int, title: str, changes: str, seen: str
) -> None:
    """The title, and what is different in this version, in words for those who read it.

    `seen`: `mark` of both as they were read. Raises Denied, NotFound, Invalid and Conflict.
    """
    policy.draft(actor)
    if not title.strip():
        raise Invalid({"title": "Enter a title"})
    with transaction.atomic():
        agreement = _locked(number)
        if mark(front(agreement.title, agreement.changes)) != seen:
            raise Conflict(MOVED)
        Agreement.objects.filter(pk=agreement.pk).update(
            title=title.strip(), changes=changes.strip()
        )
        _told(actor, "sharing.agreement_edited", agreement, now, part="front")


def front(title: str, changes: str) -> dict[str, str]:
    """Title and changes as one thing, for `mark`."""
    return {"title": title, "changes": changes}


def edit_section(
    actor: Actor,
    *,
    now: datetime,
    number: int,
    key: str,
    heading: str,
    words: str,
    public: bool,
    seen: str,
) -> None:
    """Change one section's prose. `seen`: `mark` of it as it was read.

    Raises Denied, NotFound (draft or section), Invalid and Conflict (changed meanwhile).
    """
    policy.draft(actor)
    _check_section(heading, words)
    with transaction.atomic():
        agreement = _locked(number)
        sections = list(agreement.sections)
        place = _place_of(sections, key)
        if mark(sections[place]) != seen:
            raise Conflict(MOVED)
        sections[place] = {
            **sections[place],
            "heading": heading.strip(),
            "words": words.strip(),
            "public": public,
        }
        _save_sections(actor, agreement, sections, now, key)


def add_section(
    actor: Actor,
    *,
    now: datetime,
    number: int,
    after: str,
    heading: str,
    words: str,
    public: bool,
) -> str:
    """A new section, after another ("": first); answers its key. Raises as `edit_section`."""
    policy.draft(actor)
    _check_section(heading, words)
    with transaction.atomic():
        agreement = _locked(number)
        sections = list(agreement.sections)
        place = _place_of(sections, after) + 1 if after else 0
        taken = {s["key"] for s in sections}
        key = next(k for k in (f"added-{n}" for n in range(1, 1000)) if k not in taken)
        made = {"key": key, "heading": heading.strip(), "words": words.strip(), "public": public}
        sections.insert(place, made)
        _save_sections(actor, agreement, sections, now, key)
    return key


def remove_section(actor: Actor, *, now: datetime, number: int, key: str) -> None:
    """Take a section out of a draft; it can be put back. Raises Denied and NotFound."""
    policy.draft(actor)
    with transaction.atomic():
        agreement = _locked(number)
        sections = list(agreement.sections)
        del sections[_place_of(sections, key)]
        _save_sections(actor, agreement, sections, now, key)


def restore_section(actor: Actor, *, now: datetime, number: int, key: str) -> None:
    """Put a section back as it is in the version before, whether removed or changed.

    Raises Denied and NotFound (also where the version before has no such section).
    """
    policy.draft(actor)
    with transaction.atomic():
        agreement = _locked(number)
        base = _base_of(agreement, now)
        old_order = [s["key"] for s in base.sections]
        old = base.sections[_place_of(list(base.sections), key)]
        sections = list(agreement.sections)
        here = next((i for i, s in enumerate(sections) if s["key"] == key), None)
        if here is not None:
            sections[here] = dict(old)
        else:
            # Behind the nearest section before it that is still there.
            earlier = old_order[: old_order.index(key)]
            places = [i for i, s in enumerate(sections) if s["key"] in earlier]
            sections.insert(max(places, default=-1) + 1, dict(old))
        _save_sections(actor, agreement, sections, now, key)


def add_rule(actor: Actor, *, now: datetime, number: int, rule: Draft) -> int:
    """Add a rule to a draft; answers its id. Raises Denied, NotFound and Invalid."""
    policy.draft(actor)
    rule = _checked(rule)
    with transaction.atomic():
        agreement = _locked(number)
        made = Rule.objects.create(agreement=agreement, **rule.fields())
        _told(actor, "sharing.agreement_edited", agreement, now, rule=made.pk)
    return made.pk


def change_rule(
    actor: Actor,
    *,
    now: datetime,
    number: int,
    rule_id: int,
    rule: Draft,
    seen: str,
    sure: bool = False,
) -> None:
    """Change a rule of a draft. `seen`: `mark` of it as it was read.

    Raises Denied, NotFound, Conflict, and Invalid: also ("sure") where agencies' own workers
    would lose sight of their own records and `sure` doesn't say that this is meant.
    """
    policy.draft(actor)
    rule = _checked(rule)
    with transaction.atomic():
        agreement = _locked(number)
        found = _rule(agreement, rule_id)
        if mark(queries.view_of(found)) != seen:
            raise Conflict(MOVED)
        rest = [r for r in queries.rules(agreement.pk) if r.id != rule_id]
        _ask_if_own_lost([*rest, queries.view_of(found)], [*rest, rule], sure)
        for name, value in rule.fields().items():
            setattr(found, name, value)
        found.save()
        _told(actor, "sharing.agreement_edited", agreement, now, rule=rule_id)


def remove_rule(
    actor: Actor, *, now: datetime, number: int, rule_id: int, sure: bool = False
) -> None:
    """Take a rule out of a draft; it can be restored. Raises as `change_rule`."""
    policy.draft(actor)
    with transaction.atomic():
        agreement = _locked(number)
        found = _rule(agreement, rule_id)
        rest = [r for r in queries.rules(agreement.pk) if r.id != rule_id]
        _ask_if_own_lost([*rest, queries.view_of(found)], rest, sure)
        found.delete()
        _told(actor, "sharing.agreement_edited", agreement, now, rule=rule_id)


def restore_rule(actor: Actor, *, now: datetime, number: int, rule_id: int) -> int:
    """Put a rule of the version before back as it is there, removed or changed; its id here.

    `rule_id`: the rule's id in the version before. Raises Denied and NotFound.
    """
    policy.draft(actor)
    with transaction.atomic():
        agreement = _locked(number)
        old = Rule.objects.filter(pk=rule_id, agreement_id=_base_of(agreement, now).id).first()
        if old is None:
            raise NotFound
        said = {name: getattr(old, name) for name in RULE_FIELDS}
        here = Rule.objects.filter(agreement=agreement, follows=old).order_by("id").first()
        if here is None:
            here = Rule(agreement=agreement, follows=old)
        for name, value in said.items():
            setattr(here, name, value)
        here.save()
        _told(actor, "sharing.agreement_edited", agreement, now, rule=here.pk)
    return here.pk


def _locked(number: int) -> Agreement:
    """The draft, locked: one writer at a time."""
    found = Agreement.objects.select_for_update().filter(number=number, effective__isnull=True)
    agreement = found.first()
    if agreement is None:
        raise NotFound
    return agreement


def _base_of(agreement: Agreement, now: datetime) -> queries.Version:
    """The newest published version: what a draft is compared with, and restored from."""
    base = queries.before(queries.version_of(agreement), now)
    if base is None:
        raise NotFound
    return base


def _rule(agreement: Agreement, rule_id: int) -> Rule:
    found = Rule.objects.filter(pk=rule_id, agreement=agreement).first()
    if found is None:
        raise NotFound
    return found


def _checked(rule: Draft) -> Draft:
    rule = ruling.tidy(rule)
    if wrong := ruling.wrong(rule):
        raise Invalid(wrong)
    return rule


def _ask_if_own_lost(before: Any, after: Any, sure: bool) -> None:
    if not sure and (words := ruling.own_lost(before, after)):
        raise Invalid({"sure": words})


def _check_section(heading: str, words: str) -> None:
    wrong = {}
    if not heading.strip():
        wrong["heading"] = "Enter a heading"
    if not words.strip():
        wrong["words"] = "Write something, or remove the section"
    if wrong:
        raise Invalid(wrong)


def _place_of(sections: list[Any], key: str) -> int:
    for place, section in enumerate(sections):
        if section["key"] == key:
            return place
    raise NotFound


def _save_sections(
    actor: Actor, agreement: Agreement, sections: list[Any], now: datetime, key: str
) -> None:
    Agreement.objects.filter(pk=agreement.pk).update(sections=sections)
    _told(actor, "sharing.agreement_edited", agreement, now, part=key)


def _told(actor: Actor, verb: str, agreement: Agreement, now: datetime, **data: str | int) -> None:
    events.record(
        actor,
        verb,
        now=now,
        subject=("agreement", agreement.pk),
        data={"number": agreement.number, **data},
    )
