"""The words that the core itself writes: standard questions, conflicts, and what steps say.

What a masked sender is told is fixed here and by the notice's code; nothing that a receiver
types ever reaches them (docs/adr/0009).
"""

from datetime import datetime

from lintel.kernel.clock import calendar, words_for_time

# The only questions that can go back on a masked request: the same for every receiver, and
# about what the sender saw or typed, so that asking tells nothing about who asks.
QUESTIONS: dict[str, str] = {
    "who": "Who exactly is it about? Full name, any other name they use, and date of birth",
    "address": "What is the full address, and is the person living there now?",
    "when_seen": "When did you last see or speak to the person yourself?",
    "what_seen": "What did you see or hear yourself, and what did others tell you?",
    "how_long": "How long has it gone on, and is it getting worse?",
    "danger": "Is anybody in danger now, the person or somebody else? Are there children?",
    "told": "Have you told the person that you are worried? What did they say?",
    "done_so_far": "What has been tried already, and did it help?",
    "others": "Who else has been asked for help?",
    "reach": "How and when can the person be reached, and is it safe to visit?",
    "tenancy": "Is the tenancy at risk? Has any notice been given or court date set?",
    "what_asked": "What would help you most?",
}


def at_words(at: datetime) -> str:
    """A moment in words: 10:32am on 3 May."""
    here = calendar().local(at)
    return f"{words_for_time(here.time().replace(second=0, microsecond=0))} on {here.day} {here:%B}"


def person_words(name: str, job_title: str) -> str:
    """A worker as the other side reads them: name and job."""
    return f"{name}, {job_title}" if job_title else name


GUESSING = (
    "You have raised as many concerns as one worker can in this time. Nothing is lost: try again "
    "later, or ask your team lead or link worker to raise it. If somebody is in danger now, ring "
    "999."
)
MASKED_WRITING = (
    "This request is masked: what you write could tell the sender who is known to whom. You can "
    "ask standard questions, or keep a note on your own desk."
)
MASKED_QUESTIONS = "Choose at least one of the standard questions: only those can go back."
MASKED_VISIT = "A joint visit can be proposed once the person has agreed to the two sides talking."
CLOSED_BY_ITSELF = "Closed by itself: nothing more was asked after the decision."
CONSENT_ENDED = "The person's consent to the two sides talking has ended."
LEFT_THE_POST = "Back to the team: the worker who had it is no longer in the team."
