"""Search inside the book: every word asked for must stand in the thing; the hit shows where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from opsloop.base.kinds.fields import Leaf, leaves
from opsloop.base.kinds.registry import kinds
from opsloop.base.things.errors import Text
from opsloop.playbook.book import Playbook
from opsloop.playbook.reader.files import Item
from opsloop.playbook.reading.labels import language
from opsloop.playbook.translations import Words, words

AROUND, MOST = 40, 50


@dataclass(frozen=True, slots=True)
class Snippet:
    """Where a word stands: the field's label and the text around it, the word itself apart."""

    label: str
    before: str
    hit: str
    after: str


@dataclass(frozen=True, slots=True)
class Hit:
    item: Item
    words: Words
    kind: str
    snippets: list[Snippet]
    weight: int


def search(book: Playbook, asked: str) -> list[Hit]:
    """Things in which all words stand, in either language; hits in titles first."""
    wanted = asked.casefold().split()[:8]
    if not wanted:
        return []
    hits = [hit for item in book.items.values() if item.kind != "translation" and (hit := _hit(book, item, wanted))]
    return sorted(hits, key=lambda hit: (-hit.weight, hit.words.title))[:MOST]


def _hit(book: Playbook, item: Item, wanted: list[str]) -> Hit | None:
    if item.obj is None:
        return None
    said = words(book, item, language())
    texts = [(label, text) for label, text in _texts(item, said) if text]
    whole = "\n".join([item.ident, *(text for _label, text in texts)]).casefold()
    if not all(word in whole for word in wanted):
        return None
    snippets = [found for label, text in texts if (found := _snippet(label, text, wanted))]
    title = said.title.casefold()
    weight = 2 * sum(word in title for word in wanted) + (item.ident in wanted)
    return Hit(item, said, str(kinds[item.kind].title), snippets[:3], weight)


def _texts(item: Item, said: Words) -> Iterator[tuple[Text, str]]:
    for leaf in leaves(kinds[item.kind].cls, item.obj):
        if isinstance(leaf.value, str):
            yield leaf.says.label, _spoken(leaf, said)


def _spoken(leaf: Leaf, said: Words) -> str:
    if not leaf.says.text:
        return str(leaf.value)
    return (said.body if leaf.path == "body" else "") or said.text(leaf.path, leaf.value)


def _snippet(label: Text, text: str, wanted: list[str]) -> Snippet | None:
    low = text.casefold()
    places = [(low.find(word), word) for word in wanted if word in low]
    if not places or len(low) != len(text):
        return None
    at, word = min(places)
    start, end = max(0, at - AROUND), at + len(word)
    before = ("…" if start else "") + text[start:at].replace("\n", " ")
    after = text[end : end + AROUND].replace("\n", " ") + ("…" if end + AROUND < len(text) else "")
    return Snippet(str(label), before, text[at:end], after)
