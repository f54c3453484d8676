"""What the sender may do next, from what the sender typed and from nothing else.

Anything here that depended on the receiver would betray it (DESIGN.md, "Masked requests").
"""

from collections.abc import Iterable

from lintel.requests.states import Sign, Urgency

ALWAYS = ("Keep to your usual contact. Say what you are worried about, and ask what would help.",)
URGENT = (
    "If a life is in danger, call 999. For urgent mental health help, call 111 and choose the "
    "mental health option: anybody can call, at any hour.",
)
BY_SIGN: dict[Sign, str] = {
    Sign.HOARDING: "Talk about being safe rather than tidy: a clear way out, a smoke alarm that "
    "works. Do not clear anything without their agreement. The fire service makes free home "
    "safety visits.",
    Sign.NOISE: "Ask what nights are like for them before anything is sent about the noise. Write "
    "down times and what was heard.",
    Sign.SELF_NEGLECT: "If they can't keep themselves safe, raise it with the council's adult "
    "safeguarding team as well: this does not replace it.",
    Sign.PROPERTY: "Offer the repair and the visit separately from any talk of rules.",
    Sign.ARREARS: "Offer a benefits check and a plan that they can keep to. Ask for notices to "
    "wait until a decision has come back.",
    Sign.COMPLAINT_BY: "Take what they report at its word until it is looked into, and tell them "
    "who is doing so.",
    Sign.COMPLAINT_ABOUT: "Tell the neighbours that it is being looked at, and nothing about the "
    "person.",
    Sign.NO_ACCESS: "Try at another time of day, and leave a card with a name and a direct number. "
    "If nobody has seen them for days, ask the police for a welfare check (101).",
    Sign.FIRE_RISK: "Ask the fire service for a home safety visit today: you do not need to wait.",
    Sign.ALCOHOL_DRUGS: "They can see a drug and alcohol service without a referral. Offer to make "
    "the call together.",
    Sign.ISOLATION: "Ask who they would like to see more of, and what they used to enjoy.",
    Sign.HARASSED: "Write down what happens and when. If somebody uses their home or money, tell "
    "the police (101) and adult safeguarding.",
    Sign.CHANGED: "A sudden change can be an illness: offer to help them get to their doctor.",
}


def next_steps(signs: Iterable[str], urgency: str) -> list[str]:
    """What may be done meanwhile, most pressing first; from the signs and urgency as typed."""
    known = {Sign(s) for s in signs if s in Sign.values}
    by_sign = [words for sign, words in BY_SIGN.items() if sign in known]
    first = URGENT if urgency != Urgency.ROUTINE else ()
    return [*first, *by_sign, *ALWAYS]
