"""Text cut into index words and queries into phrases. Pure; one cut for both databases.

Chinese has no spaces and most of its words have two characters, so a run of Chinese becomes its overlapping pairs and,
at its end, its last character: 客户投诉 -> 客户 户投 投诉 诉. A word of two characters is then one index word, a longer
one a phrase of consecutive pairs, and a single character the prefix of a pair or the last one. Runs of letters and
digits are words as they are; the last one of a query is a prefix.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

LONGEST_WORD = 64
LONGEST_QUERY = 200
MOST_PHRASES = 8
_CJK = (
    (0x3005, 0x3007), (0x3040, 0x30FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xAC00, 0xD7AF), (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Phrase:
    """Index words that must follow each other; `prefix`: the last one need only begin so."""

    words: tuple[str, ...]
    prefix: bool


def fold(text: str) -> str:
    """Full width to half, capitals to small, accents and invisible characters away. Folding twice changes nothing."""
    for _turn in range(4):
        apart = unicodedata.normalize("NFKD", text)
        bare = "".join(char for char in apart if unicodedata.category(char) not in ("Mn", "Cf"))
        folded = unicodedata.normalize("NFKC", bare).casefold()
        if folded == text:
            break
        text = folded
    return text


@lru_cache(maxsize=20_000)
def _class(char: str) -> int:
    """2 Chinese and its neighbours, 1 letters and digits, 0 what separates."""
    code = ord(char)
    if code > 0x3000 and any(low <= code <= high for low, high in _CJK):
        return 2 if char.isalnum() else 0
    return 1 if char.isalnum() else 0


def _runs(folded: str) -> Iterator[tuple[bool, str]]:
    """(Chinese?, run of characters)."""
    for kind, chars in groupby(folded, key=_class):
        if kind:
            yield kind == 2, "".join(chars)


def words(text: str) -> Iterator[str]:
    """The index words of a text, in order."""
    for chinese, run in _runs(fold(text)):
        if chinese:
            yield from (run[i : i + 2] for i in range(len(run)))
        else:
            yield run[:LONGEST_WORD]


def phrases(query: str) -> list[Phrase]:
    """What a query asks for: each part between spaces is a phrase, and all of them must be there."""
    found: list[Phrase] = []
    for part in fold(query[:LONGEST_QUERY]).split():
        runs = list(_runs(part))
        if not runs:
            continue
        cut = [word for _chinese, run in runs for word in words(run)]
        chinese, last = runs[-1]
        if chinese and len(last) > 1:
            cut.pop()  # the text may go on behind it
        found.append(Phrase(tuple(cut), prefix=not chinese or len(last) == 1))
    return list(dict.fromkeys(found))[:MOST_PHRASES]


def loosened(asked: list[Phrase]) -> list[Phrase]:
    """The same words in any order and place: for a query that is found nowhere as it stands."""
    single = [
        Phrase((word,), prefix=one.prefix and i == len(one.words) - 1)
        for one in asked
        for i, word in enumerate(one.words)
        if len(word) > 1
    ]
    return list(dict.fromkeys(single))


def squeezed(text: str) -> str:
    """A text without anything that separates: two titles that read the same are the same."""
    return "".join(run for _chinese, run in _runs(fold(text)))
