"""The object of an act is what is in the database now, under a lock."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import ForeignKey, Model, QuerySet
from django.utils.translation import gettext as _t

from opsloop.base.things.errors import NotFound
from opsloop.base.things.frame import Op
from opsloop.base.things.models import Thing
from opsloop.base.things.wide import WideThing


def locked_rows(rows: QuerySet[Any]) -> QuerySet[Any]:
    """FOR UPDATE where the database has it; SQLite's transaction holds the only write lock anyway.

    Only of the rows themselves: PostgreSQL refuses to lock the nullable side of an outer join.
    """
    return rows.select_for_update(of=("self",)) if connection.features.has_select_for_update_of else rows


def rows_of(rows: QuerySet[Any], wanted: list[int]) -> dict[int, Any]:
    """Those of these rows with the keys wanted, under their locks, several in the order of their keys."""
    if len(wanted) == 1 and issubclass(rows.model, WideThing):
        found = rows.model.under_lock(wanted[0])
        # whoever sees them all need not ask for this one again
        among = found is not None and (not rows.query.where or rows.filter(pk=found.pk).exists())
        return {wanted[0]: found} if among else {}
    order = ["pk"] if len(wanted) > 1 else []  # none for one: building it costs as much as the query
    return {obj.pk: obj for obj in locked_rows(rows).filter(pk__in=wanted).order_by(*order)}


def lock(op: Op, objs: Iterable[Model]) -> None:
    """Each caller's instance becomes what is in the database now, in one query. Raises NotFound for one that is gone.

    An instance that holds the lock already is left alone, with what the act has changed in it.
    """
    todo = [obj for obj in objs if op.locked.get((type(obj), obj.pk)) is not obj]
    if not todo:
        return
    rows = locked_rows(type(todo[0])._base_manager.filter(pk__in={obj.pk for obj in todo}).order_by("pk"))
    found = {row.pk: row for row in rows}
    for obj in todo:
        fresh = found.get(obj.pk)
        if fresh is None:
            raise NotFound(_t("There is no such {what}.").format(what=obj._meta.verbose_name))
        _become(obj, fresh)
        if isinstance(obj, Thing):
            obj.remember()
        hold(op, obj)


def hold(op: Op, obj: Model) -> None:
    """Note that this instance was read under its row's lock."""
    if isinstance(obj, Thing) and obj._op is not op:
        obj.remember()
    op.locked[(type(obj), obj.pk)] = obj


def _become(obj: Model, fresh: Model) -> None:
    """What refresh_from_db does, from a row that was already read."""
    for field in obj._meta.concrete_fields:
        setattr(obj, field.attname, getattr(fresh, field.attname))
        if isinstance(field, ForeignKey) and field.is_cached(obj):
            field.delete_cached_value(obj)
    for rel in obj._meta.related_objects:
        if rel.is_cached(obj):
            rel.delete_cached_value(obj)
    obj.__dict__.pop("_prefetched_objects_cache", None)
