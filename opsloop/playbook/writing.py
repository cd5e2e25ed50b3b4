"""Values back to a file's text. What did not change keeps its lines, comments and order included."""

from __future__ import annotations

from typing import Any

import yaml

from opsloop.base.kinds.fields import Field, Group, Keyed, Many, OneOf, Shape, Whole, fields_of
from opsloop.base.kinds.registry import Form, Kind
from opsloop.playbook.reader import bodies, nodes
from opsloop.playbook.reader.errors import PlaybookError

WIDE = 110


class _Dumper(yaml.SafeDumper):
    """Texts of several lines stand as they are read, after a |."""


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Dumper.add_representer(str, _text)


def write(kind: Kind, data: dict[str, Any], old_text: str = "", old_data: dict[str, Any] | None = None) -> str:
    """The text of a file with these values. `old_data` are the values of `old_text`, whose unchanged lines stay.

    Only for Markdown and YAML kinds. Raises ValueError for others.
    """
    if kind.form is Form.SQL:
        raise ValueError(f"{kind.name} is written as text")
    defaults = {f.key: f.default for f in fields_of(kind.cls) if not f.required}
    head = {key: value for key, value in data.items() if key not in defaults or value != defaults[key]}
    body = ""
    whole = kind.whole
    if whole is not None:
        body = str(head.pop(whole.key, ""))
    if kind.form is Form.YAML:
        return _head(kind, head, old_text, old_data or {})
    old_head = _old_head(old_text)
    return f"---\n{_head(kind, head, old_head, old_data or {})}---\n{body}"


def _old_head(text: str) -> str:
    try:
        return bodies.split(text, "").head if text else ""
    except PlaybookError:
        return ""


def _head(kind: Kind, data: dict[str, Any], old_text: str, old_data: dict[str, Any]) -> str:
    shapes = {f.key: f for f in fields_of(kind.cls)}
    out, done = [], set()
    for key, lines, gap in _segments(old_text):
        if data.get(key) == old_data.get(key):  # the same, or left at its default in both
            out += lines
        elif key in data:
            out += _field(shapes[key], data[key])
        done.add(key)
        out += gap
    for key, f in shapes.items():
        if key in data and key not in done:
            out += _field(f, data[key])
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in out)


def _segments(text: str) -> list[tuple[str, list[str], list[str]]]:
    """(key, its lines, comment and blank lines after it) for each top-level key; the first may be "" for what precedes.

    Empty when the text is not one key below the other, as people write it; then all is written anew.
    """
    try:
        root = nodes.parse(text, "")
    except PlaybookError:
        return []
    marks = [(key.line - 1, key.column, name) for name, (key, _node) in root.items.items()]
    starts = [line for line, _column, _name in marks]
    if not marks or root.flow or any(column != 1 for _line, column, _name in marks) or starts != sorted(set(starts)):
        return []
    lines = text.splitlines(keepends=True)
    out: list[tuple[str, list[str], list[str]]] = [("", [], lines[: starts[0]])] if starts[0] else []
    for (start, _column, name), end in zip(marks, [*starts[1:], len(lines)], strict=True):
        last = end
        while last > start + 1 and (not lines[last - 1].strip() or lines[last - 1].startswith("#")):
            last -= 1
        out.append((name, lines[start:last], lines[last:end]))
    return out


def _field(f: Field, value: Any) -> list[str]:
    if isinstance(f.shape, Many) and isinstance(f.shape.item, Group | OneOf) and value:
        return [f"{f.key}:\n", *(_row(row) for row in value)]
    if _nested(f.shape) and value:
        return _block({f.key: value}, inner_flow=True)
    return [_dump({f.key: value})] if not isinstance(value, list | dict) else [f"{f.key}: {_flow(value)}\n"]


def _nested(shape: Shape) -> bool:
    """A group, or a mapping whose values are mappings or lists: one line each."""
    return isinstance(shape, Group | OneOf | Whole) or (isinstance(shape, Keyed) and isinstance(shape.value, Keyed))


def _row(row: Any) -> str:
    flat = _flow(row)
    if len(flat) <= WIDE and "\n" not in flat:
        return f"  - {flat}\n"
    lines = _dump(row).splitlines(keepends=True)
    return f"  - {lines[0]}" + "".join(f"    {line}" for line in lines[1:])


def _block(data: dict[str, Any], *, inner_flow: bool) -> list[str]:
    ((key, inside),) = data.items()
    out = [f"{key}:\n"]
    for name, value in inside.items():
        if inner_flow and isinstance(value, list | dict):
            out.append(f"  {_key(name)}: {_flow(value)}\n")
        else:
            out += [f"  {line}" for line in _dump({name: value}).splitlines(keepends=True)]
    return out


def _key(name: str) -> str:
    return _dump({name: 0}).rpartition(":")[0]


def _flow(value: Any) -> str:
    return yaml.dump(
        value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, default_flow_style=True, width=WIDE
    ).strip()


def _dump(value: Any) -> str:
    return yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, default_flow_style=False, width=10_000)
