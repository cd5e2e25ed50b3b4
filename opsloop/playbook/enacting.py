"""When a version takes force: at its publication where the rows of its kind carry their day, else on the day itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from opsloop.base.kinds.registry import Change, kinds
from opsloop.base.people.models import Person
from opsloop.playbook import queries
from opsloop.playbook.kinds.translation import source_of
from opsloop.playbook.models import Publication, Version


@dataclass(frozen=True, slots=True)
class Brought:
    """A version and its object as read, None for a withdrawal."""

    version: Version
    obj: Any

    @property
    def change(self) -> Change:
        one = self.version
        return Change(one.ident, self.obj, one.number, one.sha256, one.effective_from)


def take_force(brought: Sequence[Brought], today: date, by: Person) -> None:
    """Inside the publishing act: compile what holds today, and of what begins later the kinds that keep its day."""
    _compile([one for one in brought if one.version.effective_from <= today or kinds[one.version.kind].keeps_days], by)


def take_force_on(day: date, by: Person) -> list[Publication]:
    """Inside the act of each night: compile what was published for a later day that has come, once.

    Where several days have come since, only what holds on `day` is compiled. Translations in force of what begins
    come with it: while it waited they had no row to stand in.
    """
    waiting = list(queries.begun(day).select_for_update())
    begun = queries.standing(day, Version.objects.filter(publication__in=waiting).values_list("kind", "ident"))
    wanted = {key: one for key, one in begun.items() if key[0] in kinds and not kinds[key[0]].keeps_days}
    _compile([_read(one) for one in (_translations(day, begun) | wanted).values()], by)
    for one in waiting:
        one.enacted_at = timezone.now()
        one.save(update_fields=["enacted_at"])
    return waiting


def _translations(day: date, begun: Iterable[queries.Key]) -> dict[queries.Key, Version]:
    known = set(Version.objects.filter(kind="translation").values_list("ident", flat=True)) if begun else set()
    of = {ident: source for ident in known if (source := source_of(ident)) is not None}
    keys = set(begun)
    mine = [("translation", ident) for ident, (_language, one, stem) in of.items() if (one.name, stem) in keys]
    return queries.standing(day, mine)


def _read(one: Version) -> Brought:
    return Brought(one, None if one.withdrawn else queries.item_of(one).obj)


def _compile(brought: Iterable[Brought], by: Person) -> None:
    """Translations come last: they write into the rows of what they translate."""
    found: dict[str, list[Change]] = {}
    for one in brought:
        found.setdefault(one.version.kind, []).append(one.change)
    for name in sorted(found, key=lambda kind: (kind == "translation", kind)):
        if (compiled := kinds[name].compile) is not None:
            compiled(found[name], by)
