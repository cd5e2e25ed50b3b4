"""The book in the reader's language: texts from translations/, with a mark on those made from an older file."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from opsloop.base.kinds.fields import leaves
from opsloop.base.kinds.registry import kinds
from opsloop.playbook.book import Playbook, load
from opsloop.playbook.kinds.translation import Translation, source_of
from opsloop.playbook.reader.files import Item
from opsloop.playbook.reader.text import hash_of

_OF = re.compile(r"^of:.*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of one item in one language. `stale`: the file was changed after it was translated."""

    item: Item
    texts: dict[str, str] = field(default_factory=dict)
    body: str = ""
    stale: bool = False

    def text(self, path: str, original: str) -> str:
        """The translated text of a dotted field, else the original."""
        return self.texts.get(path) or original

    @property
    def title(self) -> str:
        return self.text("title", self.item.title)


def texts_hash(item: Item) -> str:
    """The hash of everything in a file that can be translated: a changed limit makes no translation stale."""
    texts = [f"{leaf.path}\0{leaf.value}" for leaf in leaves(kinds[item.kind].cls, item.obj) if leaf.says.text]
    return hash_of("\0\0".join(texts))


def words(book: Playbook, item: Item, language: str) -> Words:
    """The item's texts for a language; what is not translated stays in the language of the playbook."""
    folder = kinds[item.kind].folder
    ident = f"{language}/{folder}/{item.ident}" if folder else f"{language}/{item.ident}"
    found = book.get("translation", ident)
    if not isinstance(found, Translation):
        return Words(item)
    stale = bool(found.of) and found.of != texts_hash(item)
    return Words(item, found.fields, found.body, stale)


def stamp(folder: Path) -> list[str]:
    """Write the hash of each source's texts into `of` of its translation files. Answers the paths that changed."""
    book, changed = load(folder), []
    for (kind, ident), item in sorted(book.items.items()):
        source = source_of(ident) if kind == "translation" and item.obj is not None else None
        original = book.item(source[1].name, source[2]) if source else None
        if original is None or original.obj is None or item.obj.of == texts_hash(original):
            continue
        line = f"of: {texts_hash(original)}"
        text = _OF.sub(line, item.text, count=1) if _OF.search(item.text) else f"{line}\n{item.text}"
        (folder / item.path).write_bytes(text.encode())
        changed.append(item.path)
    return changed
