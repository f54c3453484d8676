"""The words of the agreement that Lintel ships with: version 1, for a partnership to start from.

Written for this product. Blank lines part paragraphs, "- " begins the point of a list
(`lintel.web.plain`). `public`: also on the page that everybody reads without signing in. What may
be told to whom is not said here: the rules say it (`shipped.py`), and pages put them in words.
"""

import re
from typing import Any

# A line's end that is neither beside a blank line nor before the next point of a list.
NEW_LINE = re.compile(r"(?<!\n)\n(?!\n|- ) *")

TITLE = "How we share information, and look after it"


def _section(key: str, heading: str, words: str, *, public: bool = True) -> dict[str, Any]:
    return {"key": key, "heading": heading, "words": _unwrapped(words), "public": public}


def _unwrapped(words: str) -> str:
    """One line a paragraph and a point, as it is written and edited on the page."""
    return NEW_LINE.sub(" ", words.strip())


SECTIONS: list[dict[str, Any]] = [
    _section(
        "about",
        "What this agreement is",
        """
Landlords, mental health services, the council and voluntary groups in this area have made this
agreement. It says what we tell each other about the people we work with, why, and how we look after
what we are told.

We wrote it because people lose homes, stay in hospital too long, or fall ill again when the
services around them do not talk. People are also hurt when too much is said, or when the wrong
person hears it. We will do better at both.

The rules at the end are the real ones. Our computer system, Lintel, reads the same rules. What
they do not allow, nobody is shown.
""",
    ),
    _section(
        "principles",
        "What we go by",
        """
- We say what information is for before we ask for it or pass it on.
- We use it only where the work cannot be done without it.
- We pass on the least that will do. The facts are often enough: not every note is needed.
- Only a named worker who needs it for their part of the work is told.
- Everybody who is told something knows what they must do to look after it.
- We keep the law, and we can say which part of it we rely on.
- Passing something on when a person needs us to matters as much as keeping it private. Saying
  “data protection” is not, by itself, a reason to stay silent.
- People are not surprised: we tell them what we share, and they can see who has looked.
""",
    ),
    _section(
        "expect",
        "What partners can expect of each other",
        """
- An answer. When one of us raises a concern or asks for help, the other says that it has come
  in, who has it, and what was decided. That much can be said even when nothing more can.
- A good reason taken in good faith. A landlord who asks about a tenant is not assumed to be
  complaining, and a nurse who keeps something back is not assumed to be difficult.
- A question back. If we cannot tell what was asked, we say what we can do instead: pass on a
  message, visit together, ask the person.
- Words that the person could read. We write what we saw and what would help, not labels.
- Help early. Landlords offer tenancy support to everybody who may need it, without asking for a
  diagnosis. Mental health services take concerns and requests for advice straight from
  landlords.
- Somebody to ring. Each office names a link worker, and says who covers when they are away.
- Warning. A ward tells the housing options team early that somebody will need a home, if the
  person agrees. A landlord asks for help before it thinks of court.
""",
    ),
    _section(
        "promises",
        "What each agency promises",
        """
Every agency that signs:

- names an information lead, who answers for how it keeps this agreement;
- lets in only workers who have accepted this agreement and whose training is in date;
- takes away the access of anybody who leaves, on the day that they leave;
- asks early, writes down every answer, and keeps to it;
- reads its access record often, and looks into what seems odd;
- tells partners at once when something goes wrong with what they shared;
- never uses what it was told to pick or refuse a tenant, to charge more, or to act against
  somebody’s home, unless the rules say so.

Landlords also check with the people around a tenant before they take any step that could cost
that tenant their home.

Mental health services also ask each person about their home, and if they may talk with the
landlord. They ask when they first meet, and at each review.

The council has a housing options team and may be a landlord too. The two treat each other like
any two partners. What one holds, the other sees only under this agreement.
""",
    ),
    _section(
        "tell",
        "What to tell people",
        """
Tell people before you share, in words that they use. Say:

- who you would like to talk with, by name if you can;
- what you would tell them, and what you would not;
- what it is for, and what may be better because of it;
- that they can say yes to some of it and no to the rest;
- that a no will not cost them their home or their care;
- that they can change their mind on any day;
- that they can see who has looked, and ask about it.

Ask how they would like to be told things: by letter, a visit, with somebody there, in another
language, in large print. Give them the paper copy. If there is doubt that somebody can decide
this now, go by the Mental Capacity Act: help them to decide first, and write down what you did.
""",
    ),
    _section(
        "consent",
        "Asking early",
        """
The best time to ask is before anything has gone wrong: when somebody applies for a home, signs
for a tenancy, comes on to a ward, is taken on by a team, or is referred for support. Make it
part of the conversation. Say that help is there for everybody, and that many people use it.

A yes is for a purpose, for named kinds of information, for a named team or worker, and until a
date, a year at most. It is asked for again before it ends. If it is not renewed, it ends.

Whoever hears a yes can write down who is involved. What another agency wrote itself is shown
once that agency has said yes too.
""",
    ),
    _section(
        "no",
        "When somebody says no",
        """
We keep to it. A no is not held against anybody, and it is told to nobody but the worker who
heard it and their agency. Partners only see that nothing is shared.

A person can take a yes back by telling any worker who knows of it, or in their own view. It
works at once, everywhere. Nobody has to give a reason.

A no to sharing is not a no to help. Support that needs no label stays open, and a landlord can
still ask for advice without saying who it is about.
""",
    ),
    _section(
        "other",
        "Sharing without consent",
        """
Consent comes first. Where it cannot be asked for, or was refused, information may be shared
only where a rule of this agreement names another basis:

- a law that the rule names;
- safeguarding, where an adult or a child may be abused or neglected;
- somebody’s life is at risk;
- the public interest, where serious harm to others is likely, authorised by the senior person
  that the rule names.

Whoever shares writes down the basis, the reason, what was shared and until when. A second
person authorises it before anything is shown. The person is told, unless telling them would
itself cause serious harm. Then the reason is written down, and looked at again on a set day
until they can be told.

If a partner asks us for help that the law lets it ask for and we say no, we give our reasons in
writing.
""",
    ),
    _section(
        "loop",
        "The loop: who may be told",
        """
Information goes to named workers, never to everybody on a network. A worker is inside the loop
while four things hold: their agency has signed, they have accepted this agreement, their
training is in date, and they are still in their post. If one of them lapses, they see nothing
of other agencies until it is put right.

Inside the loop, each sees what their part needs:

- an assigned worker, who works with this person;
- a link worker, who advises colleagues and is the way to the other side;
- a duty worker, for what cannot wait for the assigned worker;
- a manager of the team, who covers and supervises;
- other members of the team, where a rule names them;
- an information lead, who sees who looked and why, and not the record itself.
""",
    ),
    _section(
        "talking",
        "Meetings, phone calls and working side by side",
        """
What is said at a meeting about a person is for the workers who are there, for that person’s
sake. It is not taken back to the office for everybody. Before names are used, whoever leads the
meeting checks that all who are there are inside the loop.

On the phone, ring back on a number from the directory before you say anything about anybody. Do
not say on an answering machine that a mental health service rang.

A worker who spends a day with another service sees only what their host agrees with the people
they meet.
""",
        public=False,
    ),
    _section(
        "override",
        "When safety cannot wait",
        """
A worker who must know something now, to keep somebody safe, may open what another agency holds.
They say what has happened, and which reason the law gives. It closes by itself after an hour. If
more is needed, it can be longer, but never past the next day. Where the rules ask for it, a second
worker must agree first.

The information leads of both agencies and the person’s own worker are told at once. Somebody who
was not part of it looks at each use within five working days, and says if it was right. What
follows is written down. It may be thanks, advice, more training, or steps that the agency takes
with the worker. The person can see that it happened, and why.
""",
    ),
    _section(
        "leaving",
        "When a worker leaves or a team changes",
        """
Nobody is left behind. Before somebody goes, each person who relies on them is handed over, by
name, to a worker who has said yes. The other services around the person are told who to ring
from now on, and so is the person, in the way that they like best. If there can be a goodbye,
there is one.

Access ends on the day that the post ends. Consent given to a team stays with the team. Consent
given to one worker by name ends with that worker’s post, and is asked for again.
""",
        public=False,
    ),
    _section(
        "keeping",
        "Keeping it, and letting it go",
        """
What we are told about a person stays theirs. We use it for the purpose it was shared for, and
do not pass it to anybody else. Each rule says for how many months whoever was told may keep it,
after the reason for sharing has ended. Then it goes.

Every look at a record is written down, and cannot be rubbed out. If something is wrong, the
person can have it put right, or have their own side put beside it.
""",
    ),
    _section(
        "tenancy",
        "Your health and your tenancy",
        """
It is safe to tell us how you are. If you tell us about your mental health, you will not lose your
home for it. It is never a reason to end your tenancy. A landlord who has signed this does not use
it to pick who gets a home.

It can help you. Letters can be easier to live with. Repairs can come at a time that suits you. You
can have time to catch up with rent. And somebody knows what to do if you become unwell.
""",
    ),
    _section(
        "tenants",
        "For tenants, patients and families",
        """
Nobody has to talk about their health to get help with their home. Ask for help, and you will be
asked what would help.

You can ask any worker: who knows about me, and what? You can sign in to your own view and see
it: who is around you, what was agreed, what you said yes and no to, and who looked at what,
when and why. If something there makes no sense to you, ask. You will get an answer within ten
working days.

A carer, a friend or an advocate can look for you or with you, if you want that. You choose what
they see, and you can end it on any day.

If you care for somebody, we will always listen to you, even when we cannot tell you anything.
What you tell us about your own life is kept just as private.
""",
    ),
    _section(
        "landlords",
        "For landlords, large and small",
        """
You do not need to know what is wrong to be a good landlord to somebody who is unwell. You need
to know who to ring, and what helps. Both are in the directory, and it is open to private
landlords too.

If you are worried about a tenant, speak with them first if you can. Then raise a concern, or
ask for advice without giving a name. You will hear that it arrived and what was decided. Often
you will not be told whether your tenant is known to a service, and you should read nothing into
that: the answer looks the same for everybody.

A landlord who has not signed this agreement is told nothing about a person by it. A tenant can
always choose to tell you themselves.

Write down what you see, not what you think it means. “The curtains have been closed for two
weeks and she has stopped saying hello” is worth more than a label.
""",
    ),
    _section(
        "complaints",
        "If you are unhappy with what we did",
        """
Tell any worker, or the information lead of the agency that you are unhappy with. You find their
names in the directory. You do not need a form, and somebody can do it for you.

You hear within three working days that it has come in, and get an answer within twenty. If more
than one agency is part of it, one of them answers for all, so that you are not sent from door to
door. Still unhappy? You can go to the Information Commissioner. You can also go to the ombudsman
for your care or for your landlord. A complaint never changes the help that you get.
""",
    ),
    _section(
        "breaches",
        "When something goes wrong",
        """
Say so at once: nobody is in trouble for telling. Whoever notices that information went to the
wrong person, was seen without need or was lost tells their information lead the same day. The
information lead:

- stops it, and gets back what can be got back;
- tells the information lead of the agency whose information it was, the same day;
- judges how the people concerned may be hurt, and tells them, kindly and soon;
- tells the Information Commissioner within 72 hours where the law asks for it;
- writes down what will be done differently, and brings it to the yearly review.

Looking at a record out of curiosity is a breach, and each agency deals with it as misconduct.
Sharing too much in good faith, to keep somebody safe, is talked through and learned from.
""",
        public=False,
    ),
    _section(
        "training",
        "Training, and the first week",
        """
This agreement is part of every induction, in the first week and before anybody is let in. New
workers read it, accept it by name, and meet a link worker from the other side.

Training on confidentiality is renewed every year. People who have used services help to give
it, and it uses cases from this area: when to share, when not to, how to ask, and how to write
what the person will read. Housing and mental health staff are trained together where they can
be.
""",
        public=False,
    ),
    _section(
        "review",
        "Looking at this agreement every year",
        """
We look at this agreement once a year, with people who use services and with tenants. We ask:
were people helped or harmed by what was shared, or by what was not? Who was refused, and why?
How were overrides used? Who looked, and did anybody look without need? What did complaints and
breaches teach us?

What was found and decided is written down. A change is a new version: each agency signs it, and
each worker accepts it, before it counts for them. Everybody can read the version in force, and
the ones before it.
""",
    ),
    _section(
        "practice",
        "What it means for you, today",
        """
- Ask before you share. Ask early, and write down the answer.
- Open a record only when you need it for your part of the work. The person sees that you did.
- Tell the least that will do, and tell it when it is needed.
- Believe a no, and carry on helping.
- When somebody may come to serious harm, act: ring 999 first if it is now. Then use a safety
  override, and say why.
- Ring your link worker when you are not sure. Ring your information lead when something has
  gone wrong.
- Write as if the person were reading over your shoulder. They can.
""",
        public=False,
    ),
]
