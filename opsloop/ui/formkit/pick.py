"""Choosing rows by typing: only what is chosen is rendered, the rest is searched, be it 5 people or 50,000."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import CharField, Model, Q, QuerySet
from django.forms.models import ModelChoiceIteratorValue
from django.urls import reverse
from django.utils.translation import gettext as _t

from opsloop.base.acts.args import Param
from opsloop.base.kinds.translated import Translated, language
from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import visible

SHOWN = 20
NAMES = ("name", "title", "code", "number", "login", "subject", "label")


def choices_of(param: Param, by: Person, subject: Any) -> QuerySet[Any]:
    """The rows an argument may take: what its `pick` answers, else what the person may see."""
    return param.arg.pick(by, subject) if param.arg.pick else visible(by, param.type)


def _words(model: type[Model]) -> tuple[str, ...]:
    """The columns by which people name a row of this model."""
    found = {f.name for f in model._meta.concrete_fields if isinstance(f, CharField)}
    return tuple(name for name in NAMES if name in found)


def find_rows(rows: QuerySet[Any], text: str, limit: int = SHOWN) -> list[Any]:
    """The first rows whose name, title, code or number holds the text; by id for a number alone on other models."""
    text = text.strip()
    if text:
        fits = Q()
        for name in _words(rows.model):
            fits |= Q(**{f"{name}__icontains": text})
        if issubclass(rows.model, Translated):
            fits |= Q(**{f"words__{language()}__title__icontains": text})
        if not fits:
            fits = Q(pk=int(text)) if text.isdecimal() else Q(pk__in=[])
        rows = rows.filter(fits)
    return list(rows[:limit])


class Pick(forms.Widget):
    """Chips of what is chosen and a search box. `source` and `name` tell the search address what may be found."""

    template_name = "forms/pick.html"
    needs_multipart_form = False

    def __init__(self, source: str, name: str, *, many: bool = False, on: Any = None) -> None:
        super().__init__()
        self.source, self.param, self.many, self.on = source, name, many, on
        self.choices: Any = ()

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        if self.many:
            return data.getlist(name) if hasattr(data, "getlist") else data.get(name)
        return data.get(name)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False  # an unticked chip is an answer

    def use_required_attribute(self, initial: Any) -> bool:
        return False

    def format_value(self, value: Any) -> list[str]:
        many: Iterable[Any] = value if isinstance(value, list | tuple | QuerySet) else [value]
        return [str(_key(one)) for one in many if one not in (None, "")]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        address = reverse("pick", args=[self.source, self.param])
        if self.on is not None:
            address += "?" + urlencode({"_on": self.on}, doseq=True)
        chosen = context["widget"]["value"]
        rows = getattr(self.choices, "queryset", None)
        known = rows.filter(pk__in=chosen) if rows is not None and chosen else []
        said = context["widget"]["attrs"]
        context["widget"].update(
            address=address, many=self.many, chosen=list(known), placeholder=_t("Type to search"),
            described=said.get("aria-describedby", ""), wrong=said.get("aria-invalid", ""),
        )  # fmt: skip
        return context


def _key(value: Any) -> Any:
    if isinstance(value, ModelChoiceIteratorValue):
        return str(value)
    return value.pk if isinstance(value, Model) else value
