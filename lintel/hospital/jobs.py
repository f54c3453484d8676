"""The jobs of stays in hospital. Here, and only here, the time is the machine's clock."""

from django.db import connection
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from lintel.hospital import escalating
from lintel.hospital.actions import outside, outside_mail
from lintel.kernel.actor import as_system

AGAIN = RetryStrategy(max_attempts=outside_mail.MAIL_TRIES, exponential_wait=4)


@app.periodic(cron="*/15 * * * *")
@app.task(name="hospital.escalate", queueing_lock="hospital.escalate")
def escalate(timestamp: int) -> None:
    """Tell of notices that have no answer while discharge draws near."""
    escalating.escalate(now=timezone.now())


@app.periodic(cron="25 * * * *")
@app.task(name="hospital.gather_sums", queueing_lock="hospital.gather_sums")
def gather_sums(timestamp: int) -> None:
    """Make the journals of sums short, which figures are read from; they stay the same."""
    with as_system(), connection.cursor() as cursor:
        cursor.execute("SELECT hospital_sums_gather()")


@app.task(name="hospital.send_link", retry=AGAIN)
def send_link(notice_id: int) -> None:
    """Send a council outside the link to a notice."""
    outside_mail.send_link(notice_id, now=timezone.now())


@app.task(name="hospital.tell_outside", retry=AGAIN)
def tell_outside(notice_id: int) -> None:
    """Tell a council outside that a notice changed, or was withdrawn."""
    outside_mail.tell_outside(notice_id, now=timezone.now())


@app.task(name="hospital.send_code", retry=RetryStrategy(max_attempts=4, exponential_wait=3))
def send_code(link_id: int) -> None:
    """Send a code to a council outside; tried again while its ten minutes last."""
    outside.send_code(link_id, now=timezone.now())
