"""The rules of the agreement that Lintel ships with: version 1, for a partnership to make its own.

Read once, by the migration that writes version 1; changed by publishing a version, never here.
Each rule is one sentence of `sharing.models.Rule`. The principles are those of the seeds (000,
2.2.1 to 2.2.3; 001) and of Caldicott: the least that the purpose needs, to those who need it.
"""

from dataclasses import dataclass

from lintel.agencies.states import AgencyKind
from lintel.kernel.sight.states import Category as C
from lintel.sharing.states import OWN, Basis, Detail, Level, Use

EVERY = [str(kind) for kind in AgencyKind]
# Services that work with people; commissioners plan for them and learn nothing of anybody.
SERVICES = [str(k) for k in AgencyKind if k not in {"commissioner", "private_landlord"}]
CARING = [str(AgencyKind.TRUST), str(AgencyKind.COUNCIL), str(AgencyKind.VOLUNTARY)]
NEAR = [Level.ASSIGNED, Level.LINK, Level.DUTY, Level.TEAM, Level.MANAGER]
NAMED = [Level.ASSIGNED, Level.LINK, Level.DUTY, Level.MANAGER]
SECTION_42 = "Care Act 2014, sections 42 to 45"


@dataclass(frozen=True, slots=True)
class Sentence:
    """The fields of a `Rule`."""

    use: Use
    categories: list[C]
    givers: list[str]
    receivers: list[str]
    levels: list[Level]
    basis: Basis
    statute: str = ""
    authoriser: str = ""
    second: bool = False
    detail: Detail = Detail.FULL
    retention_months: int = 72


def _own(use: Use, categories: list[C], months: int) -> Sentence:
    """What an agency's own workers see of its own record: named workers and their managers."""
    near = [Level.ASSIGNED, Level.MANAGER]
    return Sentence(use, categories, [OWN], [OWN], near, Basis.OWN_WORK, retention_months=months)


def _asked(use: Use, categories: list[C], receivers: list[str], **more: Detail) -> Sentence:
    """With the person's consent, from any agency."""
    return Sentence(use, categories, EVERY, receivers, NEAR, Basis.CONSENT, **more)  # type: ignore[arg-type]


ALL = list(C)
PRIVATE = [str(AgencyKind.PRIVATE_LANDLORD)]
URGENT = [C.IDENTITY, C.CONTACT, C.TENANCY, C.SUPPORT_NEEDS, C.SAFETY, C.HEALTH_INVOLVEMENT, C.PLAN]
GUARDED = [C.MONEY, C.HEALTH_DETAIL, C.HOSPITAL_STAY, C.ENFORCEMENT]

RULES: list[Sentence] = [
    # An agency's own work.
    _own(
        Use.HOUSING,
        [
            C.IDENTITY,
            C.CONTACT,
            C.TENANCY,
            C.MONEY,
            C.SUPPORT_NEEDS,
            C.SAFETY,
            C.PLAN,
            C.ENFORCEMENT,
        ],
        72,
    ),
    _own(
        Use.TENANCY_SUPPORT,
        [C.IDENTITY, C.CONTACT, C.SUPPORT_NEEDS, C.SAFETY, C.PLAN],
        72,
    ),
    _own(
        Use.CARE,
        [
            C.IDENTITY,
            C.CONTACT,
            C.SUPPORT_NEEDS,
            C.SAFETY,
            C.HEALTH_INVOLVEMENT,
            C.HEALTH_DETAIL,
            C.HOSPITAL_STAY,
            C.PLAN,
        ],
        240,
    ),
    # What the person says yes to.
    _asked(Use.TENANCY_SUPPORT, ALL, SERVICES),
    _asked(
        Use.TENANCY_SUPPORT,
        [C.IDENTITY, C.CONTACT, C.SUPPORT_NEEDS, C.PLAN],
        PRIVATE,
        detail=Detail.SUMMARY,
    ),
    _asked(Use.CARE, ALL, SERVICES),
    _asked(Use.REHOUSING, [c for c in ALL if c != C.HEALTH_DETAIL], SERVICES),
    _asked(Use.REHOUSING, [C.HEALTH_DETAIL], SERVICES, detail=Detail.SUMMARY),
    _asked(Use.SAFETY, [*URGENT, C.HEALTH_DETAIL, C.HOSPITAL_STAY], SERVICES),
    # A request that is answered in the open, and a circle that was agreed.
    Sentence(
        Use.REQUEST, [C.IDENTITY], [*EVERY, OWN], [*EVERY, OWN], [Level.ASSIGNED], Basis.CONSENT
    ),
    Sentence(
        Use.TOGETHER,
        [C.IDENTITY, C.PLAN],
        [*EVERY, OWN],
        [*EVERY, OWN],
        [Level.ASSIGNED],
        Basis.CONSENT,
    ),
    # Without consent, as the law allows; written down, authorised, told to the person.
    Sentence(
        Use.CARE,
        [
            C.IDENTITY,
            C.CONTACT,
            C.SUPPORT_NEEDS,
            C.SAFETY,
            C.HEALTH_INVOLVEMENT,
            C.HEALTH_DETAIL,
            C.HOSPITAL_STAY,
            C.PLAN,
        ],
        [str(AgencyKind.TRUST), str(AgencyKind.VOLUNTARY)],
        [str(AgencyKind.TRUST)],
        NAMED,
        Basis.DIRECT_CARE,
        authoriser="the clinician who is responsible for the care",
    ),
    Sentence(
        Use.CARE,
        [C.IDENTITY, C.CONTACT, C.SUPPORT_NEEDS, C.HEALTH_INVOLVEMENT],
        [str(AgencyKind.TRUST), str(AgencyKind.COUNCIL)],
        [str(AgencyKind.TRUST), str(AgencyKind.COUNCIL)],
        NAMED,
        Basis.STATUTE,
        statute="Care Act 2014, sections 6 and 7 (co-operation)",
        authoriser="an information lead",
        detail=Detail.SUMMARY,
    ),
    Sentence(
        Use.SAFETY,
        [C.IDENTITY, C.CONTACT, C.TENANCY, C.SAFETY],
        EVERY,
        SERVICES,
        NAMED,
        Basis.STATUTE,
        statute="Crime and Disorder Act 1998, section 115",
        authoriser="an information lead",
        detail=Detail.SUMMARY,
    ),
    Sentence(
        Use.SAFETY,
        URGENT,
        EVERY,
        SERVICES,
        NAMED,
        Basis.SAFEGUARDING,
        statute=SECTION_42,
        authoriser="the safeguarding lead or an information lead",
    ),
    Sentence(
        Use.SAFETY,
        [*URGENT, C.HEALTH_DETAIL],
        EVERY,
        SERVICES,
        NAMED,
        Basis.VITAL,
        authoriser="a manager or an information lead",
    ),
    Sentence(
        Use.SAFETY,
        [C.IDENTITY, C.CONTACT, C.SAFETY],
        EVERY,
        SERVICES,
        NAMED,
        Basis.PUBLIC_INTEREST,
        authoriser="the Caldicott guardian or an information lead",
        detail=Detail.SUMMARY,
    ),
    # A worker opens a record for safety. What could do most harm needs a second worker.
    Sentence(Use.EMERGENCY, URGENT, EVERY, EVERY, [Level.ASSIGNED], Basis.VITAL),
    Sentence(Use.EMERGENCY, GUARDED, EVERY, CARING, [Level.ASSIGNED], Basis.VITAL),
    Sentence(
        Use.EMERGENCY,
        GUARDED,
        EVERY,
        [str(AgencyKind.LANDLORD), *PRIVATE],
        [Level.ASSIGNED],
        Basis.VITAL,
        second=True,
    ),
]
