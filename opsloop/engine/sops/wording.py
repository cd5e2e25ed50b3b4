"""Conditions, limits and proofs as people read them: fields by their titles, levels by theirs, operators in words."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _t
from django.utils.translation import pgettext

from opsloop.base.calendar.limits import LimitError, Unit, parse
from opsloop.base.things.texts import listed
from opsloop.engine.sops.expressions import tree
from opsloop.engine.sops.expressions.reading import ExpressionError
from opsloop.engine.sops.expressions.reading import parse as read
from opsloop.engine.sops.expressions.tree import (
    Binary,
    Empty,
    Expr,
    Function,
    Minus,
    Name,
    Not,
    Several,
    Span,
    Text,
    Truth,
)  # fmt: skip
from opsloop.engine.sops.saying import EVERY
from opsloop.engine.sops.walk import blocks_of

if TYPE_CHECKING:
    from opsloop.engine.sops.definition import SopFile

A_DAY = 1440


def names_of(sop: SopFile, written: SopFile | None = None) -> dict[str, str]:
    """Fields, columns, levels and what every case has, by what conditions call them.

    written: the same SOP in the language of its file, whose options conditions name.
    """
    found = {
        "now": pgettext("sop", "now"), "today": _t("today"), "started": _t("start of the case"),
        "initiator": _t("initiator"),
        "level": _t("level"),
    }  # fmt: skip
    for one in sop.fields:
        found[one.id] = one.title
        found |= {f"{one.id}.{column.id}": column.title for column in one.columns}
    return found | _options(sop, written or sop) | {one.id: one.title for one in sop.levels}


def _options(sop: SopFile, written: SopFile) -> dict[str, str]:
    """Options as they stand in the file -> as they are read."""
    found: dict[str, str] = {}
    for mine, theirs in zip(sop.fields, written.fields, strict=True):
        found |= zip(theirs.options, mine.options, strict=True)
        for own, other in zip(mine.columns, theirs.columns, strict=True):
            found |= zip(other.options, own.options, strict=True)
    return found


def proof_names(sop: SopFile, written: SopFile) -> dict[str, str]:
    """Evidence and lines of checklists as they stand in the file, which log and refusals name -> as they are read."""
    found: dict[str, str] = {}
    for mine, theirs in zip(blocks_of(sop), blocks_of(written), strict=True):
        for part in ("evidence", "checklist"):
            own, other = getattr(mine, part, ()), getattr(theirs, part, ())
            found |= zip(other, own if len(own) == len(other) else other, strict=True)
    return found


def condition_words(text: str, names: Mapping[str, str]) -> str:
    """A condition in the reader's words; one that cannot be read stays as written."""
    try:
        return _words(read(text), names) if text else ""
    except ExpressionError:
        return text


def _words(expr: Expr, names: Mapping[str, str]) -> str:
    match expr:
        case Name(path):
            return names.get(path, path.removeprefix("subject."))
        case Text(value):
            return names.get(value, value)
        case Binary(op, left, right):
            return _binary(op, left, right, names)
        case Not(inside):
            return _t("not: {what}").format(what=_words(inside, names))
        case Several(items):
            return listed(_words(one, names) for one in items)
        case Function(name, of):
            what = names.get(of.path, of.path)
            return (
                pgettext("sop", "number of {what}") if name == "count" else pgettext("sop", "sum of {what}")
            ).format(what=what)
        case Minus(inside):
            return f"−{_words(inside, names)}"
        case _:
            return _constant(expr)


def _constant(expr: Expr) -> str:
    match expr:
        case Span(amount, unit):
            return _t("{n} weeks").format(n=amount) if unit == "week" else parse(f"{amount:f} {unit}s").text()
        case Truth(value):
            return _t("yes") if value else _t("no")
        case Empty():
            return pgettext("sort of value", "empty")
        case _:
            return tree.show(expr)


def _binary(op: str, left: Expr, right: Expr, names: Mapping[str, str]) -> str:
    signs = {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "*": "×", "/": "÷", "+": "+", "-": "−"}
    a, b = _words(left, names), _words(right, names)
    if op in signs:
        return f"{a} {signs[op]} {b}"
    form = {
        "and": _t("{a} and {b}"), "or": _t("{a} or {b}"), "is": _t("{a} is {b}"), "is not": _t("{a} is not {b}"),
        "in": _t("{a} is one of {b}"), "not in": _t("{a} is none of {b}"),
    }[op]  # fmt: skip
    return form.format(a=a, b=b)


def limit_words(text: str) -> str:
    """A limit in the reader's language."""
    try:
        return parse(text).text()
    except LimitError:
        return text


def limits_words(within: Mapping[str, str], sop: SopFile) -> list[tuple[str, str]]:
    """(title of the level, limit) of each; one line without a title where all levels share it."""
    titles = {one.id: one.title for one in sop.levels}
    said = [(titles.get(key, "") if key != EVERY else "", limit_words(text)) for key, text in within.items()]
    if len(said) > 1 and len(said) >= len(titles) and len({limit for _title, limit in said}) == 1:
        return [("", said[0][1])]
    return said


def limits_line(within: Mapping[str, str], sop: SopFile) -> str:
    """The same on one line."""
    return " · ".join(" ".join(filter(None, pair)) for pair in limits_words(within, sop))


def limits_range(within: Mapping[str, str]) -> str:
    """The shortest and the longest, where there is no room for levels."""
    said = sorted(set(within.values()), key=_length)
    ends = dict.fromkeys(limit_words(text) for text in (*said[:1], *said[-1:]))
    return "–".join(ends)


def _length(text: str) -> Decimal:
    limit = parse(text)
    return limit.amount * A_DAY if limit.unit is Unit.DAYS else limit.minutes
