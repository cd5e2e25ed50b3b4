"""The box of a list field's columns: each its title and what is filled in, an empty row for one more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from django.http import QueryDict

from opsloop.engine.sops.editing.boxes import Box, Options, Posted
from opsloop.engine.sops.words import FieldType


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """One column. id: empty for the one to be added; options: of a choice, one on each line."""

    id: str = ""
    title: str = ""
    type: str = FieldType.TEXT.value
    options: str = ""

    @property
    def choice(self) -> bool:
        return self.type == FieldType.CHOICE


@dataclass
class Columns(Box):
    """All columns of a list; one whose title is emptied goes."""

    look: ClassVar[str] = "columns"

    @property
    def sorts(self) -> Options:
        return [(one.value, str(one.label)) for one in FieldType if one is not FieldType.LIST]

    @property
    def rows(self) -> list[ColumnRow]:
        said = [one for one in self.value or [] if isinstance(one, dict)]
        known = [ColumnRow(str(one.get("id") or ""), str(one.get("title") or ""), str(one.get("type") or "text"),
                           "\n".join(str(each) for each in one.get("options") or [])) for one in said]  # fmt: skip
        return [*known, ColumnRow()]

    def written(self) -> Posted:
        out: Posted = {}
        for i, row in enumerate(self.rows):
            at = f"{self.name}.{i}"
            out |= {f"{at}.id": [row.id], f"{at}.title": [row.title], f"{at}.type": [row.type]}
            if row.choice:
                out[f"{at}.options"] = [row.options]
        return out

    def read(self, post: QueryDict) -> list[dict[str, Any]]:
        out: list[dict[str, Any]] = []
        used, i = {row.id for row in self.rows}, 0
        while (at := f"{self.name}.{i}") and f"{at}.title" in post:
            title, sort = post.get(f"{at}.title", "").strip(), post.get(f"{at}.type", "text")
            if title:
                out.append(_column(post, at, title, sort, used))
            i += 1
        return out


def _column(post: QueryDict, at: str, title: str, sort: str, used: set[str]) -> dict[str, Any]:
    ident = post.get(f"{at}.id", "")
    if not ident or ident not in used:
        n = 1
        while f"column_{n}" in used:
            n += 1
        ident = f"column_{n}"
        used.add(ident)
    made: dict[str, Any] = {"id": ident, "title": title}
    if sort in FieldType.values and sort != FieldType.TEXT:
        made["type"] = sort
    options = [one.strip() for one in post.get(f"{at}.options", "").splitlines() if one.strip()]
    if sort == FieldType.CHOICE and options:
        made["options"] = options
    return made
