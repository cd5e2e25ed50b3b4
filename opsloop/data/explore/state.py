"""A view of metrics and its address: which metrics, periods, dimensions, filters and comparison, read both ways."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _t

from opsloop.data.explore.words import Compare, Grain, Shows
from opsloop.data.metrics import period_names, periods
from opsloop.data.metrics.addresses import FILTER, UNKNOWN, filters
from opsloop.data.metrics.questions import Question, Where
from opsloop.ui.days import EARLIEST, LATEST

MOST_METRICS, MOST_DIMENSIONS, MOST_VALUES = 6, 2, 50
MOST_PERIODS = {"day": 400, "week": 160, "month": 120, "quarter": 60, "year": 30, "total": 1}


@dataclass(frozen=True, slots=True)
class View:
    """What is looked at. last: so many periods up to the newest whole one, unless since or until say which days.

    Without a grain of time the whole span is one value. problems: what in the address could not be understood.
    """

    metrics: tuple[str, ...] = ()
    grain: str = "week"
    by: tuple[str, ...] = ()
    last: int = 0
    since: date | None = None
    until: date | None = None
    where: Where = ()
    compare: str = ""
    shows: str = Shows.LINE.value
    problems: tuple[str, ...] = field(default=(), compare=False)

    @property
    def address(self) -> str:
        """The query string, without its question mark; what is as usual is left out."""
        said: list[tuple[str, str]] = [("m", one) for one in self.metrics]
        said += [("grain", self.grain)] if self.grain != "week" else []
        said += [("by", one) for one in self.by]
        said += [("last", str(self.last))] if self.last else []
        said += [(key, day.isoformat()) for key, day in (("from", self.since), ("to", self.until)) if day]
        said += filters((dim, one) for dim, values in self.where for one in values)
        said += [("compare", self.compare)] if self.compare else []
        said += [("shows", self.shows)] if self.shows != Shows.LINE else []
        return urlencode(said)

    @property
    def length(self) -> int:
        """How many periods, when no days are said."""
        return self.last or period_names.USUAL_LENGTH.get(self.grain, 1)

    def span(self, last_day: date) -> tuple[date, date]:
        """The days that the view covers, given the newest day of the data."""
        if self.grain == "total":
            return self.since or periods.back(last_day, "day", 27), self.until or last_day
        until = self.until or periods.end(period_names.last_whole(last_day, self.grain), self.grain)
        until = max(until, self.since) if self.since else until
        since = self.since or periods.back(periods.begin(until, self.grain), self.grain, self.length - 1)
        least = periods.back(periods.begin(until, self.grain), self.grain, MOST_PERIODS[self.grain] - 1)
        return max(min(since, until), least), until

    def question(self, last_day: date) -> Question:
        """What to ask of the metrics."""
        since, until = self.span(last_day)
        return Question(self.metrics, self.grain, self.by, since, until, self.where, self.compare)

    def but(self, **said: object) -> View:
        """Another view that differs in these."""
        return replace(self, **said)  # type: ignore[arg-type]


def read(said: QueryDict) -> View:
    """The view of an address. What cannot be understood is left out and stands in `problems`; nothing raises."""
    problems: list[str] = []
    metrics = _some(said.getlist("m"), MOST_METRICS)
    if len(set(said.getlist("m"))) > MOST_METRICS:
        problems.append(_t("At most {n} metrics are shown at once.").format(n=MOST_METRICS))
    grain = _word(said, "grain", {*Grain.values, "total"}, Grain.WEEK.value, problems)
    since, until = _day(said, "from", problems), _day(said, "to", problems)
    if since and until and since > until:
        problems.append(_t("The last day is before the first."))
        since = until = None
    return View(
        metrics,
        grain,
        _some(said.getlist("by"), MOST_DIMENSIONS),
        _number(said.get("last", ""), MOST_PERIODS[grain]),
        since,
        until,
        _where(said),
        _word(said, "compare", set(Compare.values), "", problems),
        _word(said, "shows", set(Shows.values), Shows.LINE.value, problems),
        tuple(problems),
    )


def _some(values: Iterable[str], most: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.strip()[:120] for one in values if one.strip()))[:most]


def _word(said: QueryDict, name: str, allowed: set[str], usual: str, problems: list[str]) -> str:
    found = said.get(name, "")
    if not found or found in allowed:
        return found or usual
    problems.append(_t("{word} is not known here and was left out.").format(word=found[:40]))
    return usual


def _day(said: QueryDict, name: str, problems: list[str]) -> date | None:
    found = said.get(name, "").strip()
    try:
        return min(max(date.fromisoformat(found), EARLIEST), LATEST) if found else None
    except ValueError:
        problems.append(_t("{word} is not a day and was left out.").format(word=found[:40]))
        return None


def _number(text: str, most: int) -> int:
    return min(int(text), most) if text.isascii() and text.isdecimal() and len(text) < 5 else 0


def _where(said: QueryDict) -> Where:
    found = []
    for key in said:
        values = tuple(dict.fromkeys(said.getlist(key)))[:MOST_VALUES]
        if key.startswith(FILTER) and (kept := tuple(one for one in values if one != "")):
            found.append((key.removeprefix(FILTER), tuple(None if one == UNKNOWN else one for one in kept)))
    return tuple(found)
