"""A hash tree over a list of rows, with the prefixes of RFC 6962 (certificate transparency).

Leaves and inner nodes are hashed with different first bytes, so that neither can be passed off
as the other. Pure functions, SHA-256.
"""

from collections.abc import Iterable
from hashlib import sha256

HASH_BYTES = 32


def leaf_hash(data: bytes) -> bytes:
    """The hash of one row's bytes (RFC 6962, 2.1)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two hashes (RFC 6962, 2.1)."""
    return sha256(b"\x01" + left + right).digest()


def root(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes, in order; of none, the hash of nothing (RFC 6962, 2.1).

    Reads the leaves once, and keeps one hash for each level.
    """
    # Each entry is (number of leaves below, hash). Equal sizes merge, as when counting in
    # binary; what is left over at the end merges from the right.
    stack: list[tuple[int, bytes]] = []
    for leaf in leaves:
        size, top = 1, leaf
        while stack and stack[-1][0] == size:
            top = node_hash(stack.pop()[1], top)
            size *= 2
        stack.append((size, top))
    if not stack:
        return sha256(b"").digest()
    result = stack.pop()[1]
    while stack:
        result = node_hash(stack.pop()[1], result)
    return result
