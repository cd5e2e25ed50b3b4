"""What the boxes of a draft may offer: fields, persons, steps, levels and authority limits, in the reader's words.

Made of plain values, so that it is there for a draft in which something is still wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _t

from opsloop.base.people import posts
from opsloop.engine.sops.blocks import ForEach
from opsloop.engine.sops.definition import CaseField, Column, Level, SopFile
from opsloop.engine.sops.editing import tree
from opsloop.engine.sops.expressions import Scope
from opsloop.engine.sops.models import Sop
from opsloop.engine.sops.saying import FIELD
from opsloop.engine.sops.scope import scope_of_sop
from opsloop.engine.sops.walk import Placed
from opsloop.engine.sops.wording import names_of
from opsloop.engine.sops.words import FieldType
from opsloop.playbook.book import Playbook
from opsloop.playbook.reading.labels import Labels

Options = list[tuple[str, str]]


@dataclass
class Known:
    """values: of the draft; book: what is published."""

    values: tree.Raw
    book: Playbook
    ident: str = ""

    @cached_property
    def sop(self) -> SopFile:
        """The head of the draft as far as conditions and words need it."""
        levels = tuple(Level(str(one.get("id", "")), str(one.get("title") or one.get("id", "")))
                       for one in _dicts(self.values.get("levels")))  # fmt: skip
        fields = tuple(_field(one) for one in _dicts(self.values.get("fields")))
        about = str(self.values.get("about") or "")
        return SopFile(str(self.values.get("title") or ""), str(self.values.get("owner") or ""), (), about=about,
                       levels=levels, fields=fields)  # fmt: skip

    @cached_property
    def names(self) -> dict[str, str]:
        return names_of(self.sop)

    def scope(self, key: str = "") -> Scope:
        """The names that a condition at this block may use."""
        spot = tree.find(self.values, key) if key else None
        around = [one.raw for one in tree.spots(self.values)
                  if spot is not None and spot.path.startswith(f"{one.path}.")]  # fmt: skip
        loops = [Placed(ForEach(str(raw["for_each"]), (), str(raw.get("as") or "row")), "")
                 for raw in around if raw.get("for_each")]  # fmt: skip
        return scope_of_sop(self.sop, loops)

    @cached_property
    def people(self) -> Options:
        """Positions, then the fields that hold a person."""
        known = {**posts.titles(in_force=True)}
        for code, obj in self.book.all("position"):
            known.setdefault(code, str(obj.title))
        fields = [(f"{FIELD}{one.id}", _t("{field} (person named in the case)").format(field=one.title))
                  for one in self.sop.fields if one.type is FieldType.PERSON]  # fmt: skip
        return [*sorted(known.items(), key=lambda pair: pair[1]), *fields]

    @cached_property
    def fields(self) -> Options:
        return [(one.id, one.title) for one in self.sop.fields]

    @cached_property
    def lists(self) -> Options:
        return [(one.id, one.title) for one in self.sop.fields if one.type is FieldType.LIST]

    @cached_property
    def levels(self) -> Options:
        return [(one.id, one.title) for one in self.sop.levels]

    @cached_property
    def steps(self) -> Options:
        """Steps and approvals, in the order of the file."""
        return [(one.key, str(one.raw.get("title") or one.key)) for one in tree.spots(self.values)
                if tree.kind_of(one.raw) in ("step", "approve")]  # fmt: skip

    @cached_property
    def sops(self) -> Options:
        return [(one.ident, one.name) for one in Sop.objects.filter(withdrawn=False) if one.ident != self.ident]

    @cached_property
    def messages(self) -> Options:
        return [(str(one.get("id")), str(one.get("title") or one.get("id")))
                for one in _dicts(self.values.get("messages"))]  # fmt: skip

    @cached_property
    def limits(self) -> Options:
        """Authority limits that some position has."""
        labels = Labels(self.book)
        found = {name for _code, obj in self.book.all("position") for name in obj.limits}
        return sorted((name, labels.name(name)) for name in found)


def _dicts(rows: Any) -> list[dict[str, Any]]:
    return [one for one in rows or [] if isinstance(one, dict)]


def _field(raw: dict[str, Any]) -> CaseField:
    columns = tuple(Column(str(one.get("id", "")), str(one.get("title") or ""), _type(one), _options(one))
                    for one in _dicts(raw.get("columns")))  # fmt: skip
    title = str(raw.get("title") or raw.get("id", ""))
    return CaseField(str(raw.get("id", "")), title, _type(raw), _options(raw), columns=columns)


def _type(raw: dict[str, Any]) -> FieldType:
    said = raw.get("type") or "text"
    return FieldType(said) if said in FieldType.values else FieldType.TEXT


def _options(raw: dict[str, Any]) -> tuple[str, ...]:
    return tuple(str(one) for one in raw.get("options") or [])
