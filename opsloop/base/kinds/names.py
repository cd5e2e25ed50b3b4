"""Does an id that a playbook file names exist? Yes, no, or open: it belongs to what is not installed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from enum import Enum

from django.db import DatabaseError

from opsloop.base.acts.registry import registry as acts
from opsloop.base.kinds.registry import Book, kinds
from opsloop.base.people.models import Department
from opsloop.base.policy.scopes import scope_of, scoped_models
from opsloop.base.registry import modules
from opsloop.base.tables import own_tables
from opsloop.base.things.errors import Text


class Known(Enum):
    """Whether a named thing is there."""

    YES = "yes"
    NO = "no"
    OPEN = "open"


SLIP = 0.85
"""How alike two ids are when one is the other with a slip; ids that only share a word are not."""
Offers = Callable[[], Iterable[str]]
Judge = Callable[[str, frozenset[str]], Known]
_namespaces: dict[str, tuple[Offers, Judge]] = {}
titles: dict[str, Text] = {}
"""What the ids of a namespace are, in the plural, where the app that has it says so."""


def namespace(name: str, offers: Offers, judge: Judge, title: Text = "") -> None:
    """Let `ref=name` mean ids that are no playbook files: `offers` lists them, `judge(id, offered)` says of one."""
    _namespaces[name] = (offers, judge)
    if title:
        titles[name] = title


class Names:
    """The ids that files of one book may name. Made for one check: what it asked once it keeps."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self._offers: dict[str, frozenset[str]] = {}

    def known(self, refs: tuple[str, ...], ident: str) -> Known:
        """Is the id found in one of these kinds or namespaces? One that is not installed makes it open."""
        answers = [self._known(ref, ident) for ref in refs]
        if Known.YES in answers:
            return Known.YES
        return Known.OPEN if Known.OPEN in answers else Known.NO

    def offered(self, refs: tuple[str, ...]) -> list[str]:
        """The ids that may stand here, as far as they are known."""
        return sorted({ident for ref in refs for ident in self._of(ref)})

    def closest(self, refs: tuple[str, ...], word: str) -> str | None:
        """The id that was probably meant, or None: one with a slip, or the title of a file in place of its id."""
        titled = (
            ident
            for ref in refs
            if ref in kinds
            for ident, obj in self.book.all(ref)
            if getattr(obj, "title", None) == word
        )
        return closest(word, self.offered(refs)) or next(titled, None)

    def _known(self, ref: str, ident: str) -> Known:
        if ref in kinds:
            return Known.YES if self.book.has(ref, ident) else self._missing(ref, ident)
        if ref in _namespaces:
            return _namespaces[ref][1](ident, self._of(ref))
        return Known.OPEN

    def _missing(self, ref: str, ident: str) -> Known:
        """What others may name before it is written is open, but a slip in an id that is there stays one."""
        if not kinds[ref].awaited or closest(ident, self._of(ref), SLIP):
            return Known.NO
        return Known.OPEN

    def _of(self, ref: str) -> frozenset[str]:
        if ref not in self._offers:
            if ref in kinds:
                found: Iterable[str] = (ident for ident, _obj in self.book.all(ref))
            else:
                found = _namespaces[ref][0]() if ref in _namespaces else ()
            self._offers[ref] = frozenset(found)
        return self._offers[ref]


def closest(word: str, options: Iterable[str], cutoff: float = 0.7) -> str | None:
    """The option that was probably meant, or None."""
    found = get_close_matches(word, list(options), n=1, cutoff=cutoff)
    return found[0] if found else None


def _nouns() -> set[str]:
    """Subjects that are installed: those with acts, scopes or a module."""
    scopes = {scope.noun for model in scoped_models() if (scope := scope_of(model))}
    return {one.noun for one in acts.values()} | scopes | {module.name for module in modules()}


def _act_names() -> set[str]:
    return {*acts, *(f"{one.noun}.*" for one in acts.values())}


def _judge_act(name: str, offered: frozenset[str]) -> Known:
    if name in offered:
        return Known.YES
    noun, _dot, verb = name.partition(".")
    if noun not in _nouns():
        return Known.OPEN
    return Known.YES if verb == "*" else Known.NO


def _departments() -> list[str]:
    """Codes of the company's departments; none where there is no database yet."""
    try:
        return list(Department.objects.values_list("code", flat=True))
    except DatabaseError:
        return []


def _there_or_open(ident: str, offered: frozenset[str]) -> Known:
    return Known.YES if ident in offered else Known.OPEN


def _judge_own_table(name: str, offered: frozenset[str]) -> Known:
    """A table of an app that is not installed is open; one that looks like another is a slip."""
    if name in offered:
        return Known.YES
    return Known.NO if closest(name, offered) else Known.OPEN


namespace("act", _act_names, _judge_act)
namespace("noun", lambda: {"*", *_nouns()}, _there_or_open)
namespace("own-table", lambda: own_tables, _judge_own_table)
# departments are company data, not playbook: one that is not there yet stays open
namespace("department", _departments, _there_or_open)
