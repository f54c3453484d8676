"""What goes to a council without Lintel: its secure link, and what became of the message."""

from django.db import models

from lintel.hospital.states import MailState


class Mailed(models.Model):
    """What became of the last message about it to a council outside; written by the jobs."""

    mail = models.CharField(max_length=8, choices=MailState.choices, blank=True, db_default="")
    mail_at = models.DateTimeField(null=True)
    mail_tries = models.PositiveSmallIntegerField(default=0, db_default=0)
    # When somebody first read the notice, with the code that went to the council's address.
    opened = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class OutsideLink(models.Model):
    """A secure link by which a council without Lintel reads a notice and answers.

    The link alone opens nothing: whoever follows it has a code sent to the address that the
    notice was sent to. So a link passed on, or found later, is of no use. Digests only.
    """

    notice = models.ForeignKey("hospital.Notice", on_delete=models.CASCADE, related_name="links")
    digest = models.CharField(max_length=64, unique=True)
    made = models.DateTimeField()
    until = models.DateTimeField()
    code_digest = models.CharField(max_length=64, blank=True)
    code_until = models.DateTimeField(null=True)
    codes_sent = models.SmallIntegerField(default=0)
    wrong = models.SmallIntegerField(default=0)
    opened = models.DateTimeField(null=True)
    answered = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)
