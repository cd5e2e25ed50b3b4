"""Which rows of the lake's tables a person's positions show: by the column in which a source says whose a row is.

A position that sees all of a noun sees every row. Of one that sees less, a table shows the rows of its departments and
of its person; a table that does not say whose its rows are shows nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from opsloop.base.people.models import Department, Person
from opsloop.base.policy.scopes import LEVELS
from opsloop.base.policy.standing import Standing, standings
from opsloop.base.things.errors import Refused, Text
from opsloop.base.things.texts import say
from opsloop.data.datasets.catalogue import Relation
from opsloop.data.lake import store
from opsloop.data.lake.models import Snapshot

NOUN = "metrics"


class OutOfSight(Refused):
    """The positions of a person show no row of a table."""


@dataclass(frozen=True, slots=True)
class Sight:
    """Rows of these departments, by their codes, and of these people, by key and by staff number."""

    departments: tuple[str, ...] = ()
    people: tuple[int, ...] = ()
    numbers: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        """In words, for the head of a page."""
        if not self.titles:
            return _t("You see only rows of your own.")
        return _t("You see only rows of: {names}.").format(names=pgettext("list", ", ").join(self.titles))


def sight_of(person: Person | None, noun: str = NOUN) -> Sight | None:
    """What narrows the rows that a person sees; None: nothing does. Nobody is the house itself and sees every row."""
    if person is None:
        return None
    wanted, people = Q(), set[int]()
    for standing in standings(person):
        level = standing.level(noun)
        if level == "all":
            return None
        if level in LEVELS:
            people.add(standing.behalf_id or person.pk)
            wanted |= _departments(standing, level)
    found = list(Department.objects.filter(wanted).order_by("path").values_list("code", "title")) if wanted else []
    numbers = Person.objects.filter(pk__in=people, number__isnull=False).order_by("number")
    return Sight(
        tuple(sorted(code for code, _title in found)),
        tuple(sorted(people)),
        tuple(one for one in numbers.values_list("number", flat=True) if one),
        tuple(title for _code, title in found),
    )


def _departments(standing: Standing, level: str) -> Q:
    if level == "subtree" and standing.department_path:
        return Q(path__startswith=standing.department_path)
    return Q(pk=standing.department_id) if level in ("department", "subtree") else Q()


def only(sight: Sight | None, relation: Relation | None, snapshot: Snapshot, name: Callable[[str], str]) -> str:
    """The condition on a table's own rows, empty for all of them; name: quotes a column for the engine.

    Raises OutOfSight when the table does not say whose its rows are, or this version lacks the column that says it.
    """
    if sight is None:
        return ""
    scope = relation.scope if relation is not None else None
    if scope is not None and scope.everyone:
        return ""
    there = {column["name"] for column in snapshot.columns} or {one for one, _type in store.types_of(snapshot)}
    if scope is None or relation is None or not {scope.department, scope.person} & there:
        raise OutOfSight(_hidden(relation.title if relation is not None else snapshot.table))
    ways = []
    if scope.department in there:
        ways.append(_among(name(scope.department), sight.departments))
    if scope.person in there:
        numbered = relation.columns[scope.person].type.upper().startswith("VARCHAR")
        ways.append(_among(name(scope.person), sight.numbers if numbered else map(str, sight.people)))
    return " or ".join(one for one in ways if one) or "false"


def _among(column: str, values: Iterable[str]) -> str:
    # a backslash would mean something else to Spark; no code and no sensible staff number has one
    told = ", ".join(store.quoted(one) for one in values if "\\" not in one and "'" not in one)
    return f"cast({column} as varchar(60)) in ({told})" if told else ""


def _hidden(title: str) -> Text:
    return say(_("Your position sees only rows of its own scope, and {table} does not say whose its rows are."),
               table=title)  # fmt: skip
