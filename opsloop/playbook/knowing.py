"""The book's answers for apps below it: the versions of a thing and what names it (see base/kinds/known.py)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from opsloop.base.kinds.fields import leaves
from opsloop.base.kinds.known import Edition, Named, Naming, provide
from opsloop.base.kinds.registry import kinds
from opsloop.base.kinds.translated import language
from opsloop.playbook import diff, queries
from opsloop.playbook.book import Playbook
from opsloop.playbook.models import Version
from opsloop.playbook.translations import words

_kept: dict[str, Any] = {}


def editions(kind: str, ident: str) -> list[Edition]:
    """Versions, newest first, each with the fields that it changed."""
    rows = queries.history(kind, ident)
    return [_edition(one, rows[at + 1] if at + 1 < len(rows) else None) for at, one in enumerate(rows)]


def _edition(one: Version, before: Version | None) -> Edition:
    differs = [] if before is None or one.withdrawn else diff.fields(kinds[one.kind], before.data, one.data)
    return Edition(
        one.number, one.effective_from, one.publication.reason, str(one.publication.proposed_by),
        tuple(dict.fromkeys(d.label for d in differs)), one.withdrawn,
        f"/playbook/{one.kind}/{one.ident}/versions/{one.number}/", tuple(dict.fromkeys(_key(d.path) for d in differs)),
    )  # fmt: skip


def coming(kind: str, ident: str) -> list[Edition]:
    """What begins on later days, the next first; each compared with what it follows. None that was taken back."""
    rows = queries.coming(kind, ident)
    if not rows:
        return []
    now, kept = queries.version_at(kind, ident), {one.effective_from: one for one in rows}
    following = zip([now, *kept.values()], kept.values(), strict=False)
    return [_edition(one, before) for before, one in following if before is None or one.sha256 != before.sha256]


def _key(path: str) -> str:
    """The field of the file that a dotted path begins with."""
    return path.partition(".")[0].partition("[")[0]


def namings(kind: str, ident: str) -> list[Naming]:
    """Everything in force that names it, in the order of kinds and titles."""
    book = queries.published()
    found = _all_namings(book).get((kind, ident), ())
    return [_in_words(book, one) for one in found]


def named(kind: str, ident: str) -> Named | None:
    """A thing in force, in the reader's language."""
    book = queries.published()
    item = book.items.get((kind, ident))
    return Named(words(book, item, language()).title, f"/playbook/{kind}/{ident}/") if item is not None else None


def _in_words(book: Playbook, one: Naming) -> Naming:
    """In the reader's language; what is kept is in that of whoever asked first."""
    title = words(book, book.items[one.kind, one.ident], language()).title
    return replace(one, title=title, kind_title=str(kinds[one.kind].title))


def _all_namings(book: Playbook) -> dict[tuple[str, str], list[Naming]]:
    """(kind, id) -> what names it; made once for each published book."""
    if _kept.get("book") is not book:
        _kept["book"], _kept["found"] = book, _gather(book)
    found: dict[tuple[str, str], list[Naming]] = _kept["found"]
    return found


def _gather(book: Playbook) -> dict[tuple[str, str], list[Naming]]:
    places: dict[tuple[str, str], dict[tuple[str, str], list[str]]] = {}
    for (kind, ident), item in book.items.items():
        for leaf in leaves(kinds[kind].cls, item.obj) if item.obj is not None else ():
            for ref in leaf.says.refs if leaf.value else ():
                if book.has(ref, str(leaf.value)):
                    into = places.setdefault((ref, str(leaf.value)), {})
                    into.setdefault((kind, ident), []).append(_key(leaf.path))
    return {
        target: [_naming(book, *who, fields) for who, fields in sorted(found.items())]
        for target, found in places.items()
    }


def _naming(book: Playbook, kind: str, ident: str, fields: list[str]) -> Naming:
    title = book.items[kind, ident].title
    return Naming(
        kind, str(kinds[kind].title), ident, title, tuple(dict.fromkeys(fields)), f"/playbook/{kind}/{ident}/"
    )


provide(editions=editions, coming=coming, namings=namings, named=named)
