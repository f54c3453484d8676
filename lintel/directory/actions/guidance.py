"""The partnership's guidance: the lead writes, publishes, checks and brings old texts back.

Every text that was published is a `GuidanceVersion`, the present one too.
"""

from datetime import datetime, time

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify

from lintel.directory import policy
from lintel.directory.models import Guidance, GuidanceVersion
from lintel.directory.states import GuidanceKind
from lintel.kernel import events
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Conflict, Invalid, NotFound

TEXTS = ("title", "summary", "body")
LONGEST = {"title": 200, "summary": 300, "body": 20_000}
MEANWHILE = (
    "Somebody else published another text of this page while you were writing. What you wrote is "
    "still here. Look at the page first, then publish again to replace it."
)


def write_guidance(
    actor: Actor,
    *,
    now: datetime,
    slug: str,
    kind: str,
    title: str,
    summary: str,
    body: str,
    position: int = 50,
    published: bool = True,
    seen: int | None = None,
) -> Guidance:
    """Publish a text of a page, or a new page where `slug` is empty; what was is kept.

    `seen`: the number of the version that the writer began from. Raises Denied, NotFound,
    Invalid, and Conflict when another text was published meanwhile.
    """
    policy.lead(actor)
    texts = {"title": title.strip(), "summary": summary.strip(), "body": body.strip()}
    _check(texts, kind, position)
    with transaction.atomic():
        page = _locked(slug) if slug else Guidance(slug=_slug(texts["title"]))
        before = latest(page) if page.pk else 0
        if slug and seen is not None and seen != before:
            raise Conflict(MEANWHILE)
        if page.pk and not before:
            # The text that came with the installation was no version yet.
            before = _keep(page, None, _began(page, now), 1)
        changed = not page.pk or any(getattr(page, name) != texts[name] for name in TEXTS)
        for name, text in texts.items():
            setattr(page, name, text)
        page.kind, page.position, page.published = kind, position, published
        page.checked_on = timezone.localdate(now)
        page.save()
        if changed:
            _keep(page, actor, now, before + 1)
        events.record(
            actor,
            "directory.guidance_published",
            now=now,
            subject=("guidance", page.pk),
            data={"number": before + changed, "shown": published},
        )
    return page


def restore_guidance(actor: Actor, *, slug: str, number: int, now: datetime) -> Guidance:
    """Publish a former text again, as a new version. Raises Denied, NotFound."""
    policy.lead(actor)
    with transaction.atomic():
        page = _locked(slug)
        old = GuidanceVersion.objects.filter(guidance=page, number=number).first()
        if old is None:
            raise NotFound
        return write_guidance(
            actor,
            now=now,
            slug=slug,
            kind=page.kind,
            position=page.position,
            published=page.published,
            **{name: getattr(old, name) for name in TEXTS},
        )


def check_guidance(actor: Actor, *, slug: str, now: datetime) -> None:
    """Say that a page was read and is still right. Raises Denied, NotFound."""
    policy.lead(actor)
    with transaction.atomic():
        page = _locked(slug)
        page.checked_on = timezone.localdate(now)
        page.save(update_fields=["checked_on"])
        events.record(actor, "directory.guidance_checked", now=now, subject=("guidance", page.pk))


def latest(page: Guidance) -> int:
    """The number of the page's newest version; 0 while it has none."""
    found = GuidanceVersion.objects.filter(guidance=page).aggregate(newest=Max("number"))
    return found["newest"] or 0


def _locked(slug: str) -> Guidance:
    page = Guidance.objects.select_for_update().filter(slug=slug).first()
    if page is None:
        raise NotFound
    return page


def _keep(page: Guidance, actor: Actor | None, at: datetime, number: int) -> int:
    GuidanceVersion.objects.create(
        guidance=page,
        number=number,
        made_by_id=actor.worker_id if actor else None,
        made_at=at,
        **{name: getattr(page, name) for name in TEXTS},
    )
    return number


def _began(page: Guidance, now: datetime) -> datetime:
    """When the first text was there, as far as is known: its last check."""
    if page.checked_on is None:
        return now
    return timezone.make_aware(datetime.combine(page.checked_on, time(12)))


def _check(texts: dict[str, str], kind: str, position: int) -> None:
    errors = {}
    for name, most in LONGEST.items():
        if len(texts[name]) > most:
            errors[name] = f"Write {most:,} characters at most"
    if not texts["title"]:
        errors["title"] = "Enter a title"
    if not texts["body"]:
        errors["body"] = "Write the page"
    if kind not in GuidanceKind.values:
        errors["kind"] = "Choose what kind of page it is"
    if not 0 <= position <= 999:
        errors["position"] = "Enter a number from 0 to 999"
    if errors:
        raise Invalid(errors)


def _slug(title: str) -> str:
    """A free short name for the page's address."""
    base = slugify(title)[:70] or "page"
    taken = set(Guidance.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    taken.add("new")  # The address of the form for a new page.
    if base not in taken:
        return base
    return next(f"{base}-{n}" for n in range(2, 1000) if f"{base}-{n}" not in taken)
