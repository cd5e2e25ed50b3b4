"""May a number be believed? How far its data reaches, what is late or held, and which days are in doubt (存疑)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _t

from opsloop.base.things.errors import Text
from opsloop.data.datasets.catalogue import catalogue
from opsloop.data.metrics.asking import Desk
from opsloop.data.metrics.checks import parts_of
from opsloop.data.metrics.counting import relation_of, waits
from opsloop.data.metrics.definition import Metric, ToDate
from opsloop.data.metrics.durations import duration
from opsloop.data.metrics.periods import begin
from opsloop.data.metrics.questions import Trust
from opsloop.data.reconciliation.queries import Doubt, doubts_of
from opsloop.data.sources.calendar import Freshness, fresh
from opsloop.data.sources.models import Source

TROUBLE = frozenset({"held", "red"})
IN_DOUBT_DAYS = 7
"""Without a span the last so many days of the data are judged."""


def trust(metric: str, since: date | None = None, until: date | None = None) -> Trust:
    """Of the days asked (none: the last week of the data). Raises CannotAnswer for a metric that is not there."""
    return trusts([metric], since, until)[metric]


def trusts(metrics: Iterable[str], since: date | None = None, until: date | None = None) -> dict[str, Trust]:
    """The same of several metrics, whose sources are judged once. Raises CannotAnswer for one that is not there."""
    wanted = list(dict.fromkeys(metrics))
    judges = Judges(wanted)
    return {one: judges.trust(one, since, until) for one in wanted}


def sources_behind(metrics: Iterable[str]) -> list[Source]:
    """The sources in force that these metrics rest on, by id. Raises CannotAnswer for a metric that is not there."""
    return _behind(_desk(metrics))


def _desk(metrics: Iterable[str]) -> Desk:
    desk = Desk(catalogue())
    desk.load(list(dict.fromkeys(metrics)))
    return desk


def _behind(desk: Desk) -> list[Source]:
    idents = {table.replace("_", "-") for name in desk.metrics for table in _tables(desk, name)}
    return list(Source.objects.filter(withdrawn=False, ident__in=idents).order_by("ident"))


Judged = Sequence[tuple[Source, Freshness]]


class Judges:
    """Judges metrics over any days; what stands behind them is looked up once. Raises CannotAnswer for one not there.

    A figure of some days is judged by those days: a doubt of another day, or of data that is missing since, is none of
    its own.
    """

    def __init__(self, metrics: Iterable[str]) -> None:
        self._desk = _desk(metrics)
        self._sources = {one.table: one for one in _behind(self._desk)}
        self._fresh = fresh(list(self._sources.values())) if self._sources else {}
        self._doubts = doubts_of(one.ident for one in self._sources.values())
        self._judges: dict[tuple[date | None, date | None], Judge] = {}

    def trust(self, metric: str, since: date | None = None, until: date | None = None) -> Trust:
        """Of the days asked; none: the last week of the data, and what is missing since."""
        if (since, until) not in self._judges:
            self._judges[since, until] = Judge(self._desk, self._sources, self._fresh, self._doubts, since, until)
        return self._judges[since, until].trust(metric)


@dataclass
class Judge:
    """Judges metrics of one desk over one span, each once. One made of others is as good as the worst of them."""

    desk: Desk
    sources: Mapping[str, Source]
    judged: Mapping[str, Freshness]
    doubts: Mapping[str, Sequence[Doubt]]
    since: date | None
    until: date | None
    found: dict[str, Trust] = field(default_factory=dict)

    def trust(self, metric: str) -> Trust:
        if metric not in self.found:
            obj = self.desk.metrics[metric]
            parts = () if obj.does_not_apply else parts_of(obj)
            self.found[metric] = self._worst(metric, [self.trust(one) for one in parts]) if parts else self._own(metric)
        return self.found[metric]

    def _worst(self, metric: str, parts: Sequence[Trust]) -> Trust:
        """It reaches as far as the part that ends first, waits when one waits, and keeps every part's doubts."""
        if (missing := self.desk.absent(metric)) is not None:
            return Trust(None, None, waiting=missing.text, absence=missing.kind)
        last = min((one.last_day for one in parts if one.last_day is not None), default=None)
        snapshot = max((one.snapshot for one in parts if one.snapshot is not None), default=None)
        late = next((one.late for one in parts if one.late), "")
        if not late and last is not None:
            late = _late(self.desk.metrics[metric].fresh_within, last, self._behind(metric))
        doubted = dict.fromkeys(text for one in parts for text in one.doubts)
        return Trust(last, snapshot, late, tuple(doubted))

    def _own(self, metric: str) -> Trust:
        """Of a metric that is counted directly."""
        obj = self.desk.metrics[metric]
        missing, span = self.desk.absent(metric), self.desk.span(metric)
        if missing is not None or span is None:
            missing = missing or waits(obj)
            return Trust(None, None, waiting=missing.text, absence=missing.kind)
        versions = self.desk.known.versions(_tables(self.desk, metric)).values()
        until = min(self.until or span.last, span.last)
        since = _reading_from(obj, self.since or until - timedelta(days=IN_DOUBT_DAYS - 1))
        sources = self._behind(metric)
        found = [text for source, _fresh in sources for text in self._doubted(source, since, until)]
        found += [
            _t("{source}: {said}").format(source=source.name, said=said)
            for source, one in sources
            for said in self._missing(one, since)
        ]
        snapshot = max((one.pk for one in versions), default=None)
        return Trust(span.last, snapshot, _late(obj.fresh_within, span.last, sources), tuple(found))

    def _doubted(self, source: Source, since: date, until: date) -> Iterator[Text]:
        return _doubts(source, (one for one in self.doubts.get(source.ident, ()) if since <= one.day <= until))

    def _missing(self, one: Freshness, since: date) -> list[str]:
        """What of the span is not there; without a span, whether the newest day that is due is."""
        if self.until is None:
            return [one.said] if one.state in TROUBLE else []
        return [said for day, said in one.troubles if since <= day <= self.until]

    def _behind(self, metric: str) -> Judged:
        """The sources behind a metric."""
        found = [self.sources[table] for table in _tables(self.desk, metric) if table in self.sources]
        return [(one, self.judged[one.ident]) for one in found]


def _reading_from(obj: Metric, since: date) -> date:
    """The first day that is read for the value of a day: a window looks back, and so does a running total."""
    if obj.window:
        days = duration(obj.window).first_day(since)
        return duration(obj.window).first_day(days - timedelta(days=1)) if obj.retention else days
    return begin(since, str(obj.to_date)) if obj.to_date and obj.to_date != ToDate.EVER else since


def _tables(desk: Desk, metric: str) -> tuple[str, ...]:
    relations = (relation_of(desk.known, desk.metrics[name]) for name in desk.direct(metric))
    return desk.known.tables([one.name for one in relations if one is not None])


def _late(said: str, last: date, sources: Judged) -> Text:
    """Older than the metric's `fresh_within` (said) in the zone of its source, unless every source is as it should be.

    A shop that is closed, or a morning before the data is due, makes no number late.
    """
    if not said or (sources and all(one.state not in TROUBLE for _source, one in sources)):
        return ""
    zone = next((str(one.definition["timezone"]) for one, _fresh in sources if one.definition.get("timezone")), "")
    today = timezone.localdate(timezone=ZoneInfo(zone or settings.TIME_ZONE))
    behind = (today - last).days - duration(said).days
    if behind <= 0:
        return ""
    day = date_format(last, "DATE_FORMAT")
    return _t("The data reaches to {day}: {n} days later than it should.").format(day=day, n=behind)


def _doubts(source: Source, found: Iterable[Doubt]) -> Iterator[Text]:
    for one in found:
        rate = f"{abs(one.rate):.2%}" if one.rate is not None else str(abs(one.difference))
        yield _t("{source}, {day}: {rate} off the control figure.").format(
            source=source.name, day=date_format(one.day, "DATE_FORMAT"), rate=rate
        )
