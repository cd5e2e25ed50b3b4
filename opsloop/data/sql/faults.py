"""DuckDB's errors in plain words, with line and column of the person's own text."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _t

from opsloop.data.sql.checking import BadQuery

LINE = re.compile(r"^LINE (\d+): (.*)$", re.MULTILINE)
NAMED = re.compile(r'(?:Table with name|column|Function with name) "?([\w.]+)"?')
OFFERED = re.compile(r'Did you mean "([^"]+)"')
MISSING = re.compile("not found|does not exist|not be found|does not have a column")
MOST = 400


@dataclass(frozen=True, slots=True)
class Names:
    """What might have been meant."""

    tables: Collection[str] = ()
    columns: Collection[str] = ()


def in_words(said: Mapping[str, Any], sql: str, wall_s: float, names: Names) -> BadQuery:
    """The child's error as a fault. Nothing of what was said before the person's statement ran is passed on."""
    kind, text = str(said["error"]), str(said.get("text") or "")
    return BadQuery(_text(kind, text, sql, wall_s, names), *place(text, sql))


def _text(kind: str, text: str, sql: str, wall_s: float, names: Names) -> str:
    first = text.split("\n")[0][:MOST]
    fixed = {
        "TimeLimit": _t("It was stopped after {n} seconds. Narrow it by days, or ask for fewer columns."),
        "Died": _t("It was stopped: it wanted more memory or time than a query may have. Narrow it by days."),
        "TooMuch": _t("The result is too large to be taken out. Group it, or narrow it by days."),
        "PermissionError": _t("Only a SELECT can be run here: data is read, never changed."),
    }
    if kind == "PermissionError" and "pivot" in sql.lower():
        return _t("PIVOT needs its values named: PIVOT (sum(x) FOR y IN (1, 2, 3)).")
    if kind in fixed:
        return fixed[kind].format(n=round(wall_s))
    if "OutOfMemory" in kind or kind == "MemoryError" or "Out of Memory" in first:
        return _t("It needs more memory than a query may have. Narrow it by days, or ask for fewer columns.")
    return _named(kind, text, names) or _worded(kind, first)


def _named(kind: str, text: str, names: Names) -> str | None:
    """What is not there, and what was perhaps meant."""
    found = NAMED.search(text)
    if found is None or kind not in ("CatalogException", "BinderException"):
        return None
    name, what = found[1].rpartition(".")[2], found[0].split()[0]
    if "GROUP BY clause" in text:
        return _t("The column {name} must stand in GROUP BY, or inside a function such as max().").format(name=name)
    if not MISSING.search(text):
        return None
    if what == "Table":
        return _perhaps(_t("There is no table {name}."), name, names.tables)
    if what == "column":
        return _perhaps(_t("There is no column {name}."), name, names.columns)
    offered = OFFERED.search(text)
    return _perhaps(_t("There is no function {name}."), name, [offered[1]] if offered else [])


def _perhaps(said: str, name: str, offered: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(offered), n=1, cutoff=0.5)
    text = said.format(name=name)
    return f"{text} {_t('Did you mean {name}?').format(name=close[0])}" if close else text


def _worded(kind: str, first: str) -> str:
    detail = first.partition(": ")[2] or first
    words = {
        "ParserException": _t("This cannot be read as SQL: {detail}"),
        "BinderException": _t("This does not fit together: {detail}"),
        "CatalogException": _t("This is not there: {detail}"),
        "ConversionException": _t("A value cannot be turned into the wanted type: {detail}"),
        "OutOfRangeException": _t("A number is too large for its type: {detail}"),
        "InvalidInputException": _t("A function got a value that it cannot take: {detail}"),
        "PermissionException": _t("Nothing outside of the tables can be reached from here."),
    }
    return words.get(kind, _t("It could not be run: {detail}")).format(detail=detail)


def place(text: str, sql: str) -> tuple[int | None, int | None]:
    """(line, column) from 1 of DuckDB's caret, in the person's own text; long lines are shown cut by DuckDB."""
    found = LINE.search(text)
    if found is None:
        return None, None
    line, shown = int(found[1]), found[2]
    rest = text[found.end() :].lstrip("\n").split("\n")[0]
    if "^" not in rest or line > len(sql.split("\n")):
        return line, None
    at = rest.index("^") - len(f"LINE {line}: ")
    whole = sql.split("\n")[line - 1]
    if shown.startswith("..."):
        cut = whole.find(shown[3:].removesuffix("..."))
        at = at - 3 + cut if cut >= 0 else -1
    return line, at + 1 if at >= 0 else None
