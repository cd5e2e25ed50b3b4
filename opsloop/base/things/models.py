"""The base of every business model: only acts write it, and what changed reaches the ledger by itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, NoReturn, TypeVar

from django.db import connection, models

from opsloop.base.things import frame
from opsloop.base.things.errors import StaleRow

M = TypeVar("M", bound=models.Model)


def private_of(model: type[models.Model]) -> frozenset[str]:
    """Columns of `model` whose values lie in erasable side rows of the ledger."""
    return getattr(model, "ledger_private", frozenset())


class ThingQuerySet(models.QuerySet[M]):
    """Writes in bulk only inside an act, and they are recorded too."""

    def _fetch_all(self) -> None:
        fresh = self._result_cache is None
        super()._fetch_all()
        if fresh and frame.current_op.get() is not None:
            for row in self._result_cache or ():
                if isinstance(row, Thing):
                    row.remember()

    def update(self, **values: Any) -> int:
        """Like Django's, and raises `revision`; answers the number of rows."""
        op = frame.need_op(self.model)
        label, private = self.model._meta.label_lower, private_of(self.model)
        names = [self.model._meta.get_field(name).attname for name in values]  # type: ignore[union-attr]
        rows = self.select_for_update() if connection.features.has_select_for_update else self
        before = {row.pop("pk"): row for row in rows.values("pk", *names)}
        touched = self.model._base_manager.filter(pk__in=list(before))
        done = super().update(**values, revision=models.F("revision") + 1)
        after = {row.pop("pk"): row for row in touched.values("pk", *names)}
        for pk, old in before.items():
            diff = {n: (old[n], after[pk][n]) for n in names if old[n] != after[pk][n]}
            op.changed(label, pk, diff, private)
        return done

    def delete(self) -> tuple[int, dict[str, int]]:
        op = frame.need_op(self.model)
        pk_name = self.model._meta.pk.attname
        for row in self.values():
            diff = {name: (value, None) for name, value in row.items() if name != pk_name}
            op.changed(self.model._meta.label_lower, row[pk_name], diff, private_of(self.model))
        return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def bulk_create(self, objs: Iterable[M], *args: Any, **kwargs: Any) -> list[M]:
        op = frame.need_op(self.model)
        made = super().bulk_create(objs, *args, **kwargs)
        for row in made:
            op.changed(row._meta.label_lower, row.pk, _whole(row, old=False), private_of(self.model))
        return made

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Not offered: it goes past the diff. Use `update` or save each row."""
        raise NotImplementedError("bulk_update goes past the ledger; use update() or save()")


class Thing(models.Model):
    """A row that only acts may write. In an act it remembers what was read, so the ledger gets a diff for nothing."""

    revision = models.PositiveIntegerField(default=0, editable=False)
    _was: dict[str, Any] | None = None
    _op: frame.Op | None = None
    ledger_private: ClassVar[frozenset[str]] = frozenset()
    """Columns whose values lie in erasable side rows of the ledger."""
    ledger_named: ClassVar[bool] = True
    """False where the name itself is personal: entries then hold the id only and the name is looked up when read."""
    sensitive: ClassVar[dict[str, str]] = {}
    """Column -> sensitivity class; `policy.masked` hides it from those whose position does not read the class."""
    objects = ThingQuerySet.as_manager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def remember(self) -> None:
        """Keep what was read, as the old side of the diff."""
        self._was, self._op = dict(self.__dict__), frame.current_op.get()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises WriteOutsideAct with no act running, StaleRow for a row read before or only in part."""
        op = frame.need_op(type(self))
        adding, was = self._state.adding, self._was
        if not adding and (self._op is not op or was is None or self.get_deferred_fields()):
            raise StaleRow(f"{self!r} was read before this operation or in part; read it again inside the act")
        fields: Iterable[str] | None = kwargs.get("update_fields")
        self.revision = (self.revision or 0) + 1
        if fields is not None:
            fields = kwargs["update_fields"] = {*fields, "revision"}
        super().save(*args, **kwargs)
        diff: frame.Diff = {}
        for column in self._meta.concrete_fields:
            if column.name == "revision" or column.primary_key:
                continue
            if fields is not None and not {column.name, column.attname} & set(fields):
                continue
            new = getattr(self, column.attname)
            old = None if adding or was is None else was.get(column.attname)
            if old != new:
                diff[column.attname] = (old, new)
        op.changed(self._meta.label_lower, self.pk, diff, self.ledger_private)
        self.remember()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        op = frame.need_op(type(self))
        op.changed(self._meta.label_lower, self.pk, _whole(self, old=True), self.ledger_private)
        return super().delete(*args, **kwargs)


def _whole(row: models.Model, *, old: bool) -> frame.Diff:
    columns = [f.attname for f in row._meta.concrete_fields if not f.primary_key and f.name != "revision"]
    return {n: ((getattr(row, n), None) if old else (None, getattr(row, n))) for n in columns}
