"""The words around the forms that raise a request."""

from typing import Any

from django.urls import reverse

from lintel.people.queries import Row
from lintel.requests.presenters.letters import number
from lintel.web.words import date_words

__all__ = ["about_context", "about_listed", "choices", "number"]


def about_listed(row: Row) -> dict[str, str]:
    """A listed person's own facts, as the letter carries them: name, born, address, postcode."""
    return {
        "name": row.person.name,
        "born": date_words(row.person.born),
        "address": row.address or ("No fixed address" if row.person.no_fixed_address else ""),
        "postcode": row.postcode,
    }


def about_context(row: Row | None) -> dict[str, Any]:
    """The identity bar's {"name", "facts"} (None without a person), and the way back."""
    if row is None:
        return {"about": None, "back": reverse("requests:start")}
    facts = about_listed(row)
    address = ", ".join(filter(None, [facts["address"], facts["postcode"]]))
    shown = [("Born", facts["born"]), ("Address", address)]
    if row.person.died:
        shown.append(("Died", date_words(row.person.died)))
    return {
        "about": {
            "name": facts["name"],
            "facts": [{"label": label, "text": text} for label, text in shown if text],
        },
        "back": reverse("requests:start-about", args=[row.person.id]),
    }


def choices(person_id: int | None) -> list[dict[str, str]]:
    """The kinds of request to choose from, about one person or about nobody yet."""

    def at(name: str) -> str:
        if person_id is None:
            return reverse(f"requests:{name}")
        return reverse(f"requests:{name}-about", args=[person_id])

    found = [
        (
            "Raise a concern",
            at("concern"),
            "You are worried about somebody, and a mental health or support service should know. "
            "It works before they have agreed to sharing: then you learn only that it was decided.",
        ),
        (
            "Make a referral",
            at("referral"),
            "The person has agreed, and you know which service. You see who handles it, and you "
            "can write to each other.",
        ),
        (
            "Leave a message to pass on",
            at("message"),
            "Somebody should know something about a person, and you do not know who that is.",
        ),
    ]
    if person_id is None:
        found.insert(
            1,
            (
                "Ask for advice without a name",
                reverse("requests:advice"),
                "You want to talk a situation over. Nobody is named.",
            ),
        )
    return [{"title": title, "href": href, "text": text} for title, href, text in found]
