"""Form fields that read what people type."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from lintel.web import dates, words


class PlainDateField(forms.Field):
    """A date in one text box: `3/5/24`, `3 May`, `tomorrow`, `next Friday`, `03052024`.

    `prefers` settles a year left out ("past", "future", "nearest"); `earliest` and `latest` are
    dates or functions that give one (`past=True` and `future=True` bound it by today). The
    cleaned value is a `datetime.date`, None when nothing was written.
    """

    widget = forms.TextInput
    lintel_kind = "date"

    def __init__(
        self,
        *,
        prefers: dates.Prefers = "nearest",
        past: bool = False,
        future: bool = False,
        earliest: Any = None,
        latest: Any = None,
        today: Callable[[], dt.date] = timezone.localdate,
        **rest: Any,
    ) -> None:
        self.today = today
        self.earliest, self.latest = earliest, latest
        self.past, self.future = past, future
        self.prefers: dates.Prefers = "past" if past else "future" if future else prefers
        super().__init__(**rest)

    def to_python(self, value: Any) -> dt.date | None:
        """The date; ValidationError says what to write instead."""
        if value in self.empty_values or (isinstance(value, str) and not value.strip()):
            return None
        if isinstance(value, dt.datetime):
            return value.date()
        if isinstance(value, dt.date):
            return value
        try:
            return dates.parse_date(str(value)[:200], today=self.today(), prefers=self.prefers)
        except dates.Unreadable as error:
            raise ValidationError(str(error), code="invalid") from None

    def validate(self, value: Any) -> None:
        """Required, then the bounds, each in words."""
        super().validate(value)
        if value is None:
            return
        today = self.today()
        if self.past and value > today:
            raise ValidationError(
                f"{words.date_words(value)} is in the future. Enter today or a day before", "future"
            )
        if self.future and value < today:
            raise ValidationError(
                f"{words.date_words(value)} is in the past. Enter today or a day after", "past"
            )
        earliest = self.earliest() if callable(self.earliest) else self.earliest
        latest = self.latest() if callable(self.latest) else self.latest
        if earliest and value < earliest:
            raise ValidationError(f"Enter a date on or after {words.date_words(earliest)}", "early")
        if latest and value > latest:
            raise ValidationError(f"Enter a date on or before {words.date_words(latest)}", "late")

    def prepare_value(self, value: Any) -> Any:
        """A date is shown in words; what was typed is shown as typed."""
        return words.date_words(value) if isinstance(value, dt.date) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether what was typed means another date than before."""
        try:
            return self.to_python(data) != self.to_python(initial)
        except ValidationError:
            return True


class PlainDateTimeField(forms.Field):
    """A date and time in one text box: `3 May at 4:45pm`, `tomorrow 10am`, `16:30`.

    The cleaned value is an aware `datetime.datetime`, None when nothing was written. `future`
    and `past` bound it by now.
    """

    widget = forms.TextInput
    lintel_kind = "datetime"

    def __init__(
        self,
        *,
        prefers: dates.Prefers = "nearest",
        past: bool = False,
        future: bool = False,
        now: Callable[[], dt.datetime] = timezone.now,
        **rest: Any,
    ) -> None:
        self.now, self.past, self.future = now, past, future
        self.prefers: dates.Prefers = "past" if past else "future" if future else prefers
        super().__init__(**rest)

    def to_python(self, value: Any) -> dt.datetime | None:
        """The moment; ValidationError says what to write instead."""
        if value in self.empty_values or (isinstance(value, str) and not value.strip()):
            return None
        if isinstance(value, dt.datetime):
            return value
        try:
            return dates.parse_datetime(str(value)[:200], now=self.now(), prefers=self.prefers)
        except dates.Unreadable as error:
            raise ValidationError(str(error), code="invalid") from None

    def validate(self, value: Any) -> None:
        """Required, then on the right side of now."""
        super().validate(value)
        if value is None:
            return
        if self.past and value > self.now():
            raise ValidationError("That is still to come. Enter a time that has passed", "future")
        if self.future and value < self.now():
            raise ValidationError("That has passed. Enter a time still to come", "past")

    def prepare_value(self, value: Any) -> Any:
        """A moment is shown in words that this field reads back to the same minute."""
        if isinstance(value, dt.datetime):
            local = timezone.localtime(value) if timezone.is_aware(value) else value
            return f"{words.date_words(local.date())} at {words.time_words(local.time())}"
        return value


_POSTCODE = re.compile(
    r"(GIR0AA|(?:[A-Z][0-9]{1,2}|[A-Z][A-HJ-Y][0-9]{1,2}|[A-Z][0-9][A-Z]|[A-Z][A-HJ-Y][0-9][A-Z])"
    r"[0-9][ABD-HJLNP-UW-Z]{2})\Z"
)


def _straighten(compact: str) -> str:
    """Letters O and I for figures 0 and 1 put right in the last three places, where it's certain.

    The last three places of a postcode are always a figure and two letters.
    """
    if len(compact) < 5:
        return compact
    figure = compact[-3].translate(str.maketrans("OIL", "011"))
    letters = compact[-2:].translate(str.maketrans("01", "OI"))
    return compact[:-3] + figure + letters


class PostcodeField(forms.CharField):
    """A UK postcode, however typed; the cleaned value is like `SH1 4AB`.

    With `allow_part`, the first half alone (`SH1`) passes too. Format by British Standard
    BS 7666 as published by the Royal Mail.
    """

    lintel_kind = "postcode"

    def __init__(self, *, allow_part: bool = False, **rest: Any) -> None:
        self.allow_part = allow_part
        rest.setdefault("label", "Postcode")
        super().__init__(**rest)

    def clean(self, value: Any) -> str:
        """The postcode in its usual form; ValidationError says what is wrong."""
        text: str = super().clean(value)
        if not text:
            return ""
        compact = re.sub(r"[^A-Z0-9]", "", text.upper())
        whole = _straighten(compact)
        if _POSTCODE.match(whole):
            return f"{whole[:-3]} {whole[-3:]}"
        if _POSTCODE.match(compact + "1AA") and len(compact) <= 4:
            if self.allow_part:
                return compact
            raise ValidationError(
                f"{compact} is the first half of a postcode. Enter all of it, like {compact} 4AB"
            )
        if re.search(r"[^A-Za-z0-9\s.\-]", text):
            raise ValidationError("A postcode has only letters and numbers, like SH1 4AB")
        raise ValidationError("Enter a full UK postcode, like SH1 4AB")


class PhoneField(forms.CharField):
    """A telephone number, however spaced; the cleaned value is like `01632 960 001`."""

    lintel_kind = "phone"

    def clean(self, value: Any) -> str:
        """The number with its usual gaps; ValidationError says what is wrong."""
        text: str = super().clean(value)
        if not text:
            return ""
        if re.search(r"[A-Za-z]", text):
            raise ValidationError("Enter only the telephone number, like 01632 960 001")
        digits = re.sub(r"\D", "", text)
        foreign = text.strip().startswith("+") or digits.startswith("00")
        if digits.startswith("0044"):
            digits, foreign = digits[2:], True
        if digits.startswith("44") and foreign:
            digits, foreign = "0" + digits[2:].removeprefix("0"), False
        if foreign:
            if not 8 <= len(digits.removeprefix("00")) <= 15:
                raise ValidationError(
                    "Enter the number with its country code, like +353 1 234 5678"
                )
            return "+" + digits.removeprefix("00")
        if digits in {"111", "116123", "101", "999", "112"}:
            return digits
        if not digits.startswith("0") or not 10 <= len(digits) <= 11:
            raise ValidationError("Enter a telephone number, like 01632 960 001 or 07700 900 982")
        return f"{digits[:5]} {digits[5:8]} {digits[8:]}"


class EmailField(forms.EmailField):
    """An e-mail address; says how one looks when it isn't."""

    lintel_kind = "email"

    def __init__(self, **rest: Any) -> None:
        rest.setdefault("label", "Email address")
        messages = {"invalid": "Enter an email address, like name@example.com"}
        rest["error_messages"] = messages | (rest.get("error_messages") or {})
        super().__init__(**rest)
