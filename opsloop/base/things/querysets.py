"""Writes of many rows at once: only inside an act, under the rows' locks, and recorded too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NoReturn, TypeVar

from django.db import connection, models

from opsloop.base.things import frame

M = TypeVar("M", bound=models.Model)
PART = 1000
"""Rows per statement, far below the databases' limits on parameters."""


def private_of(model: type[models.Model]) -> frozenset[str]:
    """Columns (and values of acts) whose contents lie in erasable side rows of the ledger."""
    return getattr(model, "ledger_private", frozenset())


def whole(row: models.Model) -> dict[str, Any]:
    """Every column but the key and the revision."""
    columns = [f.attname for f in row._meta.concrete_fields if not f.primary_key and f.name != "revision"]
    return {name: getattr(row, name) for name in columns}


def kept(values: dict[str, Any]) -> dict[str, Any]:
    """What was read, safe from changes in place: JSON columns are copied."""
    return {n: copied(v) for n, v in values.items() if n[0] != "_"}


def copied(value: Any) -> Any:
    """What a column holds, safe from changes in place: lists and mappings of JSON are made anew, as deep as they go."""
    if isinstance(value, dict):
        return {key: copied(one) for key, one in value.items()}
    return [copied(one) for one in value] if isinstance(value, list) else value


class ThingQuerySet(models.QuerySet[M]):
    """Like Django's, but it remembers what an act reads and refuses what would go past the ledger."""

    def _fetch_all(self) -> None:
        fresh = self._result_cache is None
        super()._fetch_all()
        if fresh and frame.current_op.get() is not None:
            for row in self._result_cache or ():
                _remember(row)

    def iterator(self, chunk_size: int | None = None) -> Iterator[M]:
        """Like Django's; rows read inside an act may be saved there."""
        for row in super().iterator(chunk_size):
            if frame.current_op.get() is not None:
                _remember(row)
            yield row

    def update(self, **values: Any) -> int:
        """Like Django's, and raises `revision`; answers the number of rows. Instances read before are stale then."""
        op = frame.need_op(self.model)
        label, private = self.model._meta.label_lower, private_of(self.model)
        names = [self.model._meta.get_field(name).attname for name in values]  # type: ignore[union-attr]
        done = 0
        for before in self._locked(names):
            rows = self.order_by().filter(pk__in=list(before))
            done += models.QuerySet.update(rows, **values, revision=models.F("revision") + 1)
            now = self.model._base_manager.filter(pk__in=list(before)).values("pk", *names)
            for new in now:
                old = before[new["pk"]]
                op.changed(label, new["pk"], {n: (old[n], new[n]) for n in names if old[n] != new[n]}, private)
        return done

    def delete(self) -> tuple[int, dict[str, int]]:
        """Like Django's; every column of every row reaches the ledger."""
        op = frame.need_op(self.model)
        label, private = self.model._meta.label_lower, private_of(self.model)
        names = [f.attname for f in self.model._meta.concrete_fields if not f.primary_key and f.name != "revision"]
        gone, per_model = 0, dict[str, int]()
        for before in self._locked(names):
            rows = self.model._base_manager.filter(pk__in=list(before))
            count, counts = models.QuerySet.delete(rows)
            gone += count
            per_model = {m: per_model.get(m, 0) + counts.get(m, 0) for m in per_model.keys() | counts.keys()}
            for pk, row in before.items():
                op.changed(label, pk, {n: (value, None) for n, value in row.items()}, private)
        return gone, per_model

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def _locked(self, names: list[str]) -> Iterator[dict[Any, dict[str, Any]]]:
        """The rows of this queryset in parts: key -> columns, read under their locks in the order of their keys.

        The outer select has no join and no distinct, because PostgreSQL refuses FOR UPDATE with these.
        """
        rows = self.model._base_manager.filter(pk__in=self.order_by().values("pk")).order_by("pk")
        if connection.features.has_select_for_update:
            rows = rows.select_for_update()
        found = list(rows.values("pk", *names))
        for start in range(0, len(found), PART):
            yield {row.pop("pk"): row for row in found[start : start + PART]}

    def bulk_create(self, objs: Iterable[M], *args: Any, **kwargs: Any) -> list[M]:
        """Like Django's; conflicts may be neither ignored nor updated, since the ledger would not know."""
        op = frame.need_op(self.model)
        if len(args) > 1 or kwargs.get("ignore_conflicts") or kwargs.get("update_conflicts"):
            raise NotImplementedError("bulk_create with conflicts goes past the ledger; read first, then save()")
        made = super().bulk_create(objs, *args, **kwargs)
        for row in made:
            diff = {name: (None, value) for name, value in whole(row).items()}
            op.changed(row._meta.label_lower, row.pk, diff, private_of(self.model))
            _remember(row)
        return made

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Not offered: it goes past the diff. Use `update` or save each row."""
        raise NotImplementedError("bulk_update goes past the ledger; use update() or save()")


def _remember(row: Any) -> None:
    if hasattr(row, "remember"):
        row.remember()
