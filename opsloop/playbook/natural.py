"""Values as people write them in a file: short forms, nothing that is said by leaving it out; and their YAML text."""

from __future__ import annotations

import re
from typing import Any

import yaml

from opsloop.base.kinds.fields import Choice, Group, Keyed, Many, OneOf, Plain, Shape, fields_of
from opsloop.base.kinds.says import Says

WIDE = 110
NARROW = 60
_INT, _NUMBER = re.compile(r"-?(0|[1-9]\d*)"), re.compile(r"-?(0|[1-9]\d*)\.\d+")


class _Dumper(yaml.SafeDumper):
    """Texts of several lines stand as they are read, after a |."""


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Dumper.add_representer(str, _text)


def natural_group(cls: type, values: dict[str, Any]) -> dict[str, Any]:
    """The fields that have to be written, in the order in which they came; unknown keys stay as they are."""
    known = {f.key: f for f in fields_of(cls)}
    out: dict[str, Any] = {}
    for key, value in values.items():
        f = known.get(key)
        if f is None or value is None:
            continue
        said = natural(f.shape, f.says, value)
        if f.required or not (said == f.default or said in ("", [], {})):
            out[key] = said
    return out


def natural(shape: Shape, says: Says, value: Any) -> Any:
    """One value; the shape says whether a number is one."""
    match shape:
        case Plain(wanted):
            return _plain(wanted, value)
        case Choice():
            return value
        case Many(item):
            return [natural(item, says, one) for one in value]
        case Keyed(inner):
            found = {key: natural(inner, says, one) for key, one in value.items()}
            return found[says.short] if says.short and set(found) == {says.short} else found
        case Group(cls):
            found = natural_group(cls, value)
            return found[shape.short] if shape.short and set(found) == {shape.short} else found
        case OneOf():
            return natural_group(member(shape, value).cls, value)
        case _:
            return value


def member(shape: Group | OneOf, value: dict[str, Any]) -> Group:
    """The class that these values are of."""
    return shape.member(set(value)) if isinstance(shape, OneOf) else shape


def _plain(wanted: type, value: Any) -> Any:
    if wanted in (str, bool) or not isinstance(value, str):
        return value
    if _INT.fullmatch(value):
        return int(value)
    return float(value) if _NUMBER.fullmatch(value) else value


def flow(value: Any) -> str:
    """On one line, as inside {} or []."""
    return yaml.dump(
        value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, default_flow_style=True, width=100_000
    ).removesuffix("\n").removesuffix("\n...")  # fmt: skip


def inside(value: Any) -> str:
    """A plain value between others in {} or []: commas and brackets need quotes there."""
    return flow([value])[1:-1] if not isinstance(value, list | dict) else flow(value)


def entry(key: str, value: Any) -> list[str]:
    """The lines of `key: value`, not indented, without line ends."""
    name = flow(key)
    if isinstance(value, list) and not _fits(value):
        return [f"{name}:", *(f"  {line}" for one in value for line in row(one))]
    if isinstance(value, dict) and not _fits(value):
        return [f"{name}:", *(f"  {line}" for k, v in value.items() for line in entry(k, v))]
    if isinstance(value, str) and "\n" in value:
        lines = yaml.dump({key: value}, Dumper=_Dumper, allow_unicode=True, width=100_000).split("\n")
        return lines[:-1] if lines[-1] == "" else lines
    return [f"{name}: {flow(value)}"]


def row(value: Any) -> list[str]:
    """The lines of one row of a list, the first beginning with a hyphen."""
    if isinstance(value, dict) and value and not (_flat(value) and len(flow(value)) <= WIDE and len(value) < 5):
        lines = [line for k, v in value.items() for line in entry(k, v)]
    elif isinstance(value, str) and "\n" in value:
        lines = [line[2:] for line in entry("x", value)]
        lines = [lines[0].lstrip(), *(f"  {line}" for line in lines[1:])]
    else:
        lines = [flow(value)]
    return [f"- {lines[0]}", *(f"  {line}" if line else "" for line in lines[1:])]


def _flat(value: dict[str, Any]) -> bool:
    return all(not isinstance(one, dict) and not _rows(one) and "\n" not in str(one) for one in value.values())


def _rows(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(one, dict | list) for one in value)


def _fits(value: Any) -> bool:
    """Short enough for one line, and nothing with rows in it."""
    if isinstance(value, dict):
        return _flat(value) and len(flow(value)) <= WIDE
    if _rows(value):
        return False
    return not value or (len(flow(value)) <= NARROW and not any("\n" in str(one) for one in value))
