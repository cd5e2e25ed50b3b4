"""Values of the case: as typed things while rules run, as plain JSON in the row, as text at the doors."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _t

from opsloop.base.acts import Refused
from opsloop.base.people.models import Person
from opsloop.engine.sops.definition import CaseField, SopFile
from opsloop.engine.sops.words import FieldType


def typed(file: SopFile, values: Mapping[str, Any]) -> dict[str, object]:
    """The stored values by their types; what is no field (results of sub-cases) as it is."""
    kinds = {one.id: one for one in file.fields}
    return {name: _typed(kinds[name], value) if name in kinds else value for name, value in values.items()}


def _typed(field: CaseField, value: Any) -> object:
    if value is None:
        return None
    if field.type == FieldType.LIST:
        columns = {one.id: CaseField(one.id, one.title, one.type, one.options) for one in field.columns}
        return [{k: _typed(columns[k], v) if k in columns else v for k, v in row.items()} for row in value]
    made = TYPES.get(field.type)
    try:
        return made(value) if made else value
    except (ValueError, TypeError, InvalidOperation):  # written when the field had another type: as it was
        return value


def _decimal(value: Any) -> Decimal:
    return Decimal(str(value))


TYPES: dict[FieldType, Callable[[Any], object]] = {
    FieldType.NUMBER: _decimal, FieldType.MONEY: _decimal,
    FieldType.DATE: date.fromisoformat, FieldType.MOMENT: datetime.fromisoformat,
}  # fmt: skip


def plain(value: Any) -> Any:
    """As JSON keeps it."""
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date | datetime) else value


def shown(field: CaseField, value: object) -> str:
    """As titles and keys name it: the same for the same value, nothing for what is missing."""
    match value:
        case None | "" | [] | {}:
            return ""
        case bool():
            return _t("yes") if value else _t("no")
        case datetime():
            return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
        case date():
            return value.isoformat()
        case Decimal():
            return f"{value:f}"
        case int() if field.type == FieldType.PERSON:
            return Person.objects.filter(pk=value).values_list("name", flat=True).first() or ""
        case list():
            return str(len(value))
        case _:
            return str(value)


def fitting(file: SopFile, values: Mapping[str, object]) -> dict[str, object]:
    """Those that are fields here and fit their types: what a case above gives to one below."""
    kinds = {one.id: one for one in file.fields}
    made = {name: _fitting(kinds[name], value) for name, value in values.items() if name in kinds}
    return {name: value for name, value in made.items() if value is not None}


def _fitting(field: CaseField, value: object) -> object:
    if isinstance(value, datetime) and field.type == FieldType.DATE:
        return timezone.localdate(value)
    if field.type == FieldType.CHOICE:
        return value if value in field.options else None
    wanted = FITS.get(field.type, str)
    right = isinstance(value, wanted) and isinstance(value, bool) == (wanted is bool)
    if right and (field.type != FieldType.DATE or not isinstance(value, datetime)):
        return value
    return shown(field, value) or None if wanted is str and not isinstance(value, list | Mapping) else None


FITS: dict[FieldType, type] = {
    FieldType.NUMBER: Decimal, FieldType.MONEY: Decimal, FieldType.DATE: date, FieldType.MOMENT: datetime,
    FieldType.YES_NO: bool, FieldType.PERSON: int, FieldType.FILE: int, FieldType.LIST: list,
}  # fmt: skip
"""What the rest holds is text."""


def read(file: SopFile, said: Iterable[tuple[str, str]]) -> dict[str, object]:
    """What was filled in, by the fields' types. Raises Refused at the field that cannot be read."""
    kinds = {one.id: one for one in file.fields}
    out: dict[str, object] = {}
    for name, text in said:
        if name not in kinds:
            raise Refused(_t("{field} is no field of this SOP.").format(field=name), field="values")
        out[name] = _read(kinds[name], text.strip())
    return out


def _read(field: CaseField, text: str) -> object:
    if not text:
        return None
    try:
        value = READERS[field.type](text) if field.type in READERS else text
    except (ValueError, InvalidOperation, TypeError, RecursionError):
        value = None
    wrong_choice = field.type == FieldType.CHOICE and value not in field.options
    unknown = (
        field.type == FieldType.PERSON and not Person.objects.filter(pk=value if isinstance(value, int) else 0).exists()
    )
    if value is None or wrong_choice or unknown:
        raise Refused(_t("{title}: {text} does not fit.").format(title=field.title, text=text[:80]), field="values")
    return _cells(field, value) if isinstance(value, list) else value


def _cells(field: CaseField, rows: list[dict[str, Any]]) -> list[dict[str, object]]:
    """Every cell by the type of its column."""
    columns = {one.id: CaseField(one.id, one.title, one.type, one.options) for one in field.columns}
    out: list[dict[str, object]] = []
    for row in rows:
        if strange := sorted(set(row) - {*columns, "id"}):
            raise Refused(_t("{field} is no field of this SOP.").format(field=strange[0]), field="values")
        cells = {name: _read(columns[name], _written(cell)) for name, cell in row.items() if name in columns}
        out.append({**({"id": row["id"]} if isinstance(row.get("id"), int | str) else {}), **cells})
    return out


def _written(cell: Any) -> str:
    """A cell as somebody would write it."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return "" if cell is None else cell.strip() if isinstance(cell, str) else str(cell)


def _number(text: str) -> Decimal:
    value = Decimal(text.replace(",", ""))
    if not value.is_finite() or abs(value) >= Decimal(10) ** 14:
        raise ValueError(text)
    return value


def _moment(text: str) -> datetime | None:
    found = parse_datetime(text)
    return timezone.make_aware(found) if found is not None and timezone.is_naive(found) else found


def _truth(text: str) -> bool | None:
    return {"yes": True, "true": True, "是": True, "no": False, "false": False, "否": False}.get(text.lower())


def _rows(text: str) -> list[dict[str, Any]]:
    rows = json.loads(text)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows) or len(rows) > 500:
        raise ValueError(text)
    return rows


READERS: dict[FieldType, Callable[[str], Any]] = {
    FieldType.NUMBER: _number, FieldType.MONEY: _number, FieldType.DATE: parse_date, FieldType.MOMENT: _moment,
    FieldType.YES_NO: _truth,
    FieldType.PERSON: int, FieldType.FILE: int, FieldType.LIST: _rows,
}  # fmt: skip
