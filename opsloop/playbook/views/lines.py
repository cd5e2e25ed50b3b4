"""A publication of many files: which they are, by kind, each with what it changes once somebody asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _t

from opsloop.base.kinds.registry import Kind, kinds
from opsloop.base.things.errors import Text
from opsloop.playbook.changes import LineRow
from opsloop.playbook.models import Version

FEW = 12
"""So many files stand open on one page; more of them are folded, and each is compared when it is opened."""


@dataclass(frozen=True, slots=True)
class Folded:
    """One file of many. key: what asks for it."""

    key: str
    title: str
    verb: Text
    rights: bool
    opened: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The files of one kind. opened: one of them is asked for."""

    kind: Kind
    files: Sequence[Folded]

    @property
    def opened(self) -> bool:
        return any(one.opened for one in self.files)


def key_of(row: LineRow) -> str:
    return f"{row.kind}/{row.ident}"


def folded(rows: Sequence[LineRow], rights_of: Sequence[str], opened: str) -> list[Group]:
    """The files by kind, in the order of titles; nothing is compared for it."""
    names = _titles(rows)
    known = sorted((row for row in rows if row.kind in kinds), key=lambda row: row.kind)
    return [
        Group(kinds[kind], sorted((_folded(row, names, rights_of, opened) for row in group), key=lambda one: one.title))
        for kind, group in groupby(known, key=lambda row: row.kind)
    ]


def _folded(row: LineRow, names: dict[str, str], rights_of: Sequence[str], opened: str) -> Folded:
    verb = _t("withdrawn") if not row.sha256 else _t("changed") if row.base else _t("new")
    rights = row.kind == "position" and row.ident in rights_of
    return Folded(key_of(row), names.get(key_of(row), row.ident), verb, rights, key_of(row) == opened)


def _titles(rows: Sequence[LineRow]) -> dict[str, str]:
    """By key: the title of the newest version; what was never published has its id."""
    versions = Version.objects.filter(kind__in={row.kind for row in rows}).exclude(sha256="").order_by("number")
    found = versions.values_list("kind", "ident", "data__title")
    return {f"{kind}/{ident}": str(title) for kind, ident, title in found if title}
