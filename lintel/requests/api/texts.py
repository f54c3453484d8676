"""The texts, numbers and choices of which everything in the API is made."""

from typing import Annotated, TypeVar

from django.db.models import TextChoices
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema

from lintel.requests.actions.checks import LONGEST
from lintel.requests.references import LETTERS
from lintel.requests.states import Decision, NotOurs, PersonKnows, Shown, Sign, State, Urgency
from lintel.requests.words import QUESTIONS

Choices = TypeVar("Choices", bound=TextChoices)

# Control characters are in no text that anybody means, tab and new line apart.
CONTROLS = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f"
SOME_TEXT = rf"^[^{CONTROLS}]*[^{CONTROLS}\s][^{CONTROLS}]*$"
ANY_TEXT = rf"^[^{CONTROLS}]*$"
ONE_LINE = r"^[^\x00-\x1f\x7f]*[^\x00-\x1f\x7f\s][^\x00-\x1f\x7f]*$"
REFERENCE = rf"^LN-[{LETTERS}]{{4}}-[{LETTERS}]{{4}}$"
LARGEST_ID = 2**63 - 1


class Given(BaseModel):
    """What a system sends: nothing but the fields named, each of its own type."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Told(BaseModel):
    """What a system is told."""

    model_config = ConfigDict(extra="forbid", json_schema_serialization_defaults_required=True)


Words = Annotated[str, Field(max_length=LONGEST, pattern=SOME_TEXT)]
MaybeWords = Annotated[str, Field(max_length=LONGEST, pattern=ANY_TEXT)]
Name = Annotated[str, Field(max_length=200, pattern=ONE_LINE)]
Born = Annotated[str, Field(max_length=40, pattern=ONE_LINE)]
Address = Annotated[str, Field(max_length=250, pattern=ONE_LINE)]
Postcode = Annotated[str, Field(max_length=8, pattern=r"^[A-Za-z0-9][A-Za-z0-9 ]*$")]
District = Annotated[str, Field(pattern=r"^[A-Za-z]{1,2}[0-9][A-Za-z0-9]?$")]
Slug = Annotated[str, Field(max_length=50, pattern=r"^[-a-zA-Z0-9_]+$")]
Reference = Annotated[str, Field(pattern=REFERENCE, description="Such as LN-7K4P-2Q9D.")]
TenancyReference = Annotated[str, Field(max_length=60, pattern=ONE_LINE)]
PersonNumber = Annotated[int, Field(ge=1, le=LARGEST_ID)]
Version = Annotated[
    int, Field(ge=1, le=2**31 - 1, description="The version that was read: 409 if it moved on.")
]

# JSON has texts for them; their own types are strict otherwise.
SignName = Annotated[Sign, Field(strict=False)]
UrgencyName = Annotated[Urgency, Field(strict=False)]
KnowsName = Annotated[PersonKnows, Field(strict=False)]
DecisionName = Annotated[Decision, Field(strict=False)]
NotOursName = Annotated[NotOurs, Field(strict=False)]
ShownName = Annotated[Shown, Field(strict=False)]
StateName = Annotated[State, Field(strict=False)]


def _question(key: str) -> str:
    if key not in QUESTIONS:
        raise ValueError("Choose one of the standard questions")
    return key


QuestionName = Annotated[
    str,
    AfterValidator(_question),
    WithJsonSchema({"type": "string", "enum": list(QUESTIONS), "title": "Standard question"}),
]
