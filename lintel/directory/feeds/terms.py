"""What the terms of other directories mean in ours: needs, and ways to ask.

Conservative: a term that could mean something else means nothing here, and is kept as it came.
Nothing makes a service a crisis service but its owner here: a feed can't put itself on the way of
somebody in danger.
"""

from collections.abc import Iterable, Mapping

from lintel.directory.states import Need, ReferralRoute

# Words of a term, in small letters -> need. Open Eligibility, LGA lists, audiences of v1 feeds.
NEEDS: Mapping[str, Need] = {
    "mental health": Need.MENTAL_HEALTH,
    "mental health care": Need.MENTAL_HEALTH,
    "mental health support": Need.MENTAL_HEALTH,
    "mental health conditions": Need.MENTAL_HEALTH,
    "people with mental health issues": Need.MENTAL_HEALTH,
    "mental wellbeing": Need.LOW_MOOD,
    "anxiety": Need.LOW_MOOD,
    "depression": Need.LOW_MOOD,
    "stress": Need.LOW_MOOD,
    "anxiety and depression": Need.LOW_MOOD,
    "talking therapies": Need.LOW_MOOD,
    "housing advice": Need.LOSING_HOME,
    "homelessness prevention": Need.LOSING_HOME,
    "eviction": Need.LOSING_HOME,
    "homeless": Need.HOMELESS,
    "homeless people": Need.HOMELESS,
    "homelessness": Need.HOMELESS,
    "rough sleepers": Need.HOMELESS,
    "rough sleeping": Need.HOMELESS,
    "temporary shelter": Need.HOMELESS,
    "emergency shelter": Need.HOMELESS,
    "hospital discharge": Need.LEAVING_HOSPITAL,
    "debt": Need.MONEY,
    "debt advice": Need.MONEY,
    "debt and money advice": Need.MONEY,
    "money advice": Need.MONEY,
    "money management": Need.MONEY,
    "benefits advice": Need.MONEY,
    "welfare benefits": Need.MONEY,
    "welfare rights": Need.MONEY,
    "floating support": Need.RUNNING_A_HOME,
    "tenancy support": Need.RUNNING_A_HOME,
    "independent living skills": Need.RUNNING_A_HOME,
    "hoarding": Need.HOARDING,
    "noise": Need.NEIGHBOURS,
    "neighbour disputes": Need.NEIGHBOURS,
    "antisocial behaviour": Need.NEIGHBOURS,
    "anti-social behaviour": Need.NEIGHBOURS,
    "domestic abuse": Need.SAFETY,
    "domestic violence": Need.SAFETY,
    "survivors of abuse": Need.SAFETY,
    "abuse or neglect survivors": Need.SAFETY,
    "drug and alcohol misuse": Need.DRUGS_ALCOHOL,
    "drugs and alcohol": Need.DRUGS_ALCOHOL,
    "substance misuse": Need.DRUGS_ALCOHOL,
    "alcohol misuse": Need.DRUGS_ALCOHOL,
    "drug misuse": Need.DRUGS_ALCOHOL,
    "addiction": Need.DRUGS_ALCOHOL,
    "addiction & recovery": Need.DRUGS_ALCOHOL,
    "befriending": Need.LONELY,
    "loneliness": Need.LONELY,
    "social isolation": Need.LONELY,
    "carers": Need.CARERS,
    "caregivers": Need.CARERS,
    "unpaid carers": Need.CARERS,
    "young carers": Need.CARERS,
    "older people": Need.OLDER,
    "older adults": Need.OLDER,
    "seniors": Need.OLDER,
    "young people": Need.YOUNG,
    "young adults": Need.YOUNG,
    "care leavers": Need.YOUNG,
    "disabled people": Need.DISABILITY,
    "disability": Need.DISABILITY,
    "physical disability": Need.DISABILITY,
    "learning disability": Need.DISABILITY,
    "learning disabilities": Need.DISABILITY,
    "sensory impaired": Need.DISABILITY,
    "visually impaired": Need.DISABILITY,
    "hearing impaired": Need.DISABILITY,
    "wheelchair users": Need.DISABILITY,
    "advice": Need.ADVICE,
    "advice and guidance": Need.ADVICE,
    "information and advice": Need.ADVICE,
    "information advice and guidance": Need.ADVICE,
}
ROUTES: Mapping[str, ReferralRoute] = {
    "self referral": ReferralRoute.SELF,
    "self-referral": ReferralRoute.SELF,
    "drop-in": ReferralRoute.SELF,
    "drop in": ReferralRoute.SELF,
    "professional referral": ReferralRoute.PROFESSIONAL,
    "gp referral": ReferralRoute.GP,
}


def words_of(name: str) -> str:
    """A term's words for comparing: the last of "Parents>Grandparents", in small letters."""
    return " ".join(name.rpartition(">")[2].lower().split())


def needs_of(names: Iterable[str]) -> list[Need]:
    """The needs that the terms certainly mean, each once, in their order."""
    found = (NEEDS.get(words_of(name)) or _own(name) for name in names)
    return list(dict.fromkeys(need for need in found if need is not None))


def _own(name: str) -> Need | None:
    """A need as this directory itself publishes it."""
    need = OWN.get(words_of(name))
    return None if need is Need.CRISIS else need


OWN: Mapping[str, Need] = {words_of(need.label): need for need in Need}


def routes_of(words: Iterable[str]) -> list[ReferralRoute]:
    """The ways to ask that the words certainly mean."""
    found = (ROUTES.get(words_of(word)) for word in words)
    return list(dict.fromkeys(route for route in found if route is not None))
