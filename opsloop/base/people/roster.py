"""What the cells of a roster mean: columns by their Chinese or English names, days, positions, departments."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeVar

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.people.models import Department, Position
from opsloop.base.people.sheets import Table
from opsloop.base.things.errors import Refused, Text
from opsloop.base.things.texts import listed

T = TypeVar("T")

COLUMNS: dict[str, tuple[Text, tuple[str, ...]]] = {
    "name": (_("Full name"), ("姓名", "名字", "员工姓名", "name", "full name", "employee name")),
    "number": (_("Staff number"), ("工号", "员工编号", "员工号", "人员编号", "number", "staff number", "employee id", "employee number", "staff id")),  # noqa: E501
    "department": (_("Department"), ("部门", "所属部门", "部门名称", "department")),
    "position": (_("Position"), ("岗位", "职位", "岗位名称", "position", "job title")),
    "email": (_("E-mail"), ("邮箱", "电子邮箱", "邮件", "邮箱地址", "email", "e-mail", "mail", "email address")),
    "phone": (_("Phone"), ("手机", "手机号", "手机号码", "电话", "联系电话", "phone", "mobile", "phone number")),
    "joined_on": (_("Joined on"), ("入职日期", "入职时间", "入职", "joined on", "joined", "hire date", "start date")),
    "superior": (_("Superior"), ("上级", "直属上级", "直接上级", "汇报对象", "superior", "manager", "supervisor", "reports to")),  # noqa: E501
}  # fmt: skip
"""Field -> (label, header names)."""
REQUIRED = ("name", "number")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in one row: the row as Excel numbers it, the column's label, what, and what to do."""

    row: int
    column: str
    text: str
    remedy: str = ""


@dataclass(slots=True)
class Line:
    """One row of the file as it was understood."""

    row: int
    values: dict[str, str]
    department: Department | None = None
    position: Position | None = None
    joined_on: date | None = None
    faults: list[Fault] = field(default_factory=list)

    def wrong(self, column: str, text: str, remedy: str = "") -> None:
        """Note what is wrong with a column."""
        self.faults.append(Fault(self.row, label(column), text, remedy))


def label(column: str) -> str:
    """A column's name for people; an act's own field names pass through."""
    return str(COLUMNS[column][0]) if column in COLUMNS else column


def _plain(title: str) -> str:
    """A header without capitals, blanks around, marks of being required and remarks in brackets."""
    return re.sub(r"[（(].*?[）)]|[*＊:：]", "", title).replace("_", " ").strip().lower()


def columns_of(table: Table) -> tuple[dict[str, int], list[str]]:
    """(field -> place in the row, notes). Raises Refused when a needed column is missing or one is there twice."""
    known = {name: column for column, (_label, names) in COLUMNS.items() for name in names}
    found: dict[str, int] = {}
    strange: list[str] = []
    for place, title in enumerate(table.header):
        column = known.get(_plain(title))
        if column is None:
            strange += [title] if title else []
        elif column in found:
            raise Refused(_t("The column {name} is there twice.").format(name=label(column)))
        else:
            found[column] = place
    if missing := [label(column) for column in REQUIRED if column not in found]:
        there = listed(title for title in table.header if title)
        said = _t("The columns {missing} are missing; the first row has: {there}.")
        raise Refused(said.format(missing=listed(missing), there=there))
    notes = [_t("The column {name} is not read.").format(name=title) for title in strange]
    if "superior" in found:
        notes.append(_t("Superiors are checked and not stored: who reports to whom follows from the positions."))
    return found, notes


def lines_of(table: Table, columns: dict[str, int]) -> list[Line]:
    """Every row, its cells by field; a cell beyond the header is an error of its row, not dropped."""
    out: list[Line] = []
    for row, cells in table.rows:
        line = Line(row, {name: cells[place] if place < len(cells) else "" for name, place in columns.items()})
        beyond = [cell for cell in cells[len(table.header) :] if cell]
        if beyond:
            line.wrong("", _t("There are more cells than the header has columns."), _t("Quote cells with commas."))
        out.append(line)
    return out


def day(text: str) -> date | None:
    """2026-01-31, 2026/1/31, 2026.1.31, 2026年1月31日, 20260131 or Excel's number of a day; None if it is none."""
    if re.fullmatch(r"\d{5}", text):
        return date(1899, 12, 30) + timedelta(days=int(text))
    found = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 00:00(?::00)?)?", text) or re.fullmatch(
        r"(\d{4})(\d{2})(\d{2})", text
    )
    try:
        return date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        return None


class Organisation:
    """Departments and positions by what people call them."""

    def __init__(self) -> None:
        self.departments = list(Department.objects.filter(closed_at__isnull=True).select_related("parent"))
        self.positions = list(Position.objects.filter(withdrawn_at__isnull=True))

    def department(self, said: str) -> tuple[Department | None, str]:
        """By code, by name, or by names from above such as 运营部/一店. (department or None, what is wrong)."""
        parts = [part.strip() for part in re.split(r"[/＞>\\]", said) if part.strip()]
        codes = [one for one in self.departments if one.code == said.lower()]
        found = codes or [one for one in self.departments if _chain_fits(one, parts)]
        return self._only(found, _t("There is no department {name}."), said)

    def position(self, said: str) -> tuple[Position | None, str]:
        """By code, Chinese or English title. (position or None, what is wrong)."""
        low = said.lower()
        found = [one for one in self.positions if low in (one.code, one.title.lower(), one.title_en.lower())]
        return self._only(found, _t("There is no position {name}."), said)

    @staticmethod
    def _only(found: list[T], nothing: str, said: str) -> tuple[T | None, str]:
        if len(found) == 1:
            return found[0], ""
        return None, (_t("{name} is the name of several; use the code.") if found else nothing).format(name=said)


def _chain_fits(department: Department | None, parts: list[str]) -> bool:
    for part in reversed(parts):
        if department is None or department.title.lower() != part.lower():
            return False
        department = department.parent
    return bool(parts)
