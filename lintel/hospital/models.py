"""Stays in hospital and what hangs on them: housing need, steps, waiting, notices.

All about a person, held by the trust, under row security with the category of hospital stays;
`migrations/0002_row_security.py`. What is placed away or reviewed is in `models_care.py`.
What was reported is corrected by a new row, never overwritten (`Waiting`, `Questions`).
"""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from lintel.agencies.models import Team, Worker
from lintel.hospital.models_care import Placement, Review
from lintel.hospital.models_figures import (
    AnswerSum,
    AnswerTime,
    DateCorrection,
    LostSum,
    Report,
    StaySum,
)
from lintel.hospital.models_noted import Admission
from lintel.hospital.models_outside import Mailed, OutsideLink
from lintel.hospital.states import (
    AnswerKind,
    Attribution,
    Away,
    Duty,
    Ending,
    Holder,
    NoticeReason,
    Reason,
    Return,
    StepKind,
    StepState,
    Tenure,
    Yes,
)
from lintel.kernel.sight.states import Category
from lintel.people.models import Held, key_for

__all__ = [
    "Absence",
    "Admission",
    "Answer",
    "AnswerSum",
    "AnswerTime",
    "DateCorrection",
    "LostSum",
    "Meeting",
    "Notice",
    "OutsideLink",
    "Placement",
    "Questions",
    "Report",
    "Review",
    "Stay",
    "StaySum",
    "Step",
    "Waiting",
    "Ward",
    "WardSpell",
]


class _During(Func):
    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class Ward(models.Model):
    """What a ward's team has beyond a team: beds and what a night costs."""

    team = models.OneToOneField(Team, on_delete=models.PROTECT, related_name="ward")
    beds = models.PositiveSmallIntegerField()
    # Pence; seed 003 (Teesside) counts 385 pounds.
    night_pence = models.PositiveIntegerField(default=38_500)
    # When the ward had a housing worker of its own, for before and after.
    service_began = models.DateField(null=True, blank=True)


class Stay(Held):
    """A stay in hospital, from admission to discharge; moves between wards are `WardSpell`."""

    ward = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    # Works on the person's housing from the day of admission (seed 003, Teesside).
    housing_worker = models.ForeignKey(
        Worker, on_delete=models.PROTECT, null=True, related_name="+"
    )
    admitted = models.DateTimeField()
    expected = models.DateField(null=True)
    ended = models.DateTimeField(null=True)
    ending = models.CharField(max_length=16, choices=Ending.choices, blank=True)
    ending_words = models.CharField(max_length=300, blank=True)
    # The involvement by which the ward sees the person; ends with the stay.
    involvement_id = models.BigIntegerField()
    recorded = models.DateTimeField()
    held_key = key_for(Category.HOSPITAL_STAY)

    class Meta:
        indexes = [
            models.Index(fields=["held_key"], name="stay_held"),
            models.Index(fields=["person"], name="stay_person"),
            models.Index(fields=["ward", "ended"], name="stay_ward"),
        ]
        constraints = [
            models.CheckConstraint(
                name="stay_ends_after_admission",
                condition=Q(ended__isnull=True) | Q(ended__gte=F("admitted")),
            ),
            models.CheckConstraint(
                name="stay_ended_says_how",
                condition=Q(ended__isnull=True, ending="")
                | (Q(ended__isnull=False) & ~Q(ending="")),
            ),
            ExclusionConstraint(
                name="stay_one_at_a_time",
                expressions=[
                    ("owner", RangeOperators.EQUAL),
                    ("person", RangeOperators.EQUAL),
                    (_During("admitted", "ended", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                # What was noted by mistake doesn't stand in the way of the real stay.
                condition=~Q(ending="mistake"),
            ),
        ]


class _OfStay(Held):
    stay = models.ForeignKey(Stay, on_delete=models.CASCADE, related_name="+")

    class Meta:
        abstract = True


class WardSpell(_OfStay):
    """The time of a stay on one ward."""

    ward = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    held_key = key_for(Category.HOSPITAL_STAY)

    class Meta:
        indexes = [
            models.Index(fields=["held_key"], name="spell_held"),
            models.Index(fields=["stay", "since"], name="spell_stay"),
        ]


class Absence(_OfStay):
    """Time off the ward while the stay goes on."""

    kind = models.CharField(max_length=16, choices=Away.choices)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    words = models.CharField(max_length=300, blank=True)
    recorded_by = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    held_key = key_for(Category.HOSPITAL_STAY)

    class Meta:
        indexes = [
            models.Index(fields=["held_key"], name="absence_held"),
            models.Index(fields=["stay", "since"], name="absence_stay"),
        ]


class Questions(_OfStay):
    """The answers to the housing questions; asked again as a new row, the latest counts."""

    where_words = models.CharField(max_length=300, blank=True)
    tenure = models.CharField(max_length=16, choices=Tenure.choices)
    can_return = models.CharField(max_length=10, choices=Return.choices)
    return_words = models.CharField(max_length=500, blank=True)
    at_risk = models.CharField(max_length=10, choices=Yes.choices)
    arrears = models.CharField(max_length=10, choices=Yes.choices)
    benefits = models.CharField(max_length=10, choices=Yes.choices)
    pets = models.CharField(max_length=10, choices=Yes.choices)
    keys = models.CharField(max_length=300, blank=True)
    dependants = models.CharField(max_length=10, choices=Yes.choices)
    safe = models.CharField(max_length=10, choices=Yes.choices)
    more = models.TextField(blank=True)
    # Whether there is a housing need; follows from the answers (`policy.has_need`).
    need = models.BooleanField()
    asked_by = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    asked = models.DateTimeField()
    held_key = key_for(Category.HOSPITAL_STAY)

    class Meta:
        indexes = [
            models.Index(fields=["held_key"], name="questions_held"),
            models.Index(fields=["stay", "-asked"], name="questions_stay"),
        ]


class Step(_OfStay):
    """Something to be done towards home: who does it, by when, what came of it."""

    kind = models.CharField(max_length=12, choices=StepKind.choices)
    words = models.CharField(max_length=500)
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, null=True, related_name="+")
    # Somebody who is no worker here: the person, a sister, a gas company.
    who_words = models.CharField(max_length=200, blank=True)
    due = models.DateField(null=True)
    state = models.CharField(max_length=8, choices=StepState.choices, default=StepState.OPEN)
    outcome = models.CharField(max_length=500, blank=True)
    added = models.DateTimeField()
    added_by = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    settled = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(Worker, on_delete=models.PROTECT, null=True, related_name="+")
    held_key = key_for(Category.HOSPITAL_STAY)

    class Meta:
        indexes = [
            models.Index(fields=["held_key"], name="stay_step_held"),
            models.Index(fields=["stay", "state", "due"], name="stay_step_stay"),
        ]
        constraints = [
            models.CheckConstraint(
                name="step_is_somebody_s", condition=Q(worker__isnull=False) | ~Q(who_words="")
            )
        ]


class Meeting(_OfStay):
    """A discharge meeting: when, where, who comes, and what was agreed (seed 002)."""

    at = models.DateTimeField()
    place = models.CharField(max_length=250)
    invited = models.CharField(max_length=500)
    agreed = models.TextField(blank=True)
    cancelled = models.BooleanField(default=False, db_default=False)
    called_by = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    held_key = key_for(Category.HOSPITAL_STAY)

    class Meta:
        indexes = [
            models.Index(fields=["held_key"], name="meeting_held"),
            models.Index(fields=["stay", "at"], name="meeting_stay"),
        ]


class Waiting(_OfStay):
    """Ready for discharge and waiting, for one reason; corrected by a new row that says why.

    Only `superseded` may ever change, once, and an open `until` be filled in (a trigger says so).
    Days count from `since` to the day before `until`, both dates of the ward's place.
    """

    since = models.DateField()
    until = models.DateField(null=True)
    reason = models.CharField(max_length=2, choices=Reason.choices)
    attribution = models.CharField(max_length=2, choices=Attribution.choices)
    # The council that social care's part is (ONS code); none for the NHS's own.
    council = models.CharField(max_length=9, blank=True)
    holder = models.CharField(max_length=16, choices=Holder.choices)
    holder_words = models.CharField(max_length=200, blank=True)
    next_step = models.CharField(max_length=300)
    next_by = models.DateField(null=True)
    recorded = models.DateTimeField()
    recorded_by = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="corrected_by"
    )
    why = models.CharField(max_length=300, blank=True)
    superseded = models.DateTimeField(null=True)
    held_key = key_for(Category.HOSPITAL_STAY)

    class Meta:
        indexes = [
            models.Index(fields=["held_key"], name="waiting_held"),
            models.Index(fields=["stay", "since"], name="waiting_stay"),
            models.Index(
                fields=["owner", "person"],
                name="waiting_open",
                condition=Q(until__isnull=True, superseded__isnull=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="waiting_ends_after_start",
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
            ),
            models.CheckConstraint(
                name="waiting_council_for_social_care",
                condition=Q(attribution="04", council="") | (~Q(attribution="04") & ~Q(council="")),
            ),
        ]


class Notice(_OfStay, Mailed):
    """An advance notice to a council: the ward's own record of what was sent (s.213B).

    To a team here it travels as a request with the same reference; to a council without Lintel
    by a secure link (`OutsideLink`). Its answers are `Answer`, by the reference.
    """

    reference = models.CharField(max_length=20, unique=True)
    to_team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+")
    outside_name = models.CharField(max_length=200, blank=True)
    outside_email = models.EmailField(blank=True)
    duty = models.CharField(max_length=10, choices=Duty.choices)
    reason = models.CharField(max_length=10, choices=NoticeReason.choices)
    # The legal minimum: name, how to reach the person, the reason, when.
    contact = models.CharField(max_length=300)
    expected = models.DateField()
    # Only if the person agreed to it.
    vulnerability = models.TextField(blank=True)
    suitable = models.TextField(blank=True)
    consent = models.ForeignKey("sharing.Consent", on_delete=models.PROTECT, null=True)
    # How the person agreed and chose this authority, where the consent isn't about a team here.
    agreed_words = models.CharField(max_length=500, blank=True)
    sent = models.DateTimeField()
    sent_by = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    withdrawn = models.DateTimeField(null=True)
    # When somebody above was told that no answer has come while discharge draws near.
    escalated = models.DateTimeField(null=True)
    held_key = key_for(Category.HOSPITAL_STAY)

    class Meta:
        indexes = [
            models.Index(fields=["held_key"], name="notice_held"),
            models.Index(fields=["stay", "-sent"], name="notice_stay"),
            models.Index(fields=["expected"], name="notice_expected"),
        ]
        constraints = [
            models.CheckConstraint(
                name="notice_to_one",
                condition=Q(to_team__isnull=False, outside_email="")
                | (Q(to_team__isnull=True) & ~Q(outside_email="")),
            )
        ]


class Answer(models.Model):
    """What a council answered to an advance notice; both sides see it, by the reference."""

    reference = models.CharField(max_length=20)
    kind = models.CharField(max_length=12, choices=AnswerKind.choices)
    at = models.DateTimeField(null=True)
    place = models.CharField(max_length=250, blank=True)
    words = models.TextField(blank=True)
    by = models.ForeignKey(Worker, on_delete=models.PROTECT, null=True, related_name="+")
    # Who answered by a link, as they wrote it.
    by_words = models.CharField(max_length=200, blank=True)
    answered = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["reference", "answered"], name="answer_reference")]
