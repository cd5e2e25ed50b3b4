"""From text to tree: a tokenizer and a parser by hand. What is wrong has its column and a remedy.

Nothing is executed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from opsloop.base.things.errors import Text as Said
from opsloop.engine.sops.expressions.tree import (
    FUNCTIONS,
    KEYWORDS,
    NAME,
    WORD,
    Binary,
    Day,
    Empty,
    Expr,
    Function,
    Minus,
    Name,
    Not,
    Number,
    Several,
    Span,
    Text,
    Truth,
)  # fmt: skip
from opsloop.playbook.reader.errors import say

LONGEST, MOST, DEEPEST = 2000, 200, 40
_SPACE = re.compile(r"\s+")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?!\d)")
_SPAN = re.compile(r"(?P<n>\d+(?:\.\d+)?)\s*(?P<unit>minutes?|hours?|days?|weeks?|分钟|小时|天|周)(?![A-Za-z0-9_])")
_NUMBER = re.compile(r"(?P<n>\d+(?:\.\d+)?)(?P<share>%)?")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"|“([^“”]*)”|\'([^\']*)\'')
_SIGN = re.compile(r"<=|>=|!=|==|[<>=+\-*/()\[\],≤≥≠]")
_SAME = {"=": "is", "==": "is", "!=": "is not", "≤": "<=", "≥": ">=", "≠": "is not"}
_QUOTES: Said = _("Put texts between quotes.")
_UNITS = {"分钟": "minute", "小时": "hour", "天": "day", "周": "week"}


class ExpressionError(ValueError):
    """A condition that cannot be read or does not fit. column: from 1."""

    def __init__(self, column: int, text: Said, remedy: Said = "") -> None:
        super().__init__(text)
        self.column, self.text, self.remedy = column, text, remedy


@dataclass(frozen=True, slots=True)
class Token:
    """sort: sign, key (a keyword), value (a ready node), name, end."""

    sort: str
    text: str
    at: int
    node: Expr | None = None


def tokens(text: str) -> list[Token]:
    """Raises ExpressionError at the first sign that means nothing here."""
    if len(text) > LONGEST:
        raise ExpressionError(1, _("The condition is too long."), _("Split it over several steps."))
    out: list[Token] = []
    at = 0
    while at < len(text):
        if space := _SPACE.match(text, at):
            at = space.end()
            continue
        token, at = _token(text, at)
        out.append(token)
    if len(out) > MOST:
        raise ExpressionError(out[MOST].at, _("The condition is too long."), _("Split it over several steps."))
    return [*out, Token("end", "", len(text) + 1)]


def _token(text: str, at: int) -> tuple[Token, int]:
    column = at + 1
    for pattern, make in ((_QUOTED, _quoted), (_DAY, _day), (_SPAN, _span), (_NUMBER, _number)):
        if found := pattern.match(text, at):
            return Token("value", found[0], column, make(found, column)), found.end()
    if found := NAME.match(text, at):
        lower = found[0].lower()
        if lower in ("true", "false", "yes", "no"):
            return Token("value", found[0], column, Truth(lower in ("true", "yes"), column)), found.end()
        if lower == "empty":
            return Token("value", found[0], column, Empty(column)), found.end()
        return Token("key" if lower in KEYWORDS else "name", found[0], column), found.end()
    if found := WORD.match(text, at):
        return Token("value", found[0], column, Text(found[0], column)), found.end()
    if found := _SIGN.match(text, at):
        return Token("sign", _SAME.get(found[0], found[0]), column), found.end()
    plain = unicodedata.normalize("NFKC", text[at])
    remedy = say(_("Write it in half width: {plain}"), plain=plain) if plain != text[at] else _QUOTES
    raise ExpressionError(column, say(_("{sign} means nothing in a condition."), sign=text[at]), remedy)


def _quoted(found: re.Match[str], at: int) -> Expr:
    if found[1] is not None:
        return Text(re.sub(r"\\(.)", r"\1", found[1], flags=re.DOTALL), at)
    return Text(found[2] if found[2] is not None else found[3], at)


def _day(found: re.Match[str], at: int) -> Expr:
    try:
        return Day(date.fromisoformat(found[0]), at)
    except ValueError:
        raise ExpressionError(
            at, say(_("{day} is no day of the calendar."), day=found[0]), _("Write it as 2026-01-31.")
        ) from None


def _span(found: re.Match[str], at: int) -> Expr:
    unit = found["unit"]
    return Span(Decimal(found["n"]), _UNITS.get(unit, unit.removesuffix("s")), at)


def _number(found: re.Match[str], at: int) -> Expr:
    number = Decimal(found["n"])
    return Number(number.scaleb(-2) if found["share"] else number, at)


def parse(text: str) -> Expr:
    """The tree of a condition or a value. Raises ExpressionError with column and remedy."""
    reader = _Reader(tokens(text))
    found = reader.either(0)
    if reader.now.sort != "end":
        raise reader.wrong(_("Nothing more was expected here."), _("Join conditions by and, or."))
    return found


class _Reader:
    def __init__(self, found: list[Token]) -> None:
        self.tokens, self.place = found, 0

    @property
    def now(self) -> Token:
        return self.tokens[self.place]

    def wrong(self, text: Said, remedy: Said = "") -> ExpressionError:
        return ExpressionError(self.now.at, text, remedy)

    def took(self, *words: str) -> Token | None:
        """The token when it is one of these keywords or signs; then the next one is at hand."""
        token = self.now
        if token.sort in ("key", "sign") and token.text.lower() in words:
            self.place += 1
            return token
        return None

    def either(self, depth: int) -> Expr:
        if depth > DEEPEST:
            raise self.wrong(_("This is nested too deeply."), _("Split it over several steps."))
        left = self.both(depth)
        while token := self.took("or"):
            left = Binary("or", left, self.both(depth), token.at)
        return left

    def both(self, depth: int) -> Expr:
        left = self.negated(depth)
        while token := self.took("and"):
            left = Binary("and", left, self.negated(depth), token.at)
        return left

    def negated(self, depth: int) -> Expr:
        if depth > DEEPEST:
            raise self.wrong(_("This is nested too deeply."), _("Split it over several steps."))
        if token := self.took("not"):
            return Not(self.negated(depth + 1), token.at)
        return self.compared(depth)

    def compared(self, depth: int) -> Expr:
        left = self.sum(depth)
        found = self.comparison()
        if found is None:
            return left
        op, at = found
        made = Binary(op, left, self.sum(depth), at)
        if self.comparison() is not None:
            self.place -= 1
            raise self.wrong(_("Comparisons do not follow each other."), _("Write a < b and b < c."))
        return made

    def comparison(self) -> tuple[str, int] | None:
        token = self.took("is", "is not", "<", "<=", ">", ">=", "in")
        if token is not None:
            op = token.text.lower()
            return ("is not", token.at) if op == "is" and self.took("not") else (op, token.at)
        following = self.tokens[self.place + 1] if self.place + 1 < len(self.tokens) else self.now
        if self.now.sort == "key" and self.now.text.lower() == "not" and following.text.lower() == "in":
            at = self.now.at
            self.place += 2
            return "not in", at
        return None

    def sum(self, depth: int) -> Expr:
        left = self.product(depth)
        while token := self.took("+", "-"):
            left = Binary(token.text, left, self.product(depth), token.at)
        return left

    def product(self, depth: int) -> Expr:
        left = self.signed(depth)
        while token := self.took("*", "/"):
            left = Binary(token.text, left, self.signed(depth), token.at)
        return left

    def signed(self, depth: int) -> Expr:
        if depth > DEEPEST:
            raise self.wrong(_("This is nested too deeply."), _("Split it over several steps."))
        if token := self.took("-"):
            return Minus(self.signed(depth + 1), token.at)
        return self.single(depth)

    def single(self, depth: int) -> Expr:
        token = self.now
        if token.node is not None:
            self.place += 1
            return token.node
        if token.sort == "name":
            self.place += 1
            return self.function(token) if token.text in FUNCTIONS and self.took("(") else Name(token.text, token.at)
        if self.took("("):
            inside = self.either(depth + 1)
            self.close(")")
            return inside
        if self.took("["):
            return self.several(token.at, depth + 1)
        raise self.wrong(
            _("A field or a value was expected here."), _("For instance: amount > 200, level is major, 3 days.")
        )

    def function(self, token: Token) -> Expr:
        if self.now.sort != "name":
            raise self.wrong(_("A list was expected here."), _("Write count(list) or sum(list.column)."))
        of = Name(self.now.text, self.now.at)
        self.place += 1
        self.close(")")
        return Function(token.text, of, token.at)

    def several(self, at: int, depth: int) -> Expr:
        items: list[Expr] = []
        while not self.took("]"):
            if items and not self.took(","):
                raise self.wrong(_("A comma or ] was expected here."))
            items.append(self.sum(depth))
            if depth > DEEPEST:
                raise self.wrong(_("This is nested too deeply."), _("Split it over several steps."))
        return Several(tuple(items), at)

    def close(self, sign: str) -> None:
        if not self.took(sign):
            raise self.wrong(say(_("{sign} was expected here."), sign=sign))
