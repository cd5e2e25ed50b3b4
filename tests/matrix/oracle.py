"""What should be open to whom, computed from the position files as text. Nothing here reads the product's policy.

A grant is what a position's file says; a row is where a thing belongs. `Grant.sees` and `Grant.reaches` are the whole
law of the house, written a second time: from DESIGN 2 and the files' own words, not from base/policy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class Place:
    """A department as the codes from the company down: ("company", "operations", "content")."""

    codes: tuple[str, ...]

    def holds(self, other: Place) -> bool:
        return other.codes[: len(self.codes)] == self.codes


@dataclass(frozen=True)
class Row:
    """Where a thing belongs.

    owners: keys of the people whose own it is. home: `own` means one's own department. everyone: who sees the noun
    at all sees it. loose: it belongs to nobody, so who sees it reaches it. all_of: it borrows from these, all needed.
    needs: sensitivity classes that seeing it takes; `about` are the people for whom that does not count.
    always: those who see it whatever their grant.
    """

    noun: str = ""
    place: Place | None = None
    owners: frozenset[str] = frozenset()
    home: bool = False
    everyone: bool = False
    loose: bool = False
    all_of: tuple[Row, ...] = ()
    needs: frozenset[str] = frozenset()
    about: frozenset[str] = frozenset()
    always: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Grant:
    """One position's rights, as in its file; the empty one is an outsider's."""

    may: frozenset[str] = frozenset()
    levels: Mapping[str, str] = field(default_factory=dict)
    reads: frozenset[str] = frozenset()

    def allows(self, act: str) -> bool:
        return act in self.may or act.split(".")[0] + ".*" in self.may

    def level(self, noun: str) -> str | None:
        said = self.levels.get(noun, self.levels.get("*")) if noun else None
        return None if said in (None, "none") else said

    def key(self, acts: Iterable[str]) -> tuple[Any, ...]:
        """What tells two grants apart in a house that has these acts."""
        return (
            frozenset(act for act in acts if self.allows(act)),
            frozenset(self.levels.items()),
            self.reads,
        )

    def sees(self, who: str, home: Place | None, row: Row) -> bool:
        if who in row.always:
            return True
        if row.all_of and not all(self.sees(who, home, one) for one in row.all_of):
            return False
        if row.needs - self.reads and who not in row.about:
            return False
        if row.all_of:
            return True
        level = self.level(row.noun)
        return level is not None and (row.everyone or self._within(level, who, home, row))

    def reaches(self, who: str, home: Place | None, row: Row) -> bool:
        if row.all_of:
            return self.sees(who, home, row)
        level = self.level(row.noun)
        return level is not None and ((row.everyone and row.loose) or self._within(level, who, home, row))

    @staticmethod
    def _within(level: str, who: str, home: Place | None, row: Row) -> bool:
        if level == "all" or who in row.owners:
            return True
        if home is None or row.place is None:
            return False
        if level == "subtree":
            return home.holds(row.place)
        return (level == "department" or row.home) and home == row.place


def grants(folder: Path) -> dict[str, Grant]:
    """position id -> its grant, from the files of a playbook."""
    found = {}
    for file in sorted((folder / "positions").glob("*.md")):
        said = yaml.safe_load(file.read_text(encoding="utf-8").split("---\n")[1])
        found[file.stem] = Grant(
            frozenset(said.get("may") or ()), dict(said.get("sees") or {}), frozenset(said.get("reads") or ())
        )
    return found
