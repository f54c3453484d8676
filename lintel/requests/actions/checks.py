"""Checks of what was typed, the same for every action. Errors are in words, by field."""

from collections.abc import Iterable, Mapping

from lintel.kernel.errors import Invalid

LONGEST = 10_000
NUL = "\x00"


def needed(fields: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """The errors of fields left empty. `fields`: name to (what was typed, what to say)."""
    return {name: words for name, (typed, words) in fields.items() if not typed.strip()}


def lengths(fields: Mapping[str, tuple[str, int]]) -> dict[str, str]:
    """The errors of fields too long or unprintable. `fields`: name to (typed, limit)."""
    errors = {}
    for name, (typed, limit) in fields.items():
        if len(typed) > limit:
            errors[name] = f"Use {limit} characters or fewer"
        elif NUL in typed:
            errors[name] = "Remove the character that can't be shown"
    return errors


def one_of(name: str, typed: str, allowed: Iterable[str]) -> dict[str, str]:
    """The error of a choice that isn't one."""
    return {} if typed in {str(a) for a in allowed} else {name: "Choose one of the answers"}


def all_of(name: str, typed: Iterable[str], allowed: Iterable[str]) -> dict[str, str]:
    """The error of several choices of which one isn't one."""
    return {} if set(typed) <= {str(a) for a in allowed} else {name: "Choose from the answers"}


def refuse(errors: Mapping[str, str]) -> None:
    """Raise Invalid when there is any error."""
    if errors:
        raise Invalid(errors)
