"""A thing's columns as label and value, masked for those whose position does not read them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from opsloop.base.people.models import Person
from opsloop.ui.listkit.columns import Column, bind


@dataclass(frozen=True, slots=True)
class Fact:
    """One line: its label and the value as safe HTML."""

    label: str
    shown: SafeString


def facts_of(obj: Model, by: Person, names: tuple[str | Column, ...]) -> list[Fact]:
    """The named columns of `obj` as `by` may see them. Names are fields, paths such as department.title, or Columns."""
    bound = [bind(one if isinstance(one, Column) else Column(name=one), type(obj), by) for one in names]
    return [Fact(one.label, mark_safe(one.shown(obj))) for one in bound]  # noqa: S308 escaped by the column


def shown(value: Any) -> str:
    """A value that is no column."""
    return "—" if value in (None, "") else str(conditional_escape(value))
