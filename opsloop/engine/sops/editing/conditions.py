"""Conditions built of rows: a field, a comparison, a value. What is more than rows joined by and/or stays text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import pgettext

from opsloop.engine.sops.expressions import Expr, ExpressionError, Scope, Sort, Typed, parse, show
from opsloop.engine.sops.expressions.tree import Binary, Day, Empty, Name, Not, Number, Text

NUMBERS = ("is", "is not", "<", "<=", ">", ">=", "empty", "filled")
TIMES = ("<", "<=", ">", ">=", "is", "empty", "filled")
CHOICES = ("is", "is not", "empty", "filled")
COMPARED: dict[Sort, tuple[str, ...]] = {
    Sort.NUMBER: NUMBERS, Sort.DAY: TIMES, Sort.MOMENT: TIMES, Sort.CHOICE: CHOICES, Sort.TEXT: CHOICES,
    Sort.LEVEL: (">=", "is", "is not", "<="), Sort.TRUTH: ("yes", "no"), Sort.PERSON: ("filled", "empty"),
    Sort.FILE: ("filled", "empty"), Sort.ROWS: ("filled", "empty"), Sort.ANY: NUMBERS,
}  # fmt: skip
ALONE = ("empty", "filled", "yes", "no")
"""Comparisons without a value."""


def said() -> dict[str, str]:
    """Comparisons in the reader's words."""
    return {
        "is": pgettext("compared", "is"), "is not": pgettext("compared", "is not"), "<": pgettext("compared", "below"),
        "<=": pgettext("compared", "at most"), ">": pgettext("compared", "above"),
        ">=": pgettext("compared", "at least"), "empty": pgettext("compared", "is empty"),
        "filled": pgettext("compared", "is filled in"), "yes": pgettext("compared", "is yes"),
        "no": pgettext("compared", "is no"),
    }  # fmt: skip


@dataclass(slots=True)
class Row:
    """One comparison."""

    name: str
    op: str
    value: str = ""
    typed: Typed = field(default_factory=lambda: Typed(Sort.ANY))

    @property
    def ops(self) -> list[tuple[str, str]]:
        words = said()
        return [(op, words[op]) for op in COMPARED.get(self.typed.sort, NUMBERS)]

    @property
    def alone(self) -> bool:
        return self.op in ALONE


@dataclass(slots=True)
class Built:
    """A condition as rows; `raw` is the text when it is more than that."""

    rows: list[Row] = field(default_factory=list)
    join: str = "and"
    raw: str = ""


def built(text: str, scope: Scope) -> Built:
    """The rows of a condition. Never raises."""
    if not text.strip():
        return Built()
    try:
        expr = parse(text)
    except ExpressionError:
        return Built(raw=text)
    join = expr.op if isinstance(expr, Binary) and expr.op in ("and", "or") else "and"
    rows = [_row(one, scope) for one in _flat(expr, join)]
    found = [one for one in rows if one is not None]
    return Built(raw=text) if len(found) < len(rows) else Built(found, join)


def _flat(expr: Expr, join: str) -> Iterator[Expr]:
    if isinstance(expr, Binary) and expr.op == join:
        yield from _flat(expr.left, join)
        yield from _flat(expr.right, join)
    else:
        yield expr


def _row(expr: Expr, scope: Scope) -> Row | None:
    match expr:
        case Name(path) if (typed := scope.typed(path)) and typed.sort in (Sort.TRUTH, Sort.ANY):
            return Row(path, "yes", "", typed) if typed.sort is Sort.TRUTH else None
        case Not(Name(path)) if (typed := scope.typed(path)) and typed.sort is Sort.TRUTH:
            return Row(path, "no", "", typed)
        case Binary(op, Name(path), right) if (typed := scope.typed(path)) is not None:
            return _compared(op, path, typed, right)
    return None


def _compared(op: str, path: str, typed: Typed, right: Expr) -> Row | None:
    allowed = COMPARED.get(typed.sort, NUMBERS)
    if isinstance(right, Empty) and op in ("is", "is not"):
        named = "empty" if op == "is" else "filled"
        return Row(path, named, "", typed) if named in allowed else None
    value = _value(right, typed)
    if value is None or op not in allowed:
        return None
    return Row(path, op, value, typed)


def _value(right: Expr, typed: Typed) -> str | None:
    """The value as it stands in the box; None for what no box can hold."""
    match right:
        case Number(value) if typed.sort in (Sort.NUMBER, Sort.ANY):
            return f"{value:f}"
        case Day(value) if typed.sort in (Sort.DAY, Sort.MOMENT):
            return value.isoformat()
        case Text(value) if typed.sort in (Sort.TEXT, Sort.CHOICE, Sort.ANY, Sort.LEVEL):
            return value if not typed.options or value in typed.options else None
        case Name(path) if path in typed.options:
            return path
    return None


def text_of(found: Built, scope: Scope) -> str:
    """The condition that these rows say; a row whose value does not fit its field gets the nearest that does."""
    if found.raw:
        return found.raw
    parts = [_expr(row, typed) for row in found.rows if row.name and (typed := scope.typed(row.name)) is not None]
    if not parts:
        return ""
    whole = parts[0]
    for one in parts[1:]:
        whole = Binary(found.join, whole, one)
    return show(whole)


def _expr(row: Row, typed: Typed) -> Expr:
    allowed = COMPARED.get(typed.sort, NUMBERS)
    op, name = row.op if row.op in allowed else allowed[0], Name(row.name)
    if op in ("yes", "no"):
        return name if op == "yes" else Not(name)
    if op in ("empty", "filled"):
        return Binary("is" if op == "empty" else "is not", name, Empty())
    return Binary(op, name, _constant(row.value.strip(), typed))


def _constant(value: str, typed: Typed) -> Expr:
    match typed.sort:
        case Sort.NUMBER:
            return Number(_number(value) or Decimal(0))
        case Sort.DAY | Sort.MOMENT:
            try:
                return Day(date.fromisoformat(value))
            except ValueError:
                return Day(timezone.localdate())
        case Sort.LEVEL:
            return Name(value if value in typed.options else (typed.options or ("",))[-1])
        case Sort.CHOICE:
            return Text(value if value in typed.options else (typed.options or ("",))[0])
        case Sort.ANY if (number := _number(value)) is not None:
            return Number(number)
        case _:
            return Text(value)


def _number(value: str) -> Decimal | None:
    try:
        found = Decimal(value.replace(",", ""))
    except InvalidOperation:
        return None
    return found if found.is_finite() and found >= 0 else None


def read(name: str, post: Mapping[str, str], scope: Scope) -> str:
    """The condition that was posted under this name: rows `name.0.field` ..., a further field in `name.add`."""
    if post.get(f"{name}.mode") == "raw":
        return " ".join(post.get(f"{name}.raw", "").split())
    rows, i = [], 0
    while f"{name}.{i}.field" in post:
        at = f"{name}.{i}"
        rows.append(Row(post[f"{at}.field"], post.get(f"{at}.op", ""), post.get(f"{at}.value", "")))
        i += 1
    if added := post.get(f"{name}.add", ""):
        rows.append(Row(added, ""))
    join = "or" if post.get(f"{name}.join") == "or" else "and"
    return text_of(Built(rows, join), scope)


def written(found: Built, name: str) -> dict[str, str]:
    """What a browser posts for an unchanged condition."""
    if found.raw:
        return {f"{name}.mode": "raw", f"{name}.raw": found.raw}
    out = {f"{name}.join": found.join, f"{name}.add": ""}
    for i, row in enumerate(found.rows):
        out |= {f"{name}.{i}.field": row.name, f"{name}.{i}.op": row.op, f"{name}.{i}.value": row.value}
    return out


def empty_words() -> str:
    """What stands where a condition has no row."""
    return _t("always")
