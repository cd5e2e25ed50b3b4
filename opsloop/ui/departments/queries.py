"""The tree of departments with heads and numbers, and one department in full."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils import timezone

from opsloop.base.calendar.engine import WorkCalendar
from opsloop.base.calendar.queries import calendar_for
from opsloop.base.people.models import Department, Holding, Person, Position
from opsloop.base.policy.scopes import visible

DAYS = 7


@dataclass(slots=True)
class Node:
    """A department in the tree. `here` works in it, `below` in it and everything under it, nobody counted twice."""

    department: Department
    depth: int
    heads: list[Person] = field(default_factory=list)
    here: set[int] = field(default_factory=set)
    below: set[int] = field(default_factory=set)

    @property
    def indent(self) -> range:
        return range(self.depth)


def held_now(by: Person) -> list[Holding]:
    """Every holding of now that `by` may see, with its person, position and department."""
    rows = visible(by, Holding).at()  # type: ignore[attr-defined]
    return list(rows.select_related("person", "position", "department").order_by("starts_at", "id"))


def with_reports(ids: set[int]) -> set[int]:
    """Those of these positions to whom others report."""
    return set(Position.objects.filter(reports_to__in=ids).values_list("reports_to_id", flat=True))


def heads(held: list[Holding], leading: set[int]) -> list[Person]:
    """Who leads among those who hold a position in one department; `leading` are positions that others report to.

    The standard names no heads, but whom each position reports to: a head's position has others reporting to it and
    its own superior position is not held in this department; or it is the only one of its kind there. Nobody where
    a department is led from above.
    """
    here = {one.position_id for one in held}
    superiors = {one.position.reports_to_id for one in held}
    upper = [one for one in held if one.position.reports_to_id not in here]
    top = [one for one in upper if one.position_id in leading]
    top = [one for one in top if one.position_id in superiors] or top
    if not top and len(upper) == 1 and upper[0].position.headcount == 1:
        top = upper if upper[0].position.department_id == upper[0].department_id else []
    return list({one.person_id: one.person for one in top}.values())


def tree(by: Person, *, closed: bool = False) -> list[Node]:
    """Every department that `by` may see, in the order of the tree, closed ones only when asked for."""
    rows = visible(by, Department)
    rows = rows if closed else rows.filter(closed_at__isnull=True)
    nodes = {one.pk: Node(one, max(0, one.path.count("/") - 2)) for one in rows}
    by_place: dict[int, list[Holding]] = defaultdict(list)
    for holding in held_now(by):
        by_place[holding.department_id].append(holding)
        for pk in above(holding.department):
            if pk in nodes:
                nodes[pk].below.add(holding.person_id)
    leading = with_reports({one.position_id for held in by_place.values() for one in held})
    for pk, node in nodes.items():
        node.here = {one.person_id for one in by_place[pk]}
        node.heads = heads(by_place[pk], leading)
    return in_order(nodes)


def above(department: Department) -> list[int]:
    """The ids from the root down to the department itself."""
    return [int(one) for one in department.path.strip("/").split("/") if one]


def in_order(nodes: dict[int, Node]) -> list[Node]:
    """Each department before those below it, brothers by the order in which they were founded."""
    return sorted(nodes.values(), key=lambda node: above(node.department))


@dataclass(frozen=True, slots=True)
class Post:
    """A position that the standard puts into a department: how many it plans, and who holds it there now."""

    position: Position
    held: tuple[Holding, ...]

    @property
    def open_places(self) -> int:
        return max(0, self.position.headcount - len(self.held))


def posts(department: Department, held: list[Holding]) -> list[Post]:
    """Those planned for the department and those held in it, planned ones first."""
    planned = Position.objects.filter(department=department, withdrawn_at__isnull=True).order_by("pk")
    by_post: dict[int, list[Holding]] = defaultdict(list)
    for one in held:
        by_post[one.position_id].append(one)
    found = {one.pk: one for one in planned} | {one.position_id: one.position for one in held}
    return [Post(position, tuple(by_post[pk])) for pk, position in found.items()]


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the working calendar."""

    day: date
    spans: tuple[tuple[datetime, datetime], ...]


def week(calendar: WorkCalendar) -> list[Day]:
    """The hours of today and the six days after it, holidays and make-up workdays counted."""
    today = timezone.localdate()
    days = [today + timedelta(days=n) for n in range(DAYS)]
    return [Day(day, calendar.open_intervals(day)) for day in days]


def calendar_of(department: Department) -> WorkCalendar:
    """The calendar in force for it now: its own or that of the nearest department above."""
    return calendar_for(department)
