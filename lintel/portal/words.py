"""Words of the own view, said to the person. Reading age 9 to 11 (tests/portal)."""

from lintel.kernel.sight.states import Category
from lintel.sharing.states import Basis, OverrideReason, Purpose, ViewerKind

# What is held about somebody, said to them.
MINE = {
    Category.IDENTITY: "your name and date of birth",
    Category.CONTACT: "how to reach you",
    Category.TENANCY: "your home",
    Category.MONEY: "your rent and money",
    Category.SUPPORT_NEEDS: "the help you need",
    Category.SAFETY: "how to keep safe",
    Category.HEALTH_INVOLVEMENT: "which health teams help you",
    Category.HEALTH_DETAIL: "your health",
    Category.HOSPITAL_STAY: "your time in hospital",
    Category.PLAN: "what was agreed",
    Category.ENFORCEMENT: "steps about your home, like a warning",
}
WHAT_FOR = {
    Purpose.TENANCY_SUPPORT: "to help you keep your home",
    Purpose.CARE: "to plan your care",
    Purpose.REHOUSING: "to find you the right home",
    Purpose.SAFETY: "to keep people safe",
}
WHY_WITHOUT = {
    Basis.CONSENT: "You said yes.",
    Basis.DIRECT_CARE: "They needed it to care for you.",
    Basis.STATUTE: "A law says so.",
    Basis.SAFEGUARDING: "It was to keep somebody safe from harm.",
    Basis.VITAL: "Somebody’s life was at risk.",
    Basis.PUBLIC_INTEREST: "It was to keep people safe from serious harm.",
}
# Why somebody looked in danger, without asking first.
IN_DANGER = {
    OverrideReason.VITAL_INTERESTS: "Somebody’s life was at risk",
    OverrideReason.SAFEGUARDING: "Somebody was, or may have been, hurt or not cared for",
    OverrideReason.SERIOUS_HARM: "It was to keep somebody else from being badly hurt",
}
# Who may look, said to the person.
WHO = {
    ViewerKind.CARER: "Family, friend or carer",
    ViewerKind.ADVOCATE: "Advocate",
    ViewerKind.SELF: "You",
}
# The pages of the own view as the person knows them.
PAGES = {
    "portal:start": "Home",
    "portal:plan": "What was agreed",
    "portal:sharing": "Sharing",
    "portal:record": "What is written about you",
    "portal:contact": "How to reach you",
    "portal:help": "Ask for help",
    "portal:looked": "Who has looked",
    "portal:looked-questions": "Your questions",
    "portal:opened": "Opened in danger",
}
