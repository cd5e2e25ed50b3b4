"""Lists over the API: what an app's rows show, declared in its shown.py, narrowed to what the asker may see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import DateTimeField, Field, ForeignKey, Model, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _t

from opsloop.base.acts import say
from opsloop.base.people.models import Person
from opsloop.base.policy.rules import masked
from opsloop.base.policy.scopes import scope_of, sees, visible
from opsloop.base.things.errors import Forbidden, Invalid, NotFound

LOOKUPS = frozenset({"exact", "gte", "lte", "gt", "lt", "isnull", "contains", "startswith"})
PER, MOST = 50, 200


@dataclass(frozen=True, slots=True)
class Shown:
    """One list: /api/<at>/. `filters` are fields, with a lookup as `starts_at__gte` where wanted."""

    model: type[Model]
    at: str
    fields: tuple[str, ...]
    filters: tuple[str, ...]
    order: tuple[str, ...]

    @property
    def noun(self) -> str:
        return self.at.partition("/")[0]


_shown: dict[str, Shown] = {}


def shown(
    model: type[Model],
    *,
    fields: tuple[str, ...],
    at: str = "",
    filters: tuple[str, ...] = (),
    order: tuple[str, ...] = ("pk",),
) -> None:
    """Show a model's rows at /api/<at>/ (by default its app's label). Nothing is shown that is not declared.

    Raises ValueError for a field that is not there, and for a filter by a sensitive column: it would tell its values.
    """
    one = Shown(model, at or model._meta.app_label, fields, filters, order)
    for name in (*fields, *(f.partition("__")[0] for f in filters)):
        try:
            model._meta.get_field(name)
        except FieldDoesNotExist:
            raise ValueError(f"shown({model.__name__}): there is no field {name}") from None
    hidden = getattr(model, "sensitive", {})
    for word in filters:
        name, _sep, lookup = word.partition("__")
        if name in hidden or (lookup or "exact") not in LOOKUPS:
            raise ValueError(f"shown({model.__name__}): {word} is sensitive, or no lookup of a list")
    _shown[one.at] = one


def all_shown() -> list[Shown]:
    """Every declared list, by its place."""
    return [_shown[at] for at in sorted(_shown)]


def by_place(at: str) -> Shown | None:
    """The list at a place, or None."""
    return _shown.get(at)


def label_of(one: Shown, word: str) -> str:
    """What a query parameter means, in the reader's language."""
    own = {
        "page": _t("Page, from 1"),
        "per": _t("Rows on a page, at most 200"),
        "sort": _t("A field, with - downwards"),
    }
    return own.get(word) or str(_field(one, word).verbose_name)


def rows_of(one: Shown, person: Person, query: Mapping[str, str]) -> dict[str, Any]:
    """One page: count, page, pages, rows. Raises Forbidden, Invalid."""
    rows = _visible(one, person)
    unknown = [word for word in query if word not in (*one.filters, "page", "per", "sort")]
    if unknown:
        raise Invalid({word: [_t("There is no such field.")] for word in unknown})
    for word in one.filters:
        if word in query:
            rows = rows.filter(**{word: _value(one, word, query[word])})
    page, per = _number(query, "page", 1, 1_000_000), _number(query, "per", PER, MOST)
    count = rows.count()
    part = rows.order_by(*_order(one, query.get("sort")))[(page - 1) * per : page * per]
    return {
        "count": count,
        "page": page,
        "pages": -(-count // per),
        "rows": [_plain(one, person, row) for row in part],
    }


def row_of(one: Shown, person: Person, pk: int) -> dict[str, Any]:
    """One row, with its revision for If-Match. Raises Forbidden, NotFound."""
    row = _visible(one, person).filter(pk=pk).first()
    if row is None:
        raise NotFound(_t("There is no such {what}.").format(what=one.model._meta.verbose_name))
    return _plain(one, person, row)


def _visible(one: Shown, person: Person) -> QuerySet[Any]:
    scope = scope_of(one.model)
    if scope is None or (scope.through is None and sees(person, scope.noun) is None):
        raise Forbidden(_t("This list is not for your position."))
    related = [name for name in one.fields if isinstance(one.model._meta.get_field(name), ForeignKey)]
    rows: QuerySet[Any] = visible(person, one.model)
    return rows.select_related(*related) if related else rows


def _plain(one: Shown, person: Person, row: Model) -> dict[str, Any]:
    said: dict[str, Any] = {"id": row.pk, "name": str(row)}
    if hasattr(row, "revision"):
        said["revision"] = row.revision
    for name in one.fields:
        value = masked(person, row, name)
        said[name] = {"id": value.pk, "name": str(value)} if isinstance(value, Model) else value
    return said


def _field(one: Shown, word: str) -> Field[Any, Any]:
    found = one.model._meta.get_field(word.partition("__")[0])
    assert isinstance(found, Field)
    return found


def _value(one: Shown, word: str, said: str) -> Any:
    field = _field(one, word)
    if word.endswith("__isnull"):
        return said.lower() in ("1", "true", "yes")
    try:
        if isinstance(field, DateTimeField):
            return _moment(said)
        target = field.target_field if isinstance(field, ForeignKey) else field
        return target.to_python(said)
    except (ValidationError, ValueError, OverflowError):
        raise Invalid({word: [_t("This value does not fit.")]}) from None


def _moment(said: str) -> datetime:
    found = parse_datetime(said)
    if found is None and (day := parse_date(said)):
        found = datetime(day.year, day.month, day.day)  # made aware below
    if found is None:
        raise ValueError(said)
    return timezone.make_aware(found) if timezone.is_naive(found) else found


def _number(query: Mapping[str, str], word: str, default: int, most: int) -> int:
    said = query.get(word, str(default))
    if not (said.isascii() and said.isdigit() and 1 <= int(said) <= most):
        raise Invalid({word: [str(say.SAY["less_than_equal"]).format(le=most)]})
    return int(said)


def _order(one: Shown, sort: str | None) -> tuple[str, ...]:
    if not sort:
        return (*one.order, "pk")
    name = sort.removeprefix("-")
    if name not in one.fields or name in getattr(one.model, "sensitive", {}):
        raise Invalid({"sort": [_t("There is no such field.")]})
    return (sort, "pk")
