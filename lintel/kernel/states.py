"""The kernel's enums."""

from django.db import models


class AccessVerb(models.TextChoices):
    """What a worker did that let them see something; the label follows the worker's name."""

    OPENED = "opened", "opened the record"
    LISTED = "listed", "saw in a list"
    SEARCHED = "searched", "searched"
    DISCLOSED = "disclosed", "gave information to another service"
    EXPORTED = "exported", "took a copy out"
    OVERRODE = "overrode", "opened the record for safety, without consent"
    LOOKED_UP = "looked_up", "looked up who had seen the record"
    DENIED = "denied", "asked for something that isn't there, or isn't for them"


class MessageState(models.TextChoices):
    """Where an e-mail is on its way."""

    QUEUED = "queued", "waiting to be sent"
    SENDING = "sending", "being sent"
    SENT = "sent", "sent"
    FAILED = "failed", "could not be sent"
    GIVEN_UP = "given_up", "has nobody to go to"


# Where a message stays until somebody has it sent again.
MESSAGE_ENDS = frozenset({MessageState.FAILED, MessageState.GIVEN_UP})
