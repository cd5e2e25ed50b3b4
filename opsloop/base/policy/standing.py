"""Where a person stands: each position held now, with the rights that its playbook file gives on this day."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models.signals import post_delete, post_save
from django.utils import timezone

from opsloop.base.people.models import Absence, Department, Holding, Person, Position
from opsloop.base.policy import beginning
from opsloop.base.policy.models import Mandate

KEEP_S = 30.0
"""A standing is read anew from the database after this many seconds, or at once when this process changes one."""


def names(may: Collection[str], act: str) -> bool:
    """Is this act, or its noun's star, among what a position's file allows?"""
    return act in may or f"{act.partition('.')[0]}.*" in may


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
        return names(self.may, act)

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


STANDINGS = """
    select h.person_id, h.department_id, p.code, d.path, m.may, m.sees, m.reads, m.limits
    from people_holding h
    join people_position p on p.id = h.position_id
    join people_department d on d.id = h.department_id
    join policy_mandate m on m.id = (
        select id from policy_mandate where position_id = h.position_id and from_day <= %(today)s
        order by from_day desc, id desc limit 1
    )
    where h.starts_at <= %(now)s and (h.ends_at is null or h.ends_at > %(now)s) and h.person_id in (
        select %(person)s union all
        select person_id from people_absence
        where substitute_id = %(person)s and starts_at <= %(now)s and (ends_at is null or ends_at > %(now)s)
    )
    order by case when h.person_id = %(person)s then 0 else 1 end, h.id
"""
"""Every page asks this first, so it is one statement and is not put together anew each time."""


def _read(person: Person, at: datetime) -> Iterator[Standing]:
    today = timezone.localdate(at)
    if person.left_on is not None and person.left_on < today:
        return
    told = {"person": person.pk, "now": connection.ops.adapt_datetimefield_value(at), "today": today.isoformat()}
    with connection.cursor() as cursor:
        cursor.execute(STANDINGS, told)
        held = cursor.fetchall()
    for whose, department, code, path, *rights in held:
        may, sees, reads, limits = (json.loads(one) if isinstance(one, str) else one for one in rights)
        yield Standing(
            position=code,
            department_id=department,
            department_path=path,
            behalf_id=None if whose == person.pk else whose,
            may=frozenset(may),
            sees=sees,
            reads=frozenset(reads),
            limits=limits,
        )


def in_force(position_ids: set[int], at: datetime) -> dict[int, Mandate]:
    """position id -> the newest mandate that is in force on the day of `at`."""
    rows = Mandate.objects.filter(position_id__in=position_ids, from_day__lte=timezone.localdate(at))
    return {m.position_id: m for m in rows.order_by("from_day", "id")}
