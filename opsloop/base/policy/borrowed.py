"""Rows that point at any thing by (type, id) borrow its permission: files, links and whatever else is tied to it."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Model, Q

from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import scope_of, scoped_models, visible
from opsloop.base.things.models import Thing

Test = Callable[[type[Model]], bool]


def _borrows(model: type[Model]) -> bool:
    scope = scope_of(model)
    return scope is not None and scope.through is not None


def pointable(model: type[Model]) -> bool:
    """May something be tied to rows of this model? Business rows with a permission of their own only."""
    return issubclass(model, Thing) and scope_of(model) is not None and not _borrows(model)


def reachable(person: Person, type_field: str, id_field: str, *, only: Test | None = None) -> Q:
    """Rows whose (type, id) names a thing that `person` may see. One condition, no query of its own.

    only: further narrowing by model, for example by sensitivity class.
    """
    whole: list[str] = []
    wanted = Q(pk__in=[])
    for model in filter(pointable, scoped_models()):
        if only is not None and not only(model):
            continue
        rows = visible(person, model)
        if rows.query.is_empty():
            continue
        if not rows.query.where:
            whole.append(model._meta.label_lower)
        else:
            wanted |= Q(**{type_field: model._meta.label_lower, f"{id_field}__in": rows.order_by().values("pk")})
    return wanted | Q(**{f"{type_field}__in": whole}) if whole else wanted
