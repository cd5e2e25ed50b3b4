"""The values of a file that is wrong somewhere, as far as a form can show all of them; else it is edited as text."""

from __future__ import annotations

from typing import Any

from opsloop.base.kinds.fields import Either, Field, Group, Keyed, Many, OneOf, Plain, Shape, fields_of
from opsloop.base.kinds.registry import Form, Kind
from opsloop.playbook.reader import bodies, nodes
from opsloop.playbook.reader.errors import PlaybookError
from opsloop.playbook.reader.nodes import Map, Node, Scalar, Seq
from opsloop.playbook.reader.typed import NO, YES


class _NoPlace(Exception):
    """A value has no place in the form: an unknown field, or a list where a text belongs."""


def loose_values(kind: Kind, text: str) -> dict[str, Any] | None:
    """Every value of the text as the form shows it, right or wrong; None when some would be lost."""
    try:
        if kind.form is Form.SQL:
            return None
        if kind.form is Form.YAML:
            return _group(kind.cls, nodes.parse(text, ""))
        parts = bodies.split(text, "")
        head = _group(kind.cls, nodes.parse(parts.head, ""))
        return head | ({kind.whole.key: parts.body} if kind.whole else {})
    except (PlaybookError, _NoPlace):
        return None


def _group(cls: type, node: Node) -> dict[str, Any]:
    known = {f.key: f for f in fields_of(cls)}
    if not isinstance(node, Map) or node.items.keys() - known.keys():
        raise _NoPlace
    return {key: _field(known[key], value) for key, (_mark, value) in node.items.items()}


def _field(f: Field, node: Node) -> Any:
    if f.says.short and isinstance(node, Scalar):
        return {f.says.short: node.text}
    return _value(f.shape, node)


def _value(shape: Shape, node: Node) -> Any:
    match shape, node:
        case Group(), Scalar() if shape.short and not node.empty:
            return {shape.short: node.text}
        case Group(cls), _:
            return _group(cls, node)
        case OneOf(), Map():
            return _group(shape.member(set(node.items)).cls, node)
        case Many(item), Seq():
            return [_value(item, one) for one in node.items]
        case Keyed(inner), Map():
            return {key: _value(inner, value) for key, (_mark, value) in node.items.items()}
        case Either(), Seq():
            return [_value(Plain(str), one) for one in node.items]
        case ((Many() | Keyed()), Scalar()) if node.empty:
            return None
        case Plain(plain_type), Scalar() if plain_type is bool:
            return _yes(node.text.lower())
        case _, Scalar():
            return node.text
    raise _NoPlace


def _yes(text: str) -> bool:
    if text not in YES | NO:
        raise _NoPlace
    return text in YES
