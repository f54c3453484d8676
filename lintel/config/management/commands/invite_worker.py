"""`lintel manage invite_worker`: an account for a worker, and the link to choose a password."""

from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from lintel.agencies import actions
from lintel.agencies.models import User
from lintel.agencies.states import Role, TeamRole
from lintel.kernel.errors import Invalid

WORDS = """You have an account in Lintel, where housing and mental health services work together.

Follow this link to choose a password. It works for three days, once:

{link}

When it no longer works, ask for another on the sign-in page: "I have forgotten my password, or
have none yet". If you did not expect this message, you can ignore it.
"""


def password_link(user: User) -> str:
    """The address where the account's password is chosen; works once, for three days."""
    key = default_token_generator.make_token(user)
    path = reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(user), "key": key},
    )
    return f"{settings.LINTEL_PUBLIC_URL}{path}"


class Command(BaseCommand):
    """Invite one worker."""

    help = "Make an account and a post for a worker, and send the link to choose a password."

    def add_arguments(self, parser: CommandParser) -> None:
        """Who, and where."""
        parser.add_argument("email")
        parser.add_argument("--name", required=True)
        parser.add_argument("--job", required=True, help="the job's title")
        parser.add_argument("--agency", required=True, help="the agency's short name")
        parser.add_argument("--team", default="", help="the team's short name")
        parser.add_argument("--part", default=TeamRole.MEMBER, choices=TeamRole.values)
        parser.add_argument("--role", action="append", default=[], choices=Role.values)

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the account, and send the invitation when it is there."""
        try:
            with transaction.atomic():
                made = actions.invite(
                    email=options["email"],
                    name=options["name"],
                    job_title=options["job"],
                    agency=options["agency"],
                    team=options["team"],
                    team_role=options["part"],
                    roles=tuple(options["role"]),
                    now=timezone.now(),
                )
                # The invitation is answered from this address: it is verified by that.
                EmailAddress.objects.create(
                    user=made.user, email=made.user.email, verified=True, primary=True
                )
        except Invalid as wrong:
            raise CommandError("\n".join(wrong.errors.values())) from None
        mail = EmailMessage(
            "Your account in Lintel",
            WORDS.format(link=password_link(made.user)),
            to=[made.user.email],
        )
        try:
            mail.send()
        except OSError as error:
            raise CommandError(
                f"The account is made, but the invitation was not sent ({type(error).__name__}). "
                "The worker can ask for a link on the sign-in page."
            ) from None
        self.stdout.write(
            f"Worker {made.worker.pk} is invited. They are outside the confidentiality loop until "
            "they have accepted the agreement and a colleague has recorded their training."
        )
