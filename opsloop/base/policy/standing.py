"""Where a person stands: each position held now, with the rights that its playbook file gives on this day."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models.signals import post_delete, post_save
from django.utils import timezone

from opsloop.base.people.models import Absence, Department, Holding, Person, Position
from opsloop.base.policy import beginning
from opsloop.base.policy.models import Mandate

KEEP_S = 30.0
"""A standing is read anew from the database after this many seconds, or at once when this process changes one."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One held position. `behalf_id` is the absent person when this is a substitute's standing."""

    position: str
    department_id: int
    department_path: str
    behalf_id: int | None
    may: frozenset[str]
    sees: Mapping[str, str]
    reads: frozenset[str]
    limits: Mapping[str, Mapping[str, Any]]

    def allows(self, act: str) -> bool:
        """The position's file names this act or its noun's star."""
        return act in self.may or f"{act.partition('.')[0]}.*" in self.may

    def level(self, noun: str) -> str | None:
        """own | department | subtree | all for rows of this noun, or None: sees nothing of it (`none` in the file)."""
        said = self.sees.get(noun) or self.sees.get("*")
        return None if said == "none" else said


_SETUP = Standing(
    position=beginning.POSITION,
    department_id=0,
    department_path="/",
    behalf_id=None,
    may=beginning.MAY,
    sees={"*": "all"},
    reads=frozenset({"contact"}),
    limits={},
)

_generation = 0


def _changed(**_: object) -> None:
    global _generation
    _generation += 1


for _model in (Holding, Absence, Mandate, Position, Department):
    post_save.connect(_changed, sender=_model, dispatch_uid=f"standing-save-{_model.__name__}")
    post_delete.connect(_changed, sender=_model, dispatch_uid=f"standing-delete-{_model.__name__}")


def standings(person: Person, at: datetime | None = None) -> tuple[Standing, ...]:
    """Every standing of `person` at a moment, own ones first, then those as a substitute. Kept on the instance."""
    if at is None and beginning.is_setup(person):  # never kept: it must end with the first account
        return (_SETUP,) if beginning.is_open() else ()
    if at is not None:
        return tuple(_read(person, at))
    if (lent := person.__dict__.get("_lent")) is not None:
        rights: tuple[Standing, ...] = lent()
        return rights
    kept = person.__dict__.get("_standings")
    if kept and kept[0] == _generation and time.monotonic() - kept[1] < KEEP_S:
        found: tuple[Standing, ...] = kept[2]
        return found
    found = tuple(_read(person, timezone.now()))
    person.__dict__["_standings"] = (_generation, time.monotonic(), found)
    return found


def lend(robot: Person, rights: Callable[[], tuple[Standing, ...]], lender: Person | None = None) -> None:
    """Bind this instance of a robot to what `rights` answers, asked anew each time: it acts for `lender`."""
    robot.__dict__["_lent"], robot.__dict__["_lender"] = rights, lender


def lender(robot: Person) -> Person | None:
    """Whom this instance of a robot acts for, or None."""
    found: Person | None = robot.__dict__.get("_lender")
    return found


def _read(person: Person, at: datetime) -> Iterator[Standing]:
    if person.left_on is not None and person.left_on < timezone.localdate(at):
        return
    absent = list(Absence.objects.at(at).filter(substitute_id=person.pk).values_list("person_id", flat=True))
    whose: list[Any] = [person.pk, *absent]
    held = list(
        Holding.objects.at(at).filter(person_id__in=whose).select_related("position", "department").order_by("id")
    )
    mandates = in_force({h.position_id for h in held}, at)
    for holding in sorted(held, key=lambda h: h.person_id != person.pk):
        mandate = mandates.get(holding.position_id)
        if mandate is None:
            continue
        yield Standing(
            position=holding.position.code,
            department_id=holding.department_id,
            department_path=holding.department.path,
            behalf_id=None if holding.person_id == person.pk else holding.person_id,
            may=frozenset(mandate.may),
            sees=mandate.sees,
            reads=frozenset(mandate.reads),
            limits=mandate.limits,
        )


def in_force(position_ids: set[int], at: datetime) -> dict[int, Mandate]:
    """position id -> the newest mandate that is in force on the day of `at`."""
    rows = Mandate.objects.filter(position_id__in=position_ids, from_day__lte=timezone.localdate(at))
    return {m.position_id: m for m in rows.order_by("from_day", "id")}
