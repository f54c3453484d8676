"""Who noted an admission, and whether the trust knew the person: for its information leads."""

from django.db import models

from lintel.agencies.models import Agency, Worker


class Admission(models.Model):
    """That a worker noted an admission. Written by a trigger, and read by information leads.

    `known` is no column of the stay: the ward would read there whether the trust knew somebody
    (docs/adr/0030).
    """

    stay = models.OneToOneField(
        "hospital.Stay", on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    owner = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="+", db_index=False, editable=False
    )
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    noted = models.DateTimeField()
    # Whether the trust held anything about the person before.
    known = models.BooleanField()

    class Meta:
        indexes = [models.Index(fields=["owner", "noted"], name="admission_owner")]
