"""Whose the rows of a new source are: what is proposed, the choices of the form, and back from what was chosen.

A choice is "" (nobody said), "everyone", or `department=COLUMN` and `person=COLUMN`, alone or joined by `;`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _t

from opsloop.base.people.models import Department, Person
from opsloop.base.things.errors import Text
from opsloop.base.things.texts import listed
from opsloop.data.imports.looking import Look

EVERYONE = "everyone"
WAYS = ("department", "person")
DEPARTMENTS = re.compile(
    r"门店|店铺|分店|店号|部门|事业部|区域|大区|store|shop|department|branch|outlet", re.IGNORECASE
)
PEOPLE = re.compile(r"工号|员工|收银员|导购|经办人|负责人|staff|employee|cashier|clerk", re.IGNORECASE)
CODES = re.compile(r"编号|编码|代码|号$|id$|code|\bno\.?$|number", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of the form. group: "" for those that name no column."""

    value: str
    title: str
    group: str = ""


def proposed(look: Look, columns: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """The column whose cells are codes of departments or staff numbers here, else the one whose heading says so.

    Nothing when no column looks like it: whoever sees less than everything then sees nothing of the source, and never
    too much. columns: as proposed, one for each heading of the file, in its order.
    """
    seen = {name: one for name, one in zip(columns, look.columns, strict=True) if columns[name]["type"] in _CODED}
    known = {
        "department": {name for name, one in seen.items() if departments_among(one.examples)},
        "person": {name for name, one in seen.items() if people_among(one.examples)},
    }
    for way, heading in (("department", DEPARTMENTS), ("person", PEOPLE)):
        if fit := [name for name, one in seen.items() if name in known[way] and heading.search(one.heading)]:
            return {way: fit[0]}
    if known["department"]:
        return {"department": min(known["department"], key=list(seen).index)}
    told = [name for name, one in seen.items() if DEPARTMENTS.search(one.heading) and CODES.search(one.heading)]
    return {"department": told[0]} if told else {}


_CODED = ("text", "integer")


def departments_among(cells: Sequence[str]) -> bool:
    """Is one of these the code of a department?"""
    return Department.objects.filter(code__in=list(cells), closed_at=None).exists()


def people_among(cells: Sequence[str]) -> bool:
    """Is one of these somebody's staff number?"""
    return Person.objects.filter(number__in=[one for one in cells if one]).exists()


def choices(columns: Sequence[tuple[str, str, str]], current: str) -> list[Choice]:
    """The choices for (name, title, type) of each column, and what is chosen now if it is none of them."""
    out = [Choice("", _t("Only positions that see the whole company")), Choice(EVERYONE, _t("Every position"))]
    groups = (("department", _t("Departments their own, by")), ("person", _t("People their own, by")))
    coded = [(name, title) for name, title, made in columns if made in _CODED]
    for way, group in groups:
        out += [Choice(f"{way}={name}", title, group) for name, title in coded]
    if current not in {one.value for one in out}:
        out.append(Choice(current, current, groups[0][1]))
    return out


def told(whose: Mapping[str, Any] | None) -> str:
    """A source's `whose` as a choice."""
    if not whose:
        return ""
    if whose.get(EVERYONE):
        return EVERYONE
    return ";".join(f"{way}={whose[way]}" for way in WAYS if whose.get(way))


def read(choice: str) -> dict[str, Any]:
    """A choice as the source's `whose`, empty for none. What is no choice names no column of the file and is refused
    by the source's own checks."""
    if choice == EVERYONE:
        return {EVERYONE: True}
    parts = (part.partition("=") for part in choice.split(";") if part)
    return {way: name for way, _sign, name in parts if way in WAYS}


def strange(choice: str, examples: Mapping[str, Sequence[str]]) -> Text:
    """What a person should know of the column that is chosen: none of its first cells is a code of ours."""
    for way, name in read(choice).items():
        cells = list(examples.get(str(name), ()))
        if way == "department" and cells and not departments_among(cells):
            return _t(
                "None of the first values ({values}) is the code of a department here. Until departments have these "
                "codes, only positions that see the whole company see these rows."
            ).format(values=listed(cells))
        if way == "person" and cells and not people_among(cells):
            return _t(
                "None of the first values ({values}) is a staff number here. Until people have these numbers, only "
                "positions that see the whole company see these rows."
            ).format(values=listed(cells))
    return ""
