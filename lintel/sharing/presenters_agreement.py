"""Shapes of the pages about the agreement: its prose, its rules as sentences and as a matrix."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from markupsafe import Markup

from lintel.kernel.actor import Actor
from lintel.sharing import policy, sentences
from lintel.sharing.queries.agreement_signing import Signed, Wait
from lintel.sharing.queries.agreements import Review, RuleView, Stage, Version
from lintel.sharing.states import Use
from lintel.web import plain, safe
from lintel.web.words import date_words, datetime_words

PRACTICE = "practice"
SHIPPED_YEAR = 2000
COLOURS = {
    Stage.DRAFT: "yellow",
    Stage.TO_COME: "blue",
    Stage.IN_FORCE: "green",
    Stage.PAST: "grey",
}
WAITS = {
    "sign": ("Sign version {number} for your agency", "sharing:agreement-signatures-of", True),
    "accept": ("Read and accept version {number}", "sharing:agreement-accept", False),
    "draft": ("Go on with the draft of version {number}", "sharing:agreement-edit", True),
    "review": ("Review the agreement, version {number}", "sharing:agreement-reviews", False),
}


def tag(version: Version) -> dict[str, str]:
    """Where a version stands."""
    return {"text": sentences.capital(str(version.stage)), "colour": COLOURS[version.stage]}


def tag_html(version: Version) -> Markup:
    """The same for a cell of a table."""
    made = tag(version)
    return safe.html(
        format_html(
            '<strong class="govuk-tag govuk-tag--{}">{}</strong>', made["colour"], made["text"]
        )
    )


def href(version: Version) -> str:
    """Where a version is read."""
    return reverse("sharing:agreement-version", args=[version.number])


def tabs(actor: Actor, version: Version, current: str) -> list[dict[str, Any]]:
    """The pages of one version, for this worker."""
    pages = [
        ("read", "Read it", "sharing:agreement-version", True),
        ("rules", "Rules as a table", "sharing:agreement-rules", True),
        ("compare", "What is different", "sharing:agreement-compare", True),
        ("signatures", "Who has signed", "sharing:agreement-signatures-of", not version.is_draft),
        (
            "waiting",
            "Not ready yet",
            "sharing:agreement-waiting",
            version.counts and policy.may_see_unready(actor),
        ),
        ("edit", "Write", "sharing:agreement-edit", version.is_draft and policy.may_draft(actor)),
        (
            "preview",
            "Who gains and loses",
            "sharing:agreement-preview",
            version.is_draft and policy.may_draft(actor),
        ),
        (
            "publish",
            "Publish",
            "sharing:agreement-publish",
            version.is_draft and policy.may_draft(actor),
        ),
    ]
    return [
        {"text": text, "href": reverse(page, args=[version.number]), "current": key == current}
        for key, text, page, shown in pages
        if shown
    ]


def tasks(actor: Actor, found: Iterable[Wait]) -> list[dict[str, Any]]:
    """What waits for the worker, each with the way to it."""
    return [
        {
            "text": text.format(number=wait.version.number),
            "href": reverse(page, args=[wait.version.number] if numbered else []),
            "hint": _wait_hint(wait),
            "status": "Late" if wait.late else "To do",
        }
        for wait in found
        for text, page, numbered in [WAITS[wait.what]]
    ]


def _wait_hint(wait: Wait) -> str:
    version = wait.version
    if wait.what == "review":
        return f"Due on {date_words(version.review_due)}"
    if wait.what == "draft":
        return f"Started by {version.drafted_by}" if version.drafted_by else ""
    if version.stage is Stage.TO_COME:
        return f"It counts from {date_words(version.effective)}"
    if wait.what == "sign":
        return "It is in force. Until you sign, your agency neither gives nor gets"
    return "It is in force. Until you accept it, nothing of other agencies is shown to you"


def when(version: Version) -> str:
    """From when until when a version counts, in words."""
    if version.effective is None:
        return f"Started on {date_words(version.drafted)}"
    begins = sentences.capital(since(version.effective))
    if version.ended is not None:
        return f"{begins} to {date_words(version.ended)}"
    return begins


def since(effective: datetime) -> str:
    """From which day a version counts; the one that is shipped was there before anything."""
    shipped = effective.year <= SHIPPED_YEAR
    return "from the beginning" if shipped else f"from {date_words(effective)}"


def prose(
    sections: Iterable[Mapping[str, Any]], *, public: bool = False, practice: bool = False
) -> list[dict[str, Any]]:
    """The sections with their words as HTML; `public`: those for everybody alone.

    What it means in practice comes at the end of what is accepted, so it is left out here unless
    `practice` asks for it.
    """
    return [
        {
            "key": s["key"],
            "heading": s["heading"],
            "html": plain.blocks(s["words"]),
            "public": s["public"],
        }
        for s in sections
        if (s["public"] or not public) and (practice or s["key"] != PRACTICE)
    ]


def in_practice(sections: Iterable[Mapping[str, Any]]) -> Markup | None:
    """What it means for a worker, today; None where the version has no such section."""
    found = next((s for s in sections if s["key"] == PRACTICE), None)
    return plain.blocks(found["words"]) if found else None


def by_use(rules: Iterable[RuleView]) -> list[dict[str, Any]]:
    """The rules as sentences, under what they are for."""
    grouped: dict[Use, list[dict[str, Any]]] = {}
    for rule in rules:
        grouped.setdefault(rule.use, []).append(
            {
                "id": rule.id,
                "first": sentences.first_sentence(rule),
                "rest": sentences.conditions(rule),
            }
        )
    return [
        {"use": str(use), "title": sentences.capital(str(use.label)), "rules": found}
        for use, found in grouped.items()
    ]


# The matrix -----------------------------------------------------------------------------------


# Copies ---------------------------------------------------------------------------------------


# Comparing ------------------------------------------------------------------------------------


# Signatures -----------------------------------------------------------------------------------


def signature_rows(found: Iterable[Signed], accepted: Mapping[int, int]) -> list[list[str]]:
    """Every agency, what it is, whether it has signed, and how many of its workers accepted."""
    return [
        [one.agency, one.kind, signature_words(one), str(accepted.get(one.agency_id, 0))]
        for one in found
    ]


def signature_words(one: Signed) -> str:
    """Whether an agency has signed, by whom and when; or why it withdrew."""
    if one.signed is None:
        return "Not signed"
    by = f" by {one.by}" if one.by else ""
    if one.ended is not None:
        return f"Withdrew on {date_words(one.ended)}: {one.ended_words}"
    return f"Signed on {date_words(one.signed)}{by}"


def effect_words(version: Version, now: datetime) -> str:
    """What signing or accepting leads to, and when."""
    if version.effective and version.effective > now:
        return f"It counts from {datetime_words(version.effective)}."
    return "It counts now."


def review_href(review: Review) -> str:
    """Where the record of a review is read."""
    return reverse("sharing:agreement-review", args=[review.id])


# Before and after publishing --------------------------------------------------------------------
