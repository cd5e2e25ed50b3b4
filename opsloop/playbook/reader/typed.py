"""Nodes to the typed object of a kind's class. Every fault is collected with its place; none stops the rest."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from opsloop.base.kinds.fields import Choice, Either, Field, Group, Keyed, Many, OneOf, Plain, Shape, Whole, fields_of
from opsloop.base.kinds.names import closest
from opsloop.base.kinds.says import Says
from opsloop.base.things.errors import Text
from opsloop.playbook.reader.bodies import listed
from opsloop.playbook.reader.errors import PlaybookError, say
from opsloop.playbook.reader.nodes import Map, Node, Scalar, Seq

YES, NO = {"true", "yes", "是"}, {"false", "no", "否"}
_INT = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,12})?")
Place = tuple[int, int]


class _Missing:
    """What a field that could not be read is, so that its object is not made."""


MISSING: Any = _Missing()


@dataclass
class Reading:
    """The errors and the places of one file while it is read. `commas`: a value a, b may stand for a list."""

    file: str
    commas: bool = False
    errors: list[PlaybookError] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)

    def wrong(self, node: Node, path: str, message: Text, remedy: Text = "") -> Any:
        """Note a fault; answers MISSING."""
        self.errors.append(
            PlaybookError(message, remedy=remedy, file=self.file, line=node.line, column=node.column, field=path)
        )
        return MISSING

    def group(self, cls: type, node: Node, path: str, given: dict[str, Any] | None = None) -> Any:
        """An object of `cls`; `given` are fields that come from elsewhere in the file. MISSING when one is wrong."""
        if not isinstance(node, Map):
            return self.wrong(
                node, path, say(_("{what} was expected, not {got}."), what=_("Fields"), got=_kind_of(node))
            )
        values, known = dict(given or {}), {f.key: f for f in fields_of(cls)}
        dot = f"{path}." if path else ""
        for key, (mark, value) in node.items.items():
            f = known.get(key)
            if f is None or f.name in (given or {}):
                self._unknown(
                    mark, f"{dot}{key}", key, [k for k, one in known.items() if not isinstance(one.shape, Whole)]
                )
                continue
            at = value if isinstance(value, Scalar) else mark
            self.places[f"{dot}{key}"] = (at.line, at.column)
            if isinstance(value, Scalar) and value.empty:
                value.line, value.column = mark.line, mark.column
                if f.required:
                    values[f.name] = self.wrong(mark, f"{dot}{key}", _("Nothing is said here."), _advice(f))
                continue
            values[f.name] = self.value(f.shape, f.says, value, f"{dot}{key}")
        for f in known.values():
            if f.required and f.key not in node.items and f.name not in values:
                self.wrong(
                    node,
                    f"{dot}{f.key}",
                    say(_("{key} ({label}) is missing."), key=f.key, label=f.says.label),
                    _advice(f),
                )
                values[f.name] = MISSING
        return MISSING if MISSING in values.values() else cls(**values)

    def _unknown(self, mark: Scalar, path: str, key: str, names: list[str]) -> None:
        meant = closest(key, names)
        if meant:
            remedy = say(_("Did you mean {name}?"), name=meant)
        else:
            remedy = say(_("What may stand here: {names}."), names=", ".join(names))
        self.wrong(mark, path, say(_("There is no field {key}."), key=key), remedy)

    def value(self, shape: Shape, says: Says, node: Node, path: str) -> Any:
        """A value of any shape, or MISSING."""
        self.places.setdefault(path, (node.line, node.column))
        match shape:
            case Many(item):
                return self._many(item, says, node, path)
            case Keyed(inner):
                return self._keyed(inner, says, node, path)
            case Group(cls):
                return self.group(cls, _written_out(shape, node), path)
            case OneOf():
                keys = set(node.items) if isinstance(node, Map) else set()
                return self.group(shape.member(keys).cls, node, path)
            case Plain() | Choice():
                return self._scalar(shape, says, node, path)
            case Either():
                plain_text = Plain(str)
                inner = plain_text if isinstance(node, Scalar) else Many(plain_text)
                return self.value(inner, says, node, path)
            case Whole():
                raise TypeError(f"{path}: a body stands below the head, not in it")

    def _many(self, item: Shape, says: Says, node: Node, path: str) -> Any:
        if self.commas and isinstance(node, Scalar):
            node = listed(node)
        if not isinstance(node, Seq):
            return self.wrong(
                node, path, say(_("{what} was expected, not {got}."), what=_("A list"), got=_kind_of(node)),
                _("Write [one, another], or one line each, beginning with - ."),
            )  # fmt: skip
        if says.max is not None and isinstance(item, Plain) and item.type is str and len(node.items) > says.max:
            return self.wrong(node, path, say(_("At most {n} entries."), n=says.max))
        values = [self.value(item, says, one, f"{path}.{i}") for i, one in enumerate(node.items)]
        return MISSING if MISSING in values else tuple(values)

    def _keyed(self, inner: Shape, says: Says, node: Node, path: str) -> Any:
        if says.short and isinstance(node, Scalar):
            only = self.value(inner, says, node, f"{path}.{says.short}")
            return MISSING if only is MISSING else {says.short: only}
        if not isinstance(node, Map):
            return self.wrong(
                node, path, say(_("{what} was expected, not {got}."), what=_("Names with values"), got=_kind_of(node)),
                _("Write {name: value, another: value}."),
            )  # fmt: skip
        values: dict[str, Any] = {}
        for key, (mark, value) in node.items.items():
            if says.keys is not None and says.keys.check and (expected := says.keys.check(key)):
                self.wrong(mark, f"{path}.{key}", say(_("{what} was expected, not {got}."), what=expected, got=key))
                values[key] = MISSING
                continue
            values[key] = self.value(inner, says, value, f"{path}.{key}")
        return MISSING if MISSING in values.values() else values

    def _scalar(self, shape: Plain | Choice, says: Says, node: Node, path: str) -> Any:
        expected: Text = says.label
        if isinstance(node, Scalar) and not node.empty:
            value = _option(shape, node.text) if isinstance(shape, Choice) else _plain(shape.type, node.text)
            if value is not MISSING:
                return self._limits(says, node, path, value)
        expected = _expected(shape)
        got: Text = node.text if isinstance(node, Scalar) and not node.empty else _kind_of(node)
        remedy: Text = say(_("For instance: {example}"), example=says.example) if says.example else ""
        if (
            isinstance(shape, Choice)
            and isinstance(node, Scalar)
            and (meant := closest(node.text, shape.options.values))
        ):
            remedy = say(_("Did you mean {name}?"), name=meant)
        return self.wrong(node, path, say(_("{what} was expected, not {got}."), what=expected, got=got), remedy)

    def _limits(self, says: Says, node: Scalar, path: str, value: Any) -> Any:
        example: Text = say(_("For instance: {example}"), example=says.example) if says.example else ""
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            if says.min is not None and value < says.min:
                return self.wrong(node, path, say(_("{n} is the least."), n=says.min), example)
            if says.max is not None and value > says.max:
                return self.wrong(node, path, say(_("{n} is the most."), n=says.max), example)
        if isinstance(value, str) and says.check and (expected := says.check(value)):
            return self.wrong(node, path, say(_("{what} was expected, not {got}."), what=expected, got=value), example)
        return value


def _written_out(shape: Group, node: Node) -> Node:
    """A value alone, where the class says which field it stands for, as the fields that it means."""
    if not shape.short or not isinstance(node, Scalar) or node.empty:
        return node
    made = Map(node.line, node.column)
    made.items[shape.short] = (Scalar(shape.short, True, node.line, node.column), node)
    return made


def _option(shape: Choice, text: str) -> Any:
    """An enum's value by itself or by its label in either language; files use the label of their own."""
    if text in shape.options.values:
        return shape.options(text)
    for language in ("zh-hans", "en"):
        with override(language):
            for value, label in shape.options.choices:
                if str(label) == text:
                    return shape.options(value)
    return MISSING


def _plain(wanted: type, text: str) -> Any:
    text = text.strip()
    if wanted is str:
        return text
    if wanted is bool:
        return True if text.lower() in YES else False if text.lower() in NO else MISSING
    if wanted is int:
        return int(text) if _INT.fullmatch(text) else MISSING
    try:
        if wanted is Decimal:
            return Decimal(text) if _NUMBER.fullmatch(text) else MISSING
        return date.fromisoformat(text) if len(text) == 10 else MISSING
    except (ValueError, InvalidOperation):
        return MISSING


def _expected(shape: Plain | Choice) -> Text:
    if isinstance(shape, Choice):
        options = ", ".join(f"{value}" for value in shape.options.values)
        return say(_("One of {options}"), options=options)
    words: dict[type, Text] = {
        str: _("A text"),
        int: _("A whole number"),
        Decimal: _("A number"),
        bool: _("yes or no"),
        date: _("A day such as 2026-01-31"),
    }
    return words[shape.type]


def _kind_of(node: Node) -> Text:
    if isinstance(node, Map):
        return _("fields")
    if isinstance(node, Seq):
        return _("a list")
    return _("nothing") if node.empty else node.text


def _advice(f: Field) -> Text:
    if f.says.example:
        return say(_("For instance: {example}"), example=f"{f.key}: {f.says.example}")
    return f.says.help
