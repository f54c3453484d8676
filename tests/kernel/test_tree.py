"""The hash tree, against the definition of RFC 6962 and its published vectors."""

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from lintel.kernel import tree

hashes = st.binary(min_size=32, max_size=32)

# The leaves and roots of the reference implementation (certificate-transparency, merkle_tree).
VECTOR_LEAVES = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    b"\x50\x51\x52\x53\x54\x55\x56\x57",
    b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
]
VECTOR_ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def by_definition(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, 2.1, written as the recursion that stands there."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    return tree.node_hash(by_definition(leaves[:split]), by_definition(leaves[split:]))


def test_published_vectors() -> None:
    leaves = [tree.leaf_hash(data) for data in VECTOR_LEAVES]
    for size, expected in VECTOR_ROOTS.items():
        assert tree.root(leaves[:size]).hex() == expected


@given(st.lists(hashes, max_size=70))
def test_root_is_that_of_the_definition(leaves: list[bytes]) -> None:
    assert tree.root(iter(leaves)) == by_definition(leaves)


@given(st.lists(hashes, min_size=1, max_size=40), st.data())
def test_any_change_shows_in_the_root(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    bit = data.draw(st.integers(0, 255))
    flipped = bytearray(leaves[index])
    flipped[bit // 8] ^= 1 << (bit % 8)
    changed = [*leaves[:index], bytes(flipped), *leaves[index + 1 :]]
    without = leaves[:index] + leaves[index + 1 :]
    doubled = [*leaves[: index + 1], *leaves[index:]]
    roots = {tree.root(version) for version in (leaves, changed, without, doubled)}
    assert len(roots) == 4


@given(hashes, hashes)
def test_a_node_is_never_taken_for_a_leaf(left: bytes, right: bytes) -> None:
    assert tree.leaf_hash(left + right) != tree.node_hash(left, right)
