"""How auditors narrow the ledger. Each filter says its part as `Filters`; what fits is base/ledger's business."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.apps import apps
from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _t

from opsloop.base.acts import registry
from opsloop.base.ledger.queries import Filters, narrow
from opsloop.base.people.models import Person
from opsloop.base.policy.borrowed import pointable
from opsloop.base.policy.scopes import scoped_models
from opsloop.ui.days import day_of
from opsloop.ui.lists import ChoiceFilter, DayFilter, PickFilter, TextFilter
from opsloop.ui.people.rights import noun

Rows = QuerySet[Any]
Choices = list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ByFilter(PickFilter):
    """Who did it (`who`), or for whom (`behalf`)."""

    def narrow(self, rows: Rows, said: QueryDict, by: Person) -> Rows:
        one = self.chosen(said, by)
        if one is None:
            return rows.none() if said.get(self.name) else rows
        return narrow(rows, Filters(**{self.name: one.pk}))


@dataclass(frozen=True, slots=True, kw_only=True)
class ActFilter(ChoiceFilter):
    """One act, or every act of a subject."""

    def options(self, model: type[Model], by: Person) -> Choices:
        acts: dict[str, list[tuple[str, str]]] = {}
        for one in registry.values():
            acts.setdefault(one.noun, []).append((str(one.label), one.name))
        found: Choices = []
        for title, subject in sorted((noun(subject), subject) for subject in acts):
            found.append((f"{subject}.*", _t("{subject}: all").format(subject=title)))
            found += [(name, f"{title} · {label}") for label, name in sorted(acts[subject])]
        return found

    def narrow(self, rows: Rows, said: QueryDict, by: Person) -> Rows:
        asked = said.get(self.name, "")
        return narrow(rows, Filters(act=asked)) if asked in dict(self.options(rows.model, by)) else rows


def kinds_of_objects() -> Choices:
    """(label, name) of everything that acts are about."""
    found = {model._meta.label_lower: str(model._meta.verbose_name) for model in scoped_models() if pointable(model)}
    subjects = {one.subject.type for one in registry.values() if one.subject is not None}
    found |= {model._meta.label_lower: str(model._meta.verbose_name) for model in subjects}
    return sorted(found.items(), key=lambda pair: pair[1])


def kind_of_object(label: str) -> str:
    """The model's name in words, or its label when its app is gone."""
    try:
        return str(apps.get_model(label)._meta.verbose_name)
    except (LookupError, ValueError):
        return label


@dataclass(frozen=True, slots=True, kw_only=True)
class KindFilter(ChoiceFilter):
    """Entries about a kind of object, or with `number` about one of them."""

    number: str

    @property
    def keys(self) -> tuple[str, ...]:
        return (self.name,)

    def options(self, model: type[Model], by: Person) -> Choices:
        return kinds_of_objects()

    def narrow(self, rows: Rows, said: QueryDict, by: Person) -> Rows:
        asked = said.get(self.name, "")
        if asked not in dict(self.options(rows.model, by)):
            return rows
        return narrow(rows, Filters(object_type=asked, object_id=whole(said.get(self.number, ""))))


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberFilter(TextFilter):
    """The number of the object, together with its kind: the kind's filter reads it."""

    def narrow(self, rows: Rows, said: QueryDict, by: Person) -> Rows:
        return rows


def whole(text: str) -> int | None:
    """A positive whole number that a column can hold, or None."""
    text = text.strip().lstrip("#")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class HappenedFilter(DayFilter):
    """From a day to a day, by when it happened, in the organisation's zone."""

    def narrow(self, rows: Rows, said: QueryDict, by: Person) -> Rows:
        since, until = span(said, self.keys)
        return narrow(rows, Filters(since=since, until=until))


def span(said: QueryDict, keys: tuple[str, ...]) -> tuple[datetime | None, datetime | None]:
    """(the first moment, the first moment after) of two days in the address."""
    first, last = (day_of(said.get(key, "")) for key in keys)
    return _start(first), _start(last + timedelta(days=1)) if last else None


def _start(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None


def doors() -> dict[str, str]:
    """Through which an act came, as the ledger writes it; with a colon its number follows."""
    return {
        "page": _t("page"), "import": _t("import"), "api": _t("API"), "token:": _t("program with a token"),
        "cli": _t("command line"), "job:": _t("job"), "step:": _t("step of a process"), "tool": _t("assistant"),
        "worker": _t("worker"), "demo": _t("demo set-up"), "code": _t("inside the system"),
    }  # fmt: skip


def door(via: str) -> str:
    """`job:12` as 后台任务 12."""
    name, colon, number = via.partition(":")
    said = doors().get(name + colon, via)
    return f"{said} {number}" if colon and said != via else said


@dataclass(frozen=True, slots=True, kw_only=True)
class ViaFilter(ChoiceFilter):
    """The door."""

    def options(self, model: type[Model], by: Person) -> Choices:
        return list(doors().items())

    def narrow(self, rows: Rows, said: QueryDict, by: Person) -> Rows:
        asked = said.get(self.name, "")
        return narrow(rows, Filters(via=asked)) if asked in doors() else rows


@dataclass(frozen=True, slots=True, kw_only=True)
class LateFilter(ChoiceFilter):
    """Only what was recorded later than it happened (补录)."""

    def options(self, model: type[Model], by: Person) -> Choices:
        return [("1", _t("recorded later"))]

    def narrow(self, rows: Rows, said: QueryDict, by: Person) -> Rows:
        return narrow(rows, Filters(late=True)) if said.get(self.name) == "1" else rows


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsFilter(TextFilter):
    """Stands in a value, a name or a reason, letter by letter."""

    def narrow(self, rows: Rows, said: QueryDict, by: Person) -> Rows:
        asked = said.get(self.name, "").strip()
        return narrow(rows, Filters(text=asked)) if asked else rows
