"""The base of every business model: only acts write it, and what changed reaches the ledger by itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext as _t

from opsloop.base.things import frame
from opsloop.base.things.errors import Stale, StaleRow
from opsloop.base.things.querysets import ThingQuerySet, copied, kept, private_of, whole

__all__ = ["Thing", "ThingQuerySet", "private_of"]


class Thing(models.Model):
    """A row that only acts may write. In an act it remembers what was read, so the ledger gets a diff for nothing."""

    revision = models.PositiveIntegerField(default=0, editable=False)
    _was: dict[str, Any] | None = None
    _op: frame.Op | None = None
    ledger_private: ClassVar[frozenset[str]] = frozenset()
    """Columns, and values of acts about such a row, whose contents lie in erasable side rows of the ledger."""
    ledger_named: ClassVar[bool] = True
    """False where the name itself is personal: entries then hold the id only and the name is looked up when read."""
    sensitive: ClassVar[dict[str, str]] = {}
    """Column -> sensitivity class; `policy.masked` hides it from those whose position does not read the class."""
    recorded: ClassVar[frozenset[str]] = frozenset()
    """Columns of files that an act of their own hands out, because each access is to be on record."""
    objects = ThingQuerySet.as_manager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def remember(self) -> None:
        """Keep what was read, as the old side of the diff."""
        self._was, self._op = kept(self.__dict__), frame.current_op.get()

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        """Like Django's; a row read whole inside an act may be saved there."""
        super().refresh_from_db(*args, **kwargs)
        if kwargs.get("fields") is None and len(args) < 2 and frame.current_op.get() is not None:
            self.remember()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write what has changed since it was read; raises WriteOutsideAct with no act running, StaleRow for a row read
        before it, in part, or overtaken since.

        Stale is raised when another operation wrote the row since this one read it without a lock.
        """
        op = frame.need_op(type(self))
        adding, was, named = self._state.adding, self._was, "update_fields" in kwargs
        if adding:
            kwargs["force_insert"] = True  # a chosen key must not overwrite the row that has it
        else:
            self._check_fresh(op)
            kwargs.setdefault("update_fields", self._changed())
        fields: Iterable[str] | None = kwargs.get("update_fields")
        self.revision = (self.revision or 0) + 1
        if fields is not None:
            fields = kwargs["update_fields"] = {*fields, "revision"}
        super().save(*args, **kwargs)
        self._read_back()
        diff: frame.Diff = {}
        for column in self._columns(fields):
            new = getattr(self, column)
            old = None if adding or was is None else was.get(column)
            if old != new:
                diff[column] = (old, new)
        op.changed(self._meta.label_lower, self.pk, _copied(diff), self.ledger_private)
        unsaved = _unsaved(was, diff, self) if named and was is not None else {}
        self.remember()
        if unsaved and self._was is not None:
            self._was.update(unsaved)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Raises as `save`. What is protected by other rows raises Django's ProtectedError."""
        op = frame.need_op(type(self))
        self._check_fresh(op)
        was, pk = self._was or whole(self), self.pk
        gone = super().delete(*args, **kwargs)
        diff: frame.Diff = {name: (was.get(name), None) for name in whole(self)}
        op.changed(self._meta.label_lower, pk, diff, self.ledger_private)
        return gone

    def _check_fresh(self, op: frame.Op) -> None:
        if self._op is not op or self._was is None or self.get_deferred_fields():
            raise StaleRow(f"{self!r} was read before this operation or in part; read it again inside the act")

    def _columns(self, names: Iterable[str] | None) -> list[str]:
        """What of these is recorded; None means every column."""
        columns = (f for f in self._meta.concrete_fields if not f.primary_key and f.name != "revision")
        return [f.attname for f in columns if names is None or f.name in names or f.attname in names]

    def _changed(self) -> list[str]:
        """Columns that differ from what was read; with wide rows naming all of them costs more than the write."""
        was, columns = self._was or {}, [f for f in self._meta.concrete_fields if not f.primary_key]
        return [f.name for f in columns if f.attname not in was or was[f.attname] != getattr(self, f.attname)]

    def _do_update(self, base_qs: Any, *rest: Any) -> Any:
        """The row must be as it was read: no write of another instance or another process is lost."""
        was = self._was or {}
        if done := self._written_over(base_qs, was.get("revision"), *rest):
            return done
        op = frame.current_op.get()
        if op is not None and op.wrote(self._meta.label_lower, self.pk):
            raise StaleRow(f"{self!r} was written through another instance or update(); call refresh_from_db() first")
        raise Stale(_t("Somebody changed this meanwhile."))

    def _written_over(self, base_qs: Any, revision: Any, *rest: Any) -> Any:
        """Write the row if it still has this revision; False where it has not."""
        return super()._do_update(base_qs.filter(revision=revision), *rest)

    def _read_back(self) -> None:
        """F() and other expressions as the values that the database made of them."""
        columns = [f.attname for f in self._meta.concrete_fields]
        if names := [n for n in columns if hasattr(self.__dict__.get(n), "resolve_expression")]:
            super().refresh_from_db(fields=names)


def _copied(diff: frame.Diff) -> frame.Diff:
    """The diff, safe from later changes in place of JSON columns."""
    return {n: (copied(old), copied(new)) for n, (old, new) in diff.items()}


def _unsaved(was: dict[str, Any], diff: frame.Diff, row: models.Model) -> dict[str, Any]:
    """With `update_fields`, what was changed in memory but not saved keeps its old side for the next save."""
    return {n: was[n] for n in whole(row) if n in was and n not in diff and was[n] != getattr(row, n)}
