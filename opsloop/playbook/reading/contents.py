"""The contents of the book: chapters in the order of the title page, then kinds that it does not name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _t

from opsloop.base.kinds.registry import Kind, kinds
from opsloop.playbook.book import Playbook
from opsloop.playbook.reader.files import Item
from opsloop.playbook.reading.labels import language
from opsloop.playbook.reading.markdown import ours
from opsloop.playbook.translations import Words, words

TITLE_PAGE = ("playbook", "playbook")


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the contents. `depth` is its place below its superior, for positions."""

    item: Item
    words: Words
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter with its own words and the things that it is made of."""

    number: int
    title: str
    about: str
    ours: bool
    kind: Kind | None
    lines: list[Line]

    @property
    def tree(self) -> bool:
        """Do its things lie below each other?"""
        return any(line.depth for line in self.lines)


@dataclass(frozen=True, slots=True)
class Contents:
    """The title page and the chapters, in the reader's language."""

    title: str
    about: str
    edition: str
    stale: bool
    chapters: list[Chapter]


def contents(book: Playbook) -> Contents:
    """The book's contents; a book without a title page has a plain one."""
    page, item = book.get(*TITLE_PAGE), book.item(*TITLE_PAGE)
    if page is None or item is None:
        chapters = [_rest(book, i, one) for i, one in enumerate(_others(set()), 1)]
        return Contents(_t("Operating standard"), "", "", False, [one for one in chapters if one.lines])
    said = words(book, item, language())
    found = []
    for i, chapter in enumerate(page.chapters):
        title, marked = ours(said.text(f"chapters.{i}.title", chapter.title))
        about = said.text(f"chapters.{i}.about", chapter.about)
        one = kinds.get(chapter.kind)
        found.append(Chapter(i + 1, title, about, marked, one, _lines(book, one) if one else []))
    for one in _others({chapter.kind for chapter in page.chapters}):
        rest = _rest(book, len(found) + 1, one)
        if rest.lines:
            found.append(rest)
    return Contents(said.title, said.text("about", page.about), page.edition, said.stale, found)


def _others(named: set[str]) -> Iterator[Kind]:
    return (
        one
        for _name, one in sorted(kinds.items())
        if not one.single and one.name != "translation" and one.name not in named
    )


def _rest(book: Playbook, number: int, one: Kind) -> Chapter:
    return Chapter(number, str(one.plural), "", False, one, _lines(book, one))


def _lines(book: Playbook, one: Kind) -> list[Line]:
    return [Line(item, words(book, item, language()), _depth(book, item)) for item in book.ordered(one)]


def _depth(book: Playbook, item: Item) -> int:
    """How many superiors a position has in the book."""
    depth, above, seen = 0, getattr(item.obj, "reports_to", None), {item.ident}
    while above and above not in seen and (superior := book.get(item.kind, above)) is not None:
        seen.add(above)
        depth, above = depth + 1, superior.reports_to
    return depth
