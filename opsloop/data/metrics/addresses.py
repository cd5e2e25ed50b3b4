"""Where pages about a metric are; whoever leads there writes the question in one way."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

Days = tuple[date, date]


def explained(metric: str, now: Days, then: Days) -> str:
    """波动拆解 of these days against those; both ends belong to a span."""
    days = zip("abcd", (one.isoformat() for one in (*now, *then)), strict=True)
    return f"/explore/explain/?{urlencode([('metric', metric), *days])}"
