"""Which rows of a model a person may see, by the levels own, department, subtree and all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from opsloop.base.people.models import Person
from opsloop.base.policy.standing import Standing, standings

M = TypeVar("M", bound=Model)
LEVELS = ("own", "department", "subtree", "all")


@dataclass(frozen=True, slots=True)
class Scope:
    """How rows of a model belong: `department` and `owner` are field paths (with __).

    rows: overrides both: (person, standing, level) -> Q, or None for no rows.
    everyone: whoever sees the noun at all sees every row; acts still reach only the rows that department, owner or
    rows name at the person's level, and every row when none of them is said.
    through: overrides even the level `all`: (person, the one row asked for or None) -> Q, for rows that borrow the
    permission of what they belong to.
    """

    noun: str
    department: str | None = None
    owner: tuple[str, ...] = ()
    everyone: bool = False
    rows: Callable[[Person, Standing, str], Q | None] | None = None
    through: Callable[[Person, Any], Q] | None = None

    @property
    def open_to_acts(self) -> bool:
        """Nothing says which rows belong to whom."""
        return self.department is None and not self.owner and self.rows is None


_scopes: dict[type[Model], Scope] = {}


def scoped(
    model: type[Model],
    *,
    noun: str | None = None,
    department: str | None = None,
    owner: str | tuple[str, ...] = (),
    everyone: bool = False,
    rows: Callable[[Person, Standing, str], Q | None] | None = None,
    through: Callable[[Person, Any], Q] | None = None,
) -> None:
    """Declare in an app's policy.py how rows of `model` are scoped. A model without a scope is seen by nobody."""
    owners = (owner,) if isinstance(owner, str) else owner
    _scopes[model] = Scope(noun or model._meta.app_label, department, owners, everyone, rows, through)


def scope_of(model: type[Model]) -> Scope | None:
    """The declared scope of a model, or None."""
    return _scopes.get(model)


def scoped_models() -> list[type[Model]]:
    """Every model that somebody may see."""
    return list(_scopes)


def sees(person: Person, noun: str) -> str | None:
    """The widest level of a person on a noun, or None."""
    levels = [s.level(noun) for s in standings(person)]
    known = [LEVELS.index(level) for level in levels if level in LEVELS]
    return LEVELS[max(known)] if known else None


def visible(person: Person, model: type[M]) -> QuerySet[M]:
    """The rows of `model` that `person` may see: narrowed by IN and prefix, never by join and distinct."""
    manager = model._default_manager
    scope = _scopes.get(model)
    if scope is None:
        return manager.none()
    if scope.through is not None:
        return manager.filter(scope.through(person, None))
    wanted = Q()
    for standing in standings(person):
        level = standing.level(scope.noun)
        if level not in LEVELS:
            continue
        if level == "all" or scope.everyone:
            return manager.all()
        if part := _part(scope, person, standing, level):
            wanted |= part
    return manager.filter(wanted) if wanted else manager.none()


def _part(scope: Scope, person: Person, standing: Standing, level: str) -> Q | None:
    if scope.rows is not None:
        return scope.rows(person, standing, level)
    part = Q()
    for owner in scope.owner:
        part |= Q(**{owner: standing.behalf_id or person.pk})
    if scope.department:
        part |= of_department(standing, level, scope.department)
    return part or None


def of_department(standing: Standing, level: str, field: str = "department") -> Q:
    """Rows of the standing's department, or of it and those below, by the level; none (an empty Q) by other levels."""
    if level == "department":
        return Q(**{field: standing.department_id})
    if level == "subtree" and standing.department_path:
        return Q(**{f"{field}__path__startswith": standing.department_path})
    return Q()


def covers(person: Person, standing: Standing, obj: Model) -> bool:
    """May this standing reach this row? Plain paths are judged in memory, others by one query."""
    scope = _scopes.get(type(obj))
    if scope is None:
        return False
    if scope.through is not None:
        return type(obj)._base_manager.filter(scope.through(person, obj), pk=obj.pk).exists()
    level = standing.level(scope.noun)
    if level not in LEVELS:
        return False
    if level == "all" or (scope.everyone and scope.open_to_acts):
        return True
    if scope.rows is None and "__" not in "".join((scope.department or "", *scope.owner)):
        return _covers_plain(scope, person, standing, level, obj)
    part = _part(scope, person, standing, level)
    return bool(part) and type(obj)._base_manager.filter(part, pk=obj.pk).exists()


def _covers_plain(scope: Scope, person: Person, standing: Standing, level: str, obj: Any) -> bool:
    whose = standing.behalf_id or person.pk
    if any(getattr(obj, f"{owner}_id", None) == whose for owner in scope.owner):
        return True
    if scope.department is None:
        return False
    if level == "department":
        return bool(getattr(obj, f"{scope.department}_id") == standing.department_id)
    if level == "subtree" and standing.department_path:
        department = getattr(obj, scope.department)
        return department is not None and department.path.startswith(standing.department_path)
    return False
