"""What is said of a dataset's file before it is published: its SELECT, its columns, what it reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from opsloop.base.kinds.registry import Book, Level, Said
from opsloop.base.things.texts import say
from opsloop.data.datasets.reading import NotASelect, Read, read

if TYPE_CHECKING:
    from opsloop.data.datasets.definition import Dataset


def relation_of(ident: str) -> str:
    """The name in SQL of a source or dataset."""
    return ident.replace("-", "_")


def relations(book: Book) -> dict[str, tuple[str, Any]]:
    """name in SQL -> (kind, object) of every source and dataset of a book."""
    return {relation_of(ident): (kind, obj) for kind in ("source", "dataset") for ident, obj in book.all(kind)}


def columns_of(kind: str, obj: Any) -> frozenset[str] | None:
    """The columns that a source's contract or a dataset's SELECT names; None when they cannot be known from it."""
    if kind == "source":
        named = getattr(obj, "columns", None)
        return frozenset(named) | ({"day"} if getattr(obj, "time", "") else set()) if named else None
    try:
        gives = read(obj.query.text).gives
    except NotASelect:
        return None
    return frozenset(gives) if gives is not None else None


def refers_to(kind: str, obj: Any) -> list[str]:
    """The relations whose keys a source's or a dataset's columns hold, by their names in SQL."""
    if kind == "source":
        named = [getattr(column, "in_", "") or "" for column in (getattr(obj, "columns", None) or {}).values()]
        return [relation_of(text.partition(".")[0]) for text in named if text]
    from opsloop.data.datasets.definition import read_join  # noqa: PLC0415  # the class names its check

    return [join.relation for text in obj.joins if (join := read_join(text)) is not None]


def check_dataset(ident: str, obj: Dataset, book: Book) -> Iterable[Said]:
    """One harmless SELECT that gives what its head promises, over relations that are there, in no circle."""
    try:
        found = read(obj.query.text)
    except NotASelect as error:
        yield Said("query", error.text, Level.ERROR, _("A dataset is one SELECT over sources and other datasets."))
        return
    known = relations(book)
    if known.get(relation_of(ident), ("", obj))[1] is not obj:
        yield Said(
            "", say(_("Another file has the name {name} in SQL too."), name=relation_of(ident)), Level.ERROR,
            _("Rename one of the two."),
        )  # fmt: skip
    yield from _columns(obj, found)
    yield from _reads(ident, found, known)


def _columns(obj: Dataset, found: Read) -> Iterator[Said]:
    if found.gives is None:
        return
    from opsloop.data.datasets.definition import read_join  # noqa: PLC0415  # the class names its check

    wanted = [("key", one) for one in obj.key] + [("not_null", one) for one in obj.not_null]
    wanted += [("joins", join.column) for text in obj.joins if (join := read_join(text)) is not None]
    for field, column in wanted:
        if column not in found.gives:
            yield Said(
                field, say(_("The SELECT gives no column {name}."), name=column), Level.ERROR,
                say(_("It gives: {names}."), names=", ".join(found.gives)),
            )  # fmt: skip


def _reads(ident: str, found: Read, known: dict[str, tuple[str, Any]]) -> Iterator[Said]:
    for name in found.reads:
        if name not in known:
            yield Said(
                "query", say(_("There is no source or dataset {name} yet; until then this one waits."), name=name),
                Level.NOTE,
            )  # fmt: skip
    if _circle(relation_of(ident), known):
        yield Said("query", _("The datasets read each other in a circle."), Level.ERROR, _("Take one reading out."))


def _circle(start: str, known: dict[str, tuple[str, Any]]) -> bool:
    todo, seen = [start], set[str]()
    while todo:
        kind, obj = known.get(todo.pop(), ("", None))
        if kind != "dataset":
            continue
        try:
            reads = read(obj.query.text).reads
        except NotASelect:
            continue
        if start in reads:
            return True
        todo += [name for name in reads if name not in seen]
        seen |= set(reads)
    return False
