"""What programs put around a value, or write where there is none, as SQL: ="0012", '0012, `12.50, １２, 90％, -."""

from __future__ import annotations

from opsloop.data.cleaning.sql import literal

BLANKS = "concat(' ', chr(9), chr(12288), chr(160))"
"""What counts as nothing around a value: blank, tab, the full-width blank, the blank that does not break."""
NOTHING = ("", "-", "--", "—", "——", "–", "NULL", "null", "N/A", "n/a", r"\N")
"""What exports write for `no value`. In texts these may be meant; numbers, days and answers cannot be read of them."""
WIDE, NARROW = "０１２３４５６７８９．－＋％：／", "0123456789.-+%:/"
OPENINGS = (39, 61, 96)
"""' = and `: how spreadsheets and bills mark a number as text."""
QUOTED, TICKED, FIRST_GROUP = '^="(.*)"$', "^['`]([-+]?[0-9][-0-9.,:/ ]*)$", r"\1"
SHOWN_SHORT = r"\d\.\d+[eE]\+\d\d+"
TOTALS = r"(本页|本日|当日|本周|本月|当月|本年|全部)?(合\s*计|总\s*计|小\s*计|共\s*计)\s*[:：]?"


def marked(raw: str) -> str:
    """Does a text begin as one that a program marked? Most begin with a digit, which is told by a cheap comparison."""
    return f"(not ({raw} >= '0' and {raw} < ':') and ascii({raw}) in {OPENINGS})"


def unmarked(raw: str) -> str:
    """The text without blanks and without what marks a number as text; ' and ` go before a number only, not in '90s."""
    bare = f"regexp_replace(trim({raw}, {BLANKS}), {literal(QUOTED)}, {literal(FIRST_GROUP)})"
    return f"trim(regexp_replace({bare}, {literal(TICKED)}, {literal(FIRST_GROUP)}), {BLANKS})"


def narrow(raw: str) -> str:
    """`unmarked`, and with digits and signs of usual width."""
    return f"translate({unmarked(raw)}, {literal(WIDE)}, {literal(NARROW)})"


def filled(raw: str) -> str:
    """Does a cell that holds no text say anything?"""
    listed = ", ".join(literal(one) for one in NOTHING)
    return f"({raw} is not null and {unmarked(raw)} not in ({listed}))"


def shown_short(value: str) -> str:
    """Is it a long number as a spreadsheet shows it, 1.23457E+17? Its last digits are lost, others look the same."""
    return f"case when {value} like '_.%' then regexp_full_match({value}, {literal(SHOWN_SHORT)}) else false end"


def of_totals(value: str) -> str:
    """Is it what the first cell of a line of totals says?"""
    return f"case when {value} >= '一' then regexp_full_match({value}, {literal(TOTALS)}) else false end"
