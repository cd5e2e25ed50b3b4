"""What DuckDB's reader of delimited texts types by itself, and when its answer is sure to be the careful one.

Days and moments are read by one format. Whole numbers are read as DOUBLE: a reader of BIGINT would round 12.5. Texts
stay as they are when they hold no blanks and begin with no mark that might have to be cut off.
"""

from __future__ import annotations

from collections.abc import Iterator

from opsloop.data.cleaning import casts, marks, zones
from opsloop.data.cleaning.contract import Rule
from opsloop.data.cleaning.sql import literal

DAY, MOMENT = "%Y-%m-%d", "%Y-%m-%d %H:%M:%S"
TYPES = {"text": "VARCHAR", "integer": "DOUBLE", "number": "DOUBLE", "date": "DATE", "datetime": "TIMESTAMP"}
WHOLE = 2**53
"""Below, a DOUBLE holds every whole number."""


def type_of(rule: Rule) -> str:
    """The type to read a column as; "" for one whose texts want care."""
    if rule.formats:
        return ""
    return rule.sql_type if rule.type == "money" else TYPES.get(rule.type, "")


def options() -> str:
    """Options of read_csv that go with these types."""
    return f"dateformat = {literal(DAY)}, timestampformat = {literal(MOMENT)}"


def tried(rule: Rule, text: str) -> str:
    """SQL that makes of a text what the reader would, or NULL."""
    if rule.type == "date":
        return f"cast(try_strptime({text}, {literal(DAY)}) as date)"
    if rule.type == "datetime":
        return f"try_strptime({text}, {literal(MOMENT)})"
    return f"try_cast({text} as {type_of(rule)})"


def doubts(rule: Rule, value: str) -> Iterator[str]:
    """When what was read may be no value of the contract, or another than the careful way makes of the text."""
    if rule.type == "text":
        yield blemished(value)
    elif rule.type == "integer":
        yield f"not (abs({value}) < {WHOLE} and {value} = trunc({value}))"
    elif rule.type == "number":
        yield f"not isfinite({value})"
    elif rule.type in ("date", "datetime"):
        # words as `epoch` are read as the first moment of 1900
        yield f"not ({value} > {casts.bound(rule, first=True)} and {value} <= {casts.bound(rule, first=False)})"


def blemished(value: str) -> str:
    """May a text, or one of several put together, be one that wants trimming? So may be many that do not."""
    marks_ = " or ".join(f"contains({value}, chr({one}))" for one in marks.OPENINGS)
    return f"({casts.with_blanks(value)} or {marks_})"


def typed(rule: Rule, value: str) -> str:
    """Of `rule.sql_type`."""
    if rule.type == "integer":
        return f"try_cast({value} as bigint)"
    if rule.type == "datetime":
        return f"make_timestamptz(epoch_us({zones.utc(value, rule.zone)}))"
    return value
