"""Values of a case as people read them; personal ones are masked but for those whose turn it is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, strip_tags
from django.utils.translation import gettext as _t

from opsloop.base.files.models import Attachment
from opsloop.base.people.models import Person
from opsloop.base.policy.rules import mask
from opsloop.engine.cases.models import Case
from opsloop.engine.cases.pages import fields
from opsloop.engine.sops.definition import CaseField, SopFile
from opsloop.engine.sops.words import FieldType
from opsloop.ui import formats

MONEYED: dict[FieldType, Callable[[Any], str]] = {FieldType.MONEY: formats.money, FieldType.NUMBER: formats.number}


@dataclass(frozen=True, slots=True)
class Value:
    """One field: rows for a list (headings first), file for a file, else its text."""

    id: str
    title: str
    text: Any = ""
    rows: tuple[tuple[str, ...], ...] = ()
    file: Attachment | None = None
    long: bool = False
    masked: bool = False


class Values:
    """The fields of one case. whole: without masks; hidden: those that whoever reads does not see at all."""

    def __init__(
        self, case: Case, files: tuple[SopFile, SopFile], attached: Iterable[Attachment], *, whole: bool,
        hidden: Collection[str] = (),
    ) -> None:  # fmt: skip
        self.case, self.whole, self.hidden = case, whole, hidden
        written, said = files
        self.written = {one.id: one for one in written.fields}
        self.said = {one.id: one for one in said.fields}
        self.files = {one.stored_id: one for one in attached}
        self.names = self._people()

    def _people(self) -> Mapping[int, str]:
        wanted = {
            value for name, value in self.case.values.items()
            if name in self.written and self.written[name].type == FieldType.PERSON and isinstance(value, int)
        }  # fmt: skip
        for one in self.written.values():
            if one.type == FieldType.LIST and isinstance(rows := self.case.values.get(one.id), list):
                people = [column.id for column in one.columns if column.type == FieldType.PERSON]
                wanted |= {row[each] for row in rows for each in people if isinstance(row.get(each), int)}
        return dict(Person.objects.filter(pk__in=wanted).values_list("pk", "name"))

    def all(self) -> list[Value]:
        """Every field that has a value, in the order of the file."""
        return [found for one in self.written if (found := self.one(one)) is not None]

    def some(self, names: Iterable[str]) -> list[Value]:
        return [found for one in names if (found := self.one(one)) is not None]

    def one(self, name: str) -> Value | None:
        """None where nothing stands."""
        field, kept = self.written.get(name), self.case.values.get(name)
        if field is None or name in self.hidden or kept in (None, "", []):
            return None
        said = self.said.get(name, field)
        if field.personal and not self.whole:
            return Value(name, said.title, mask(str(kept)) if isinstance(kept, str) else "***", masked=True)
        if field.type == FieldType.LIST:
            return Value(name, said.title, rows=self._rows(field, said, kept))
        if field.type == FieldType.FILE:
            return Value(name, said.title, _t("a file"), file=self.files.get(kept))
        return Value(name, said.title, self._text(field, said, kept), long=field.type == FieldType.LONG)

    def _rows(self, field: CaseField, said: CaseField, kept: Any) -> tuple[tuple[str, ...], ...]:
        columns = [CaseField(one.id, one.title, one.type, one.options) for one in field.columns]
        heads = {one.id: one.title for one in said.columns}
        rows = [tuple(str(self._text(one, one, row.get(one.id))) for one in columns) for row in kept]
        return (tuple(heads.get(one.id, one.title) for one in columns), *rows)

    def _text(self, field: CaseField, said: CaseField, kept: Any) -> Any:
        if kept in (None, ""):
            return ""
        match field.type:
            case FieldType.MONEY | FieldType.NUMBER:
                return MONEYED[field.type](kept)
            case FieldType.DATE:
                return formats.day(fields.shown(field, kept))
            case FieldType.MOMENT:
                return formats.moment(datetime.fromisoformat(kept))
            case FieldType.YES_NO:
                return _t("yes") if kept else _t("no")
            case FieldType.PERSON:
                return self.names.get(kept, "")
            case FieldType.FILE:
                return self._link(kept)
            case FieldType.CHOICE if kept in field.options and len(said.options) == len(field.options):
                return said.options[field.options.index(kept)]
            case _:
                return kept

    def _link(self, stored: int) -> str:
        """A file in a list; its name is shown to those who may read it."""
        if (file := self.files.get(stored)) is None:
            return _t("a file")
        return format_html('<a href="{}?show">{}</a>', reverse("file", args=[file.pk]), file.name)

    def words(self) -> dict[str, str]:
        """Field -> plain text, for messages."""
        return {one.id: _plain(one.text) for one in self.all() if not one.rows and one.file is None}


def _plain(text: Any) -> str:
    return strip_tags(str(text)) if hasattr(text, "__html__") else str(text)
