"""References such as LN-7K4P-2Q9D: random, so that none tells how many there are."""

import secrets

# No vowels and no look-alikes: nothing rude, nothing misread over the telephone.
LETTERS = "23456789BCDFGHJKLMNPQRSTVWXZ"


def new_reference() -> str:
    """A fresh reference; one in 380 billion, and the database refuses a second of the same."""
    part = "".join(secrets.choice(LETTERS) for _ in range(8))
    return f"LN-{part[:4]}-{part[4:]}"


def tidy(typed: str) -> str:
    """What was typed or pasted as a reference, in its written form."""
    letters = "".join(c for c in typed.upper() if c.isalnum())
    return f"LN-{letters[2:6]}-{letters[6:]}" if letters.startswith("LN") else typed.strip()
