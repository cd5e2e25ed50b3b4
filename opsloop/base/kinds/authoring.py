"""How apps below the playbook write one of its files: made of values, checked, drafted, proposed, published.

The playbook puts its author here when it is loaded; a page that makes a source asks here. What is put goes the way of
every change of the standard: through the acts of the playbook, with the rights of the one who does it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from opsloop.base.people.models import Person


class Standing(StrEnum):
    """How far a text has come."""

    DRAFTED = "drafted"
    PROPOSED = "proposed"
    PUBLISHED = "published"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a text: the dotted path of the field, and in the reader's language what and how to mend it."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Put:
    """What became of a text. number: of its publication, 0 for a draft that was not put forward."""

    standing: Standing
    number: int
    url: str


class Author(Protocol):
    """What the playbook offers to those below it."""

    def compose(self, kind: str, values: Mapping[str, Any]) -> str:
        """The text of a new file with these values, keyed as in the file."""

    def check(self, kind: str, ident: str, text: str) -> Sequence[Fault]:
        """Everything that keeps the text from being published as it is, references to other files included."""

    def taken(self, kind: str, ident: str) -> bool:
        """Has anything of this kind and id ever been published?"""

    def put(self, kind: str, ident: str, text: str, *, by: Person, reason: str) -> Put:
        """Draft it, put it forward and publish it, as far as the rights of `by` go. Those who can go on are told.

        Raises Forbidden for whoever may not even draft, Refused for a text that is wrong.
        """

    def standing(self, number: int) -> Put | None:
        """What became of a publication since; None when there is none of this number."""

    def words(self) -> Mapping[str, str]:
        """Terms of the published glossaries, each with its English word."""


_authors: list[Author] = []


def provide(author: Author) -> None:
    """Called once by the app that keeps the published book."""
    _authors[:] = [author]


def author() -> Author:
    """Whoever writes the standard's files. Raises LookupError where no playbook is installed."""
    if not _authors:
        raise LookupError("no app here writes playbook files")
    return _authors[0]
