"""Fields in which owners write what an entry holds: times, lists a line each, telephone numbers."""

import re
from collections.abc import Mapping
from datetime import time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from lintel.directory.entry import Document
from lintel.directory.place import DISTRICT, SECTOR
from lintel.directory.sections import Section
from lintel.kernel.clock import words_for_time
from lintel.web import dates
from lintel.web.fields import PhoneField
from lintel.web.forms import Form

MIDNIGHT = "24:00"
LONGEST_LIST = 500


class SectionForm(Form):
    """A form over a part of an entry. `stamp` says which text its writer started from."""

    stamp = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def restamp(self, stamp: str) -> None:
        """Let what is sent next replace what stands now: its writer has been shown it."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data[self.add_prefix("stamp")] = stamp
        self.data = data


class EntryForm(SectionForm):
    """The base of a section's form; fields are named as the document's are."""

    section: Section

    @classmethod
    def initial_of(cls, document: Document, audience: str) -> dict[str, Any]:
        """What the form begins with."""
        stored = document.stored()["entry"]
        return {name: stored[name] for name in cls.base_fields if name in stored}

    def values(self, document: Document) -> dict[str, Any]:
        """The values to save, JSON by the document's field."""
        return {k: v for k, v in self.cleaned_data.items() if k != "stamp"}


class ClockField(forms.CharField):
    """A time of day as people write it: `9am`, `17:30`, `midnight`, `24:00`.

    The cleaned value is "HH:MM". With `closing`, midnight is "24:00", the end of the day.
    """

    def __init__(self, *, closing: bool = False, **rest: Any) -> None:
        self.closing = closing
        rest.setdefault("widget", forms.TextInput(attrs={"class": "govuk-input--width-5"}))
        rest.setdefault("max_length", 20)
        super().__init__(**rest)

    def clean(self, value: Any) -> str:
        """The time; ValidationError says what to write instead."""
        text = str(super().clean(value)).strip().lower().replace(".m.", "m").replace(".m", "m")
        if not text:
            return ""
        if re.fullmatch(r"24[:.]?00", text):
            if not self.closing:
                raise ValidationError(
                    "A day begins at midnight: write midnight, and choose the next day"
                )
            return MIDNIGHT
        if found := re.fullmatch(r"(\d{2})(\d{2})", text):
            text = f"{found[1]}:{found[2]}"
        if re.fullmatch(r"\d{1,2}", text):
            raise ValidationError(f"Write {text}am or {text}pm, or 24-hour time like 09:00")
        try:
            found_time = dates.parse_time(text)
        except dates.Unreadable:
            raise ValidationError(
                "Write a time like 9am, 5:30pm, 17:30 or midnight", code="invalid"
            ) from None
        clock = f"{found_time:%H:%M}"
        return MIDNIGHT if self.closing and clock == "00:00" else clock

    def prepare_value(self, value: Any) -> Any:
        """A stored time as people write it; what was typed as it was typed."""
        if isinstance(value, str) and re.fullmatch(r"\d{2}:\d{2}", value):
            return words_for_time(time(int(value[:2]) % 24, int(value[3:])))
        return value


class LinesField(forms.CharField):
    """Several things, a line (or a comma) each; the cleaned value is a list, each once."""

    def __init__(self, *, commas: bool = True, **rest: Any) -> None:
        self.commas = commas
        rest.setdefault("widget", forms.Textarea(attrs={"rows": 3}))
        super().__init__(**rest)

    def clean(self, value: Any) -> Any:
        """The things; ValidationError where one is wrong, or there are too many."""
        text = super().clean(value)
        parts = re.split(r"[\n,;]+" if self.commas else r"\n+", text)
        lines = list(dict.fromkeys(" ".join(part.split()) for part in parts if part.strip()))
        if len(lines) > LONGEST_LIST:
            raise ValidationError(f"Write at most {LONGEST_LIST} of them")
        wrong = []
        found = []
        for line in lines:
            try:
                found.append(self.read(line))
            except ValidationError as error:
                wrong += error.messages
        if wrong:
            raise ValidationError(wrong[0] if len(wrong) == 1 else "; ".join(wrong[:5]))
        return found

    def read(self, line: str) -> Any:
        """One thing from its line; ValidationError says what is wrong with it."""
        if len(line) > 300:
            raise ValidationError("Each must be 300 characters or fewer")
        return line

    def show(self, item: Any) -> str:
        """One thing as a line."""
        return str(item)

    def prepare_value(self, value: Any) -> Any:
        """A line each."""
        return "\n".join(self.show(one) for one in value) if isinstance(value, list) else value


class PhonesField(LinesField):
    """Telephone numbers, a line each, with what each is for after a comma: documents' `Phone`."""

    def __init__(self, **rest: Any) -> None:
        super().__init__(commas=False, **rest)

    def read(self, line: str) -> dict[str, str]:
        """The number in its usual form, and its label."""
        number, _, label = line.partition(",")
        try:
            tidy = PhoneField(required=True).clean(number.strip())
        except ValidationError as error:
            raise ValidationError(f"“{number.strip()[:40]}”: {error.messages[0]}") from None
        return {"number": tidy, "label": label.strip()[:300]}

    def show(self, item: Mapping[str, str]) -> str:
        """The number, and what it is for."""
        return ", ".join(filter(None, [item["number"], item.get("label", "")]))


class PostcodePartsField(LinesField):
    """Postcode districts (`QX1`) and sectors (`QX1 2`), each checked."""

    def read(self, line: str) -> str:
        """As it is stored: capitals, one space before a sector's figure."""
        compact = re.sub(r"[^A-Z0-9 ]", "", line.upper())
        parts = compact.split()
        tidy = " ".join(parts[:1] + parts[1:])
        if DISTRICT.fullmatch(tidy) or SECTOR.fullmatch(tidy):
            return tidy
        if re.fullmatch(r"[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}", tidy):
            raise ValidationError(
                f"“{line}” is a whole postcode: write its district ({parts[0][:4]}) or sector"
            )
        raise ValidationError(f"“{line[:20]}” is no postcode district or sector, like QX1 or QX1 2")


class PracticesField(LinesField):
    """Codes of GP practices (NHS organisation codes: a letter and five figures)."""

    def read(self, line: str) -> str:
        """The code in capitals."""
        code = line.upper().replace(" ", "")
        if not re.fullmatch(r"[A-Z][0-9]{5}", code):
            raise ValidationError(f"“{line[:20]}” is no practice code, like Y01234")
        return code
