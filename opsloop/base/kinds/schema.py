"""JSON Schema of a kind, with labels in the reader's language: what editors of files complete and check against."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from opsloop.base.kinds.fields import Choice, Either, Field, Group, Keyed, Many, OneOf, Plain, Shape, Whole, fields_of
from opsloop.base.kinds.registry import Kind
from opsloop.base.kinds.says import Says

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TYPES: dict[type, dict[str, Any]] = {
    str: {"type": ["string", "number", "boolean"]},  # YAML editors read 3 or yes as no text; the reader takes both
    int: {"type": "integer"},
    Decimal: {"type": "number"},
    bool: {"type": "boolean"},
    date: {"type": "string", "format": "date"},
}


def schema(kind: Kind) -> dict[str, Any]:
    """The schema of a file's head, or of the whole file for YAML kinds."""
    return {"$schema": DIALECT, "title": str(kind.title), "description": str(kind.about), **_group(kind.cls)}


def _group(cls: type) -> dict[str, Any]:
    shown = [f for f in fields_of(cls) if not isinstance(f.shape, Whole)]
    return {
        "type": "object",
        "properties": {f.key: _field(f) for f in shown},
        "required": [f.key for f in shown if f.required],
        "additionalProperties": False,
    }


def _field(f: Field) -> dict[str, Any]:
    out = _shape(f.shape, f.says)
    out["title"] = str(f.says.label)
    if f.says.help:
        out["description"] = str(f.says.help)
    if f.says.example:
        out["examples"] = [f.says.example]
    if f.says.refs:
        out["x-ref"] = list(f.says.refs)
    return out


def _shape(shape: Shape, says: Says) -> dict[str, Any]:
    match shape:
        case Many(item):
            return {"type": "array", "items": _shape(item, says)}
        case Keyed(value):
            return {"type": "object", "additionalProperties": _shape(value, says)}
        case Group(cls):
            return _group(cls)
        case OneOf(members):
            return {"oneOf": [_group(one.cls) for one in members]}
        case Choice(options):
            return {"enum": [*options.values, *(str(label) for label in options.labels)]}
        case Plain(plain_type):
            limits = {"minimum": says.min, "maximum": says.max} if plain_type in (int, Decimal) else {}
            return {**_TYPES[plain_type], **{name: value for name, value in limits.items() if value is not None}}
        case Either():
            return {"type": ["string", "array"], "items": _TYPES[str]}
        case Whole():
            return {"type": "string"}
