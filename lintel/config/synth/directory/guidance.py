"""Pages of guidance: for landlords, for emergencies, and what the partnership stands by.

Written for this product. A partnership changes the words and the invented numbers to its own;
999, 111 and 116 123 are real.
"""

from dataclasses import dataclass

from lintel.directory.states import GuidanceKind as K

# The page that private landlords are led to (`lintel.directory.queries.guidance`).
PRIVATE_LANDLORDS = "private-landlords"


@dataclass(frozen=True)
class Page:
    """A page. `checked`: how many days ago somebody last read it through."""

    slug: str
    kind: K
    title: str
    summary: str
    body: str
    position: int
    checked: int = 30


PAGES = (
    Page(
        PRIVATE_LANDLORDS,
        K.LANDLORDS,
        "A tenant worries you: tonight, tomorrow, and what never to do",
        "For any landlord, large or small. You don’t have to know what is wrong, and you don’t "
        "have to sort it out alone",
        """
## Tonight

- Ring 999 if somebody is hurt, if there is a fire or a weapon, if somebody has taken too much of \
something, or if they say that they are about to end their life. Stay on the line. If it is safe, \
stay with them.
- If it is bad, but nobody is in danger this minute, ring NHS 111 and choose option 2, or the \
crisis team of this area. Both answer day and night, and anybody may ring.
- Say what you have seen and heard tonight, and where. You don’t need to know what is wrong, and \
you don’t need permission to say what worries you.
- Talk with them, if they will. Knock, say who you are, and wait. One person is enough; a crowd at \
the door is frightening. Say that you are not there about the rent. Listen longer than you talk.
- Agree one small thing, such as “I’ll ring you at ten tomorrow”.
- Write down what you saw and when, in words that you would be happy for your tenant to read.

## Tomorrow

- Do what you said you would, at the time that you gave. It builds trust fastest.
- Look their address up in this directory. It shows who covers it, for what, and when they are \
open. If you can’t tell whom to ask, ring the one-stop shop: you needn’t give a name.
- Ask your tenant first: “I’d like to ask the support team whether they can help with the bills. \
Is that all right?” Most people say yes. If they say no, you can still get advice without giving \
their name.
- Ask about the rent kindly, and early. A sudden change in paying is often the first sign. Offer a \
plan that can be kept, and ask whether a benefit has changed.
- Keep doing repairs. A home that works keeps people well.
- Talk with the council’s housing options team before you send a notice. They can help for 56 days \
before somebody has to leave, and earlier if you ask.

## Never

- Never change the locks, or put somebody out without a court’s order. It is a crime.
- Never cut off gas, water or electricity, and never take away somebody’s things.
- Never go in without leave, except where there is a danger to life: fire, gas, water, or somebody \
who can’t answer.
- Never post about a tenant: not in a group, not without the name, not as a joke.
- Never tell the neighbours what you know or guess about somebody’s health.
- Never ask for a diagnosis, for letters from a doctor, or what tablets somebody takes. Ask what \
would help.
- Never threaten with eviction to make somebody see a doctor.
- Never promise to keep a danger secret.
- Never throw away what has piled up in somebody’s home. They have to be there, and to agree.

If you have done one of these already: put it right today, say sorry, and ring the one-stop shop \
for advice. It is not too late.
""",
        10,
        14,
    ),
    Page(
        "what-to-expect",
        K.LANDLORDS,
        "What you can expect from services",
        "And what they can’t tell you",
        """
## What you can count on

- Somebody tells you that your concern has arrived.
- Somebody decides what to do about it, and you hear that it was decided.
- If it went to the wrong team, that team passes it on. You don’t start again.
- You are given a name and a number for next time.
- You can ask for advice without naming anybody.

## What you won’t be told

Whether your tenant is known to a service, and what is wrong, unless your tenant agrees to it. You \
get the same answer whether the service knows the person or not. That isn’t rudeness: it is what \
lets people ask for help.

## What services ask of you

- Say what you saw, not what you think it is.
- Say what you have told the tenant.
- Stay a landlord: nobody asks you to be a nurse.
- Hold back notices and letters about arrears for two weeks while somebody is finding out.

## If nothing happens

Each entry says how long people wait. If it has been longer, ring the one-stop shop: they can see \
where a request stands, and chase it.
""",
        40,
        45,
    ),
    Page(
        "sharing",
        K.LANDLORDS,
        "Sharing what you know",
        "You may say what worries you. Here is how to do it well",
        """
## You may always

- ring for advice about somebody without naming them
- tell a service what you have seen and heard, if your tenant agrees
- tell 999, the crisis team or the council what you have seen when somebody may come to serious \
harm, even if your tenant doesn’t agree. Data protection law does not stand in the way of that.

## Ask first, unless asking is dangerous

Say what you would share, with whom and why. Write down the answer. If you share without asking, \
write down why you could not ask.

## Say only what is needed

- The address, the name, what happened and when.
- What you have done already, and what the tenant would like.
- No guesses at what is wrong. No gossip from the stairs.

## Afterwards

Tell your tenant whom you told, as soon as that is safe. People forgive a worried landlord. They \
don’t forgive finding out from somebody else.
""",
        50,
        45,
    ),
    Page(
        "danger-now",
        K.EMERGENCY,
        "Somebody is in danger now",
        "Ring 999",
        """
## Ring 999

- Somebody is badly hurt, or has taken too much of something.
- Somebody is about to end their life, or says so and has the means.
- There is a fire, a weapon, or somebody is being hurt.
- A child is alone and not safe.

Say where you are first. Stay on the line. Stay with the person if it is safe for you.

## If you can’t speak

Ring 999 from a mobile, and press 55 when you are asked to.

## Afterwards

Ring the crisis team or your own manager, whatever the hour. You should not carry it alone.
""",
        10,
        6,
    ),
    Page(
        "crisis-tonight",
        K.EMERGENCY,
        "Somebody may come to harm, but not this minute",
        "The crisis team, or NHS 111 option 2, day and night",
        """
## Ring, day and night

- The crisis and home treatment team of this area: 01632 960209 (invented).
- NHS 111, option 2: the national line for mental health.
- Samaritans, 116 123: somebody who listens, for anybody, about anything.

Anybody may ring: the person, family, a neighbour, a landlord, a caretaker.

## What they will ask

- Where is the person, and are they alone?
- What has changed, and since when?
- Have they said anything about hurting themselves or others?
- Do they know that you are ringing?
- Is there a child, a pet, a cooker on?

## What happens next

The team says what it will do and by when, and gives you a number to ring if it gets worse. If \
they can’t tell you more than that, it is to keep faith with the person.
""",
        20,
        6,
    ),
    Page(
        "no-answer",
        K.EMERGENCY,
        "Nobody answers the door",
        "Step by step, for landlords and visiting workers",
        """
## First

- Ring, text, knock. Try once more after an hour.
- Look at what can be seen from outside: post, curtains, lights, smells, a running tap.
- Ask the people whom the tenant has named for this. Nobody else needs to know.

## If you fear for their life

Ring 999 and say so: “I think that somebody is inside and may be hurt.” The police and the fire \
service may go in. Don’t break in yourself unless there is fire, gas or water.

## If you don’t

- Leave a card with your name, number and one kind sentence.
- Ask the team that is involved, or raise a concern: they may know that somebody is in hospital.
- Try again at another time of day, and write down each try.

Nobody loses a home because they were in hospital and could not answer.
""",
        30,
        100,
    ),
    Page(
        "no-wrong-door",
        K.POLICY,
        "No wrong door",
        "What every service in this directory has agreed",
        """
Whoever asks, at whichever door, is helped to the right one.

- The service that is asked first stays with the request until another has taken it.
- Nobody is told to ring a list of numbers.
- Wrong turns are counted, so that this directory can be put right.
- Every entry has an owner, who checks it every three months. An entry that nobody has checked is \
marked, not hidden.

The partnership of this demonstration is invented, and so is its agreement.
""",
        10,
        60,
    ),
    Page(
        "nobody-is-a-diagnosis",
        K.POLICY,
        "Nobody is turned away for a diagnosis",
        "An exclusion by diagnosis alone is questioned",
        """
A service may say what it can and can’t do. It may not turn somebody away because of the name of \
a diagnosis and nothing else.

- No label is needed to ask for help, and none is asked for in order to get it.
- An entry that leaves people out for a diagnosis alone is marked for its owner, who has to give \
a reason that is about safety or skill, or take it out.
- Age, place and need may be rules. Each rule says where it is written down.
""",
        20,
        60,
    ),
    Page(
        "what-we-publish",
        K.POLICY,
        "What we publish, and what we don’t",
        "The directory is open; people’s lives are not",
        """
## Open to everybody

What a service does, for whom, where, when, how long people wait, and how to ask. It is open data \
in the national standard: take it, and say where it is from.

## For partners only

Direct lines, duty rotas, thresholds, and addresses that keep people safe, such as a refuge’s.

## Never

Who asked, who was looked up, and who is helped. A postcode that you type is not kept.
""",
        30,
        95,
    ),
)
