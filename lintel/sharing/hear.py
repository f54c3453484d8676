"""What follows from an event of sharing, after its commit and in a job of its own."""

from django.db import connection
from django.utils import timezone

from lintel.kernel import messages
from lintel.kernel.actor import as_system
from lintel.kernel.events import Happened

WAITING = "/consent/waiting/"


def tell_who_confirms(event: Happened) -> None:
    """Tell those of the giving agency who work with the person that an answer waits for them.

    Whoever wrote it down never learns whether there was anybody to tell. A repeat may send a
    message twice, which does no harm.
    """
    with as_system():
        with connection.cursor() as cursor:
            cursor.execute("SELECT user_id FROM sharing_who_confirms(%s)", [int(event.subject_id)])
            found = [row[0] for row in cursor.fetchall()]
        for user_id in found:
            messages.queue(to_user_id=user_id, template="new", link=WAITING, now=timezone.now())


def tell_of_override(event: Happened) -> None:
    """Tell the information leads of both agencies, and those of both who work with the person.

    Who was told may read it. Whoever opened it never learns who that was. A repeat tells nobody
    again.
    """
    number, now = int(event.subject_id), timezone.now()
    with as_system():
        with connection.cursor() as cursor:
            cursor.execute("SELECT user_id FROM override_tell(%s, %s)", [number, now])
            found = [row[0] for row in cursor.fetchall()]
        for user_id in found:
            messages.queue(to_user_id=user_id, template="new", link=f"/safety/{number}/", now=now)
