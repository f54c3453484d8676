"""Ids that follow from what they name: the same in every answer, and after every publishing."""

from uuid import UUID, uuid5

from lintel.directory.states import Need

# The same for every Lintel, so that a need has one id in all areas. Never to be changed.
NAMESPACE = UUID("9a8ed174-2a4d-4f9e-8c51-6f5c0f8f7b1d")


def part(owner: UUID, kind: str, key: object) -> str:
    """The id of a part of something, such as the second schedule of a service."""
    return str(uuid5(NAMESPACE, f"{kind}/{owner}/{key}"))


def need(value: str) -> UUID:
    """The id of a need as a taxonomy term."""
    return uuid5(NAMESPACE, f"need/{value}")


def taxonomy(name: str) -> UUID:
    """The id of a taxonomy, from its name."""
    return uuid5(NAMESPACE, f"taxonomy/{name}")


NEED_OF: dict[UUID, Need] = {need(value): value for value in Need}
