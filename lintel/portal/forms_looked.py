"""Forms about who has looked."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms

from lintel.web.forms import Form


class MonthForm(Form):
    """Which month to show."""

    month = forms.ChoiceField(label="Which month?", required=False, widget=forms.Select)
    small_headings = False

    def __init__(self, *args: Any, months: Sequence[dt.date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["month"].choices = [  # type: ignore[attr-defined]
            ("", "All"),
            *((f"{day:%Y-%m}", f"{day:%B %Y}") for day in months),
        ]


class AskForm(Form):
    """What is not understood."""

    words = forms.CharField(
        label="What do you want to know?",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="You can leave this empty. Then we ask them to explain it.",
    )
