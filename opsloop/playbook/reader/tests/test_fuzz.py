"""No input crashes the reader: whatever stands in a file, the answer is an item with errors or an object."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from opsloop.base.kinds.fields import leaves
from opsloop.base.kinds.registry import kinds
from opsloop.playbook.reader.errors import PlaybookError
from opsloop.playbook.reader.files import read_bytes
from opsloop.playbook.tests import samples

SEEDS = [text.encode() for text in samples.FILES.values()]
BITS = [
    b"{",
    b"}",
    b"[",
    b"]",
    b": ",
    b"- ",
    b"\n",
    b"  ",
    b'"',
    b"'",
    b"&a ",
    b"*a",
    b"!!x ",
    b"|",
    b">",
    b"#",
    b"---\n",
    b"\t",
]
BITS += [
    b"\xff",
    b"\x00",
    b"\r",
    b"\xc2\x85",
    b"%",
    b"@",
    b"? ",
    b"~",
    b"\xef\xbb\xbf",
    "中".encode(),
    b"0x1",
    b"{{{",
    b"<<: ",
]
cut = st.tuples(st.integers(0, 600), st.integers(0, 40), st.sampled_from(BITS) | st.binary(max_size=8))


def judge(data: bytes) -> None:
    for kind in list(kinds.values()):
        item = read_bytes(kind, "x", "x.md", data)
        assert all(isinstance(one, PlaybookError) and str(one) for one in item.errors)
        assert (item.obj is None) == bool(item.errors)
        if item.obj is not None:
            assert all(item.place(leaf.path) for leaf in leaves(kind.cls, item.obj))
            assert item.data is not None


@settings(max_examples=250, deadline=None)
@given(st.sampled_from(SEEDS), st.lists(cut, min_size=1, max_size=4))
def test_a_damaged_file_is_an_error_and_no_crash(seed: bytes, cuts: list[tuple[int, int, bytes]]) -> None:
    data = seed
    for at, length, put in cuts:
        data = data[:at] + put + data[at + length :]
    judge(data)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda t: t.encode("utf-8", "surrogatepass")))
def test_noise_is_an_error_and_no_crash(data: bytes) -> None:
    judge(data)
    judge(b"---\n" + data + b"\n---\n" + data)


def test_bottomless_nesting_is_an_error_and_no_crash() -> None:
    for bit in (b"[", b"- ", b"a: {", b"? "):
        judge(bit * 100_000)
        judge(b"---\n" + bit * 100_000 + b"\n---\n")
