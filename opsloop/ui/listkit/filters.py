"""Filters of a list: what they read from the address and how they narrow the rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from django.db.models import DateTimeField, Model, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _t

from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import visible
from opsloop.base.things.errors import Text
from opsloop.ui.days import day_of
from opsloop.ui.listkit.columns import field_of

Rows = QuerySet[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """name: the word in the address. field: the order of double underscores to the column, by default the name."""

    kind: ClassVar[str] = ""
    name: str
    label: Text | None = None
    field: str = ""

    @property
    def path(self) -> str:
        return self.field or self.name

    @property
    def keys(self) -> tuple[str, ...]:
        """The words of the address that belong to this filter."""
        return (self.name,)

    def title(self, model: type[Model]) -> str:
        """Its label in the reader's language."""
        known = field_of(model, self.path.replace("__", "."))
        return str(self.label or (known.verbose_name if known is not None else self.name))

    def narrow(self, rows: Rows, said: QueryDict, by: Person) -> Rows:
        """The rows that remain; words that make no sense narrow nothing."""
        raise NotImplementedError

    def options(self, model: type[Model], by: Person) -> list[tuple[str, str]]:
        """(value, label) to choose from."""
        return []

    def words(self, model: type[Model], said: QueryDict, by: Person) -> str:
        """The value in words, for the ledger and the file of an export."""
        return said.get(self.name, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFilter(Filter):
    """Every word must stand in one of `fields`."""

    kind: ClassVar[str] = "text"
    name: str = "q"
    fields: tuple[str, ...]

    def title(self, model: type[Model]) -> str:
        return str(self.label) if self.label else _t("Search in this list")

    def narrow(self, rows: Rows, said: QueryDict, by: Person) -> Rows:
        for word in said.get(self.name, "").split()[:8]:
            fits = Q()
            for path in self.fields:
                fits |= Q(**{f"{path}__icontains": word})
            rows = rows.filter(fits)
        return rows


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceFilter(Filter):
    """One of a field's choices, or of `choices` as (value, label)."""

    kind: ClassVar[str] = "choice"
    choices: tuple[tuple[str, Text], ...] = ()

    def options(self, model: type[Model], by: Person) -> list[tuple[str, str]]:
        known = field_of(model, self.path.replace("__", "."))
        said = self.choices or (known.flatchoices if known is not None else ())
        return [(str(value), str(label)) for value, label in said]

    def narrow(self, rows: Rows, said: QueryDict, by: Person) -> Rows:
        asked = said.get(self.name, "")
        known = {value for value, _label in self.options(rows.model, by)}
        return rows.filter(**{self.path: asked}) if asked in known else rows

    def words(self, model: type[Model], said: QueryDict, by: Person) -> str:
        return dict(self.options(model, by)).get(said.get(self.name, ""), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagFilter(ChoiceFilter):
    """Yes or no. `when` says which rows are yes, by default a true column."""

    when: Callable[[], Q] | None = None

    def options(self, model: type[Model], by: Person) -> list[tuple[str, str]]:
        return [("1", _t("yes")), ("0", _t("no"))]

    def narrow(self, rows: Rows, said: QueryDict, by: Person) -> Rows:
        asked = said.get(self.name, "")
        fits = self.when() if self.when else Q(**{self.path: True})
        if asked == "1":
            return rows.filter(fits)
        return rows.exclude(fits) if asked == "0" else rows


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFilter(Filter):
    """From a day to a day, both included, in the organisation's zone."""

    kind: ClassVar[str] = "days"

    @property
    def keys(self) -> tuple[str, ...]:
        return (f"{self.name}_from", f"{self.name}_to")

    def narrow(self, rows: Rows, said: QueryDict, by: Person) -> Rows:
        first, last = (day_of(said.get(key, "")) for key in self.keys)
        known = field_of(rows.model, self.path.replace("__", "."))
        moments = isinstance(known, DateTimeField)
        if first:
            rows = rows.filter(**{f"{self.path}__gte": _start(first) if moments else first})
        if last:
            after = last + timedelta(days=1)
            rows = rows.filter(**{f"{self.path}__lt": _start(after) if moments else after})
        return rows

    def words(self, model: type[Model], said: QueryDict, by: Person) -> str:
        first, last = (day_of(said.get(key, "")) for key in self.keys)
        return f"{first or ''} – {last or ''}" if first or last else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PickFilter(Filter):
    """One row of another model, found by typing. below: a department and everything under it."""

    kind: ClassVar[str] = "pick"
    model: type[Model]
    below: bool = False

    def rows(self, by: Person) -> Rows:
        """What may be chosen."""
        return visible(by, self.model)

    def chosen(self, said: QueryDict, by: Person) -> Model | None:
        """The row that the address names, if the person may see it."""
        asked = said.get(self.name, "")
        return self.rows(by).filter(pk=int(asked)).first() if asked.isdecimal() else None

    def narrow(self, rows: Rows, said: QueryDict, by: Person) -> Rows:
        one: Any = self.chosen(said, by)
        if one is None:
            return rows.none() if said.get(self.name) else rows
        fits = {f"{self.path}__path__startswith": one.path} if self.below else {self.path: one}
        if not crosses_many(rows.model, self.path):
            return rows.filter(**fits)
        return rows.filter(pk__in=rows.model._base_manager.filter(**fits).values("pk"))

    def words(self, model: type[Model], said: QueryDict, by: Person) -> str:
        return str(self.chosen(said, by) or "")


def crosses_many(model: type[Model], path: str) -> bool:
    """Does the path go through a relation with many rows? A join would then repeat rows."""
    for step in path.split("__"):
        field: Any = model._meta.get_field(step)
        if field.one_to_many or field.many_to_many:
            return True
        if field.related_model is None:
            return False
        model = field.related_model
    return False


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
