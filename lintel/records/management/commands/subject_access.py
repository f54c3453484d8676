"""`lintel manage subject_access`: a copy of all that the partnership holds about a person."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from lintel.agencies.models import User
from lintel.agencies.queries import actor_for
from lintel.agencies.states import Role
from lintel.kernel import access
from lintel.kernel.states import AccessVerb
from lintel.records import actions, presenters, queries


class Command(BaseCommand):
    """One page and one JSON file for each agency that holds something about the person.

    For the operator, where the agencies have agreed to answer together. Made in the name of an
    information lead, so that the access record says who asked for it.
    """

    help = "Write a copy of everything held about a person, an HTML page and JSON for each agency."

    def add_arguments(self, parser: CommandParser) -> None:
        """The person's number, whose name it is made in, and where to."""
        parser.add_argument("person", type=int)
        parser.add_argument("--for", dest="lead", required=True, help="e-mail of the lead who asks")
        parser.add_argument("--out", required=True, help="a new or empty folder")
        parser.add_argument("--also", action="append", default=[], help="more words to leave out")
        parser.add_argument("--database", default="owner")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the files. Fails for nobody, for a folder in use, and for who is no lead."""
        now, using, person_id = timezone.now(), options["database"], options["person"]
        user = User.objects.using(using).filter(email__iexact=options["lead"]).first()
        actor = actor_for(user, now) if user else None
        if actor is None or not actor.has(Role.INFORMATION_LEAD):
            raise CommandError("Name an information lead who is in post with --for.")
        folder = Path(options["out"])
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise CommandError("The folder is not empty.")
        holders = queries.holders(person_id, using=using)
        if not holders:
            raise CommandError("Nothing is held about anybody of that number.")
        for agency in holders:
            made = queries.copy_for(
                person_id, agency.pk, now=now, also=options["also"], using=using, checked=False
            )
            assert made is not None
            # Written down before the file is there: no copy without its row.
            with transaction.atomic():
                access.record(
                    actor,
                    AccessVerb.EXPORTED,
                    now=now,
                    person_id=person_id,
                    owner_id=agency.pk,
                    categories=[],
                    why=actions.WHY,
                    purpose="a copy for the person, of what all agencies hold",
                    page="subject_access",
                )
            page = render_to_string(
                "records/copy_file.html",
                {
                    "copy": made,
                    "sections": presenters.sections(made),
                    "looked": presenters.looked_by_month(made),
                },
            )
            for ending, text in (("html", page), ("json", made.as_json())):
                path = folder / f"{agency.slug}.{ending}"
                path.touch(mode=0o600)
                path.write_text(text)
        self.stdout.write(f"{len(holders)} agencies, in {folder}")
