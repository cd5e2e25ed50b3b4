"""SQL that makes a typed value of a text, or NULL. Numbers and days that are written plainly take the fast way."""

from __future__ import annotations

from opsloop.data.cleaning import marks, zones
from opsloop.data.cleaning.contract import Rule
from opsloop.data.cleaning.sql import literal

GROUPED = r"\s*[¥￥$€£]?\s*[-+]?\s*[¥￥$€£]?\s*(\d{1,3}([,，]\d{3})+|\d+)(\.\d+)?\s*(元|美元)?\s*"
"""1,234.50 or ￥12: what spreadsheets write. A comma that groups no thousands is no number."""
DAYS = ("%Y%m%d", "%Y年%m月%d日", "%Y.%m.%d", "%Y/%m/%d")
MOMENTS = (
    "%Y年%m月%d日 %H:%M:%S", "%Y年%m月%d日 %H:%M", "%Y年%m月%d日%H时%M分%S秒", "%Y年%m月%d日", "%Y%m%d %H:%M:%S",
    "%Y%m%d%H%M%S", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y.%m.%d %H:%M:%S", "%Y.%m.%d %H:%M", "%Y%m%d", "%Y.%m.%d",
)  # fmt: skip
SERIAL = r"[3-6]\d{4}(\.\d+)?"
"""A day as spreadsheets count it, from 1982 to 2091: what is left when a cell lost its format."""
FIRST, LAST = "1900-01-01", "2199-12-31"
"""Days outside are no days of a business: typing mistakes and other calendars."""
TRUE = ("true", "t", "yes", "y", "1", "是", "真", "有")
FALSE = ("false", "f", "no", "n", "0", "否", "假", "无")


def trimmed(raw: str) -> str:
    """Without blanks and marks around; nothing when only blanks. Looks before it cuts: cutting costs ten times the
    look."""
    return f"case when {to_trim(raw)} then nullif({marks.unmarked(raw)}, '') else {raw} end"


def to_trim(raw: str) -> str:
    """Is there a blank anywhere in it, or a mark before it?"""
    return f"{with_blanks(raw)} or {marks.marked(raw)}"


def with_blanks(raw: str) -> str:
    """Is there a blank anywhere in it?"""
    ascii_, wide = (" or ".join(f"contains({raw}, chr({one}))" for one in some) for some in ((32, 9), (12288, 160)))
    return f"{ascii_} or (strlen({raw}) <> length({raw}) and ({wide}))"


def parsed(rule: Rule, raw: str) -> str:
    """First step: what the text says, without judging it. `raw` is NULL when the cell is empty."""
    if rule.type == "text":
        return trimmed(raw)
    if rule.type == "boolean":
        low = f"lower({marks.narrow(raw)})"
        return f"case when {low} in {_listed(TRUE)} then true when {low} in {_listed(FALSE)} then false end"
    bare = marks.narrow(raw)
    if rule.type == "integer":
        cautious = f"coalesce({_whole(bare)}, {_whole(_grouped(bare))})"
        return f"case when contains({raw}, '.') then {cautious} else {_tried(raw, 'bigint', cautious)} end"
    if rule.type == "money":
        return _tried(raw, rule.sql_type, f"try_cast({_grouped(bare)} as {rule.sql_type})")
    if rule.type == "number":
        share = f"try_cast(case when contains({bare}, '%') then rtrim({bare}, '%') end as double) / 100"
        return _tried(raw, "double", f"coalesce(try_cast({_grouped(bare)} as double), {share})")
    if rule.formats:
        return f"try_strptime({bare}, {_list(rule.formats)})"
    if rule.type == "date":
        return _tried(raw, "date", _day_of(bare, (*DAYS, *MOMENTS)) + "::date")
    return _tried(raw, "timestamp", _day_of(bare, MOMENTS))


def _day_of(bare: str, formats: tuple[str, ...]) -> str:
    """The moment of what is written otherwise: by ISO, in one of the formats, or counted as spreadsheets do."""
    days = f"try_cast(case when regexp_full_match({bare}, {literal(SERIAL)}) then {bare} end as double)"
    counted = f"timestamp '1899-12-30' + to_seconds(round({days} * 86400, 0))"
    return f"coalesce(try_cast({bare} as timestamp), try_strptime({bare}, {_list(formats)}), {counted})"


def _tried(raw: str, type_: str, otherwise: str) -> str:
    """The plain cast, and the slow way for what it cannot read. Not COALESCE: DuckDB takes what occurs twice in its
    second part out of it and works it out for every row; from a branch of a CASE it takes nothing."""
    plain = f"try_cast({raw} as {type_})"
    return f"case when {plain} is null and {raw} is not null then {otherwise} else {plain} end"


def bounded(rule: Rule, value: str) -> str:
    """Second step: NULL for what is no number or no day of a business. `value`: the column of the first step."""
    if rule.type == "number":
        return f"case when isfinite({value}) then {value} end"
    if rule.type == "date" and rule.formats:
        value = f"cast({value} as date)"
    if rule.type not in ("date", "datetime"):
        return value
    return f"case when {value} between {bound(rule, first=True)} and {bound(rule, first=False)} then {value} end"


def typed(rule: Rule, raw: str, value: str) -> str:
    """Third step: of `rule.sql_type`. A moment with an offset is read by it, one without by the rule's zone."""
    if rule.type != "datetime":
        return value
    naive = f"make_timestamptz(epoch_us({zones.utc(value, rule.zone)}))"
    if rule.formats:
        return naive
    said = f"case when {value} is not null then try_cast({raw} as timestamptz) end"
    return f"case when {written_plainly(raw)} then {naive} when {has_offset(raw)} then {said} else {naive} end"


def _grouped(raw: str) -> str:
    """The bare number of 1,234.50 or ￥12; NULL for anything else."""
    bare = f"regexp_replace({raw}, '[^0-9.+-]', '', 'g')"
    return f"case when regexp_full_match({raw}, {literal(GROUPED)}) then {bare} end"


def _whole(text: str) -> str:
    """A whole number, also when written 12.0; NULL for 12.5, which a cast would round."""
    exact = f"try_cast(trim({text}) as decimal(38, 9))"
    return f"case when {exact} = round({exact}, 0) then try_cast({exact} as bigint) end"


def written_plainly(raw: str) -> str:
    """Is it 2026-01-31 08:30:00 and nothing more, so that it has no offset?"""
    return f"{raw} like '____-__-__ __:__:__'"  # cheaper than to take the text apart


def has_offset(raw: str) -> str:
    """Does a moment say its offset from UTC?"""
    return rf"regexp_matches({raw}, '\d\d:\d\d.*(Z|z|[+-]\d\d(:?\d\d)?)\s*$')"


def business_day(rule: Rule, value: str, zone: str, day_starts: int) -> str:
    """The day to which a row belongs. `value`: for a date its column, for a moment one of TIMESTAMP in UTC."""
    if rule.type == "date":
        return value
    shift = f" - interval {day_starts} minute" if day_starts else ""
    return f"cast({zones.local(value, zone)}{shift} as date)"


def ambiguous(raw: str) -> str:
    """Could it be a day and a month either way round, as in 03/04/2026?"""
    return rf"regexp_matches({raw}, '^\s*\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}')"


def constant(rule: Rule, text: str) -> str:
    """A limit, default or allowed value of the contract as a typed SQL constant."""
    if rule.type == "text":
        return literal(text)
    if rule.type == "boolean":
        return "true" if text.strip().lower() in TRUE else "false"
    if rule.type == "datetime":
        return f"make_timestamptz(epoch_us({zones.utc(f'cast({literal(text)} as timestamp)', rule.zone)}))"
    return f"cast({literal(text)} as {rule.sql_type})"


def bound(rule: Rule, *, first: bool) -> str:
    """The first or the last day or moment of a business, as the bare type of the clock."""
    if rule.type == "date":
        return f"date '{FIRST if first else LAST}'"
    return f"timestamp '{FIRST if first else f'{LAST} 23:59:59.999999'}'"


def _listed(values: tuple[str, ...]) -> str:
    return f"({', '.join(literal(one) for one in values)})"


def _list(values: tuple[str, ...]) -> str:
    return f"[{', '.join(literal(one) for one in values)}]"
