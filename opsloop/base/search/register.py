"""Which models are searchable, and by which of their words."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, Q, QuerySet

from opsloop.base.things.errors import Text


@dataclass(frozen=True, slots=True)
class Searchable:
    """How rows of one model are found and shown. `via` maps another model to the column that names the row."""

    model: type[Model]
    noun: Text
    title: Callable[[Any], str]
    text: Callable[[Any], str]
    url: Callable[[Any], str]
    only: Q | None = None
    select: Sequence[str] = ()
    prefetch: Sequence[str] = ()
    via: Mapping[type[Model], str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        return self.model._meta.label_lower

    def rows(self, base: QuerySet[Any] | None = None) -> QuerySet[Any]:
        """The rows that belong into the index, with what title and text need."""
        rows = self.model._base_manager.all() if base is None else base
        rows = rows.filter(self.only) if self.only is not None else rows
        rows = rows.select_related(*self.select) if self.select else rows
        return rows.prefetch_related(*self.prefetch) if self.prefetch else rows


searchables: dict[str, Searchable] = {}


def searchable(
    model: type[Model],
    *,
    url: Callable[[Any], str],
    title: Callable[[Any], str] = str,
    text: Callable[[Any], str] = lambda row: "",
    noun: Text | None = None,
    only: Q | None = None,
    select: Sequence[str] = (),
    prefetch: Sequence[str] = (),
    via: Mapping[type[Model], str] | None = None,
) -> None:
    """Register a model in an app's listeners.py. Who finds a row must see it: the model needs a scope in policy.py.

    only: which rows. select, prefetch: related rows that title and text read. via: when a row of that other model
    changes, the row named by its column is indexed anew. Sensitive columns are blank when title and text are asked.
    """
    label = noun or model._meta.verbose_name or model.__name__
    this = Searchable(model, label, title, text, url, only, select, prefetch, via or {})
    searchables[this.label] = this


def bare(row: Model) -> Model:
    """The row without its sensitive values: what is not in the index cannot be guessed by searching."""
    hidden = getattr(type(row), "sensitive", {})
    if not hidden:
        return row
    shown = copy.copy(row)
    for column in hidden:
        shown.__dict__[shown._meta.get_field(column).attname] = ""  # type: ignore[union-attr]
    return shown
