"""The forms of the sender's later acts."""

from django import forms

from lintel.requests.forms.raising import long_text
from lintel.web.forms import Form, PlainDateTimeField


class AddInformationForm(Form):
    """More to know, sent after the request."""

    words = long_text(
        "What else should they know?",
        help_text="It is added to what you sent. Nothing you sent before is changed.",
    )


class AnswerForm(Form):
    """The answer to the questions that came back."""

    words = long_text("Your answer", help_text="Say so if you do not know: that helps too.", rows=7)


class WithdrawForm(Form):
    """Taking a request back."""

    words = long_text(
        "Why are you taking it back?",
        help_text="For example, the person has moved, or it was sent twice.",
        rows=3,
        limit=1000,
    )


class MessageForm(Form):
    """A line in an open thread."""

    words = long_text("Your message", help_text="Both sides can read it.", rows=4)


class NoteForm(Form):
    """A note for the sender's own side."""

    words = long_text(
        "Your note", help_text="Only your own team reads it. The person can ask to.", rows=4
    )


class VisitForm(Form):
    """A joint visit, proposed."""

    when = PlainDateTimeField(
        label="When?", future=True, help_text="For example, next Tuesday at 2pm."
    )
    where = forms.CharField(label="Where do you meet?", max_length=250)
    why = long_text(
        "What is the visit for?",
        required=False,
        help_text="And what the person has been told about it.",
        rows=3,
        limit=1000,
    )


class AnswerVisitForm(Form):
    """The answer to a visit that the other side proposed."""

    answer = forms.ChoiceField(
        label="Can you come?",
        choices=[("agreed", "Yes, I will be there"), ("declined", "No")],
        widget=forms.RadioSelect,
        error_messages={"required": "Select whether you can come"},
    )
    words = long_text(
        "Anything to add?",
        required=False,
        help_text="If you can’t come, say why, and when you could.",
        rows=3,
        limit=1000,
    )


class CancelVisitForm(Form):
    """Calling a visit off."""

    words = long_text("Why is it called off?", rows=3, limit=1000)
