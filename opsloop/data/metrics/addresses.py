"""Where pages about a metric are; whoever leads there writes the question in one way."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from urllib.parse import urlencode

from opsloop.data.metrics.firsts import Wanted

UNKNOWN = "\x00"
"""In an address: the value of a dimension that nothing is known of. No text that is typed holds it."""
FILTER = "w."
Days = tuple[date, date]


def explained(metric: str, now: Days, then: Days) -> str:
    """波动拆解 of these days against those; both ends belong to a span."""
    days = zip("abcd", (one.isoformat() for one in (*now, *then)), strict=True)
    return f"/explore/explain/?{urlencode([('metric', metric), *days])}"


def rows(metric: str, days: Days, where: Iterable[tuple[str, str | None]]) -> str:
    """The rows behind a metric in these days, of these values of dimensions; None is the unknown one."""
    said = [("m", metric), *zip(("from", "to"), (one.isoformat() for one in days), strict=True)]
    return f"/explore/rows/?{urlencode([*said, *filters(where)])}"


def firsts(wanted: Wanted, until: date, *, silent: bool = False) -> str:
    """Those on whom most rests, up to a day; silent: only those who were not there lately."""
    said = [(one, str(getattr(wanted, one))) for one in ("metric", "of", "percent", "over", "silent")]
    said += [("to", until.isoformat()), *([("only", "silent")] if silent else [])]
    return f"/explore/firsts/?{urlencode(said)}"


def filters(where: Iterable[tuple[str, str | None]]) -> list[tuple[str, str]]:
    """Values of dimensions as parameters of an address."""
    return [(f"{FILTER}{dim}", UNKNOWN if value is None else value) for dim, value in where]
