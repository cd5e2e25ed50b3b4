"""May a number be believed? How far its data reaches, what is late or held, and which days are in doubt (存疑)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _t

from opsloop.base.things.errors import Text
from opsloop.data.datasets.catalogue import catalogue
from opsloop.data.metrics.asking import Desk
from opsloop.data.metrics.counting import relation_of, waits
from opsloop.data.metrics.durations import duration
from opsloop.data.metrics.questions import Trust
from opsloop.data.reconciliation.queries import Doubt, doubts
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
    desk = Desk(catalogue())
    desk.load(wanted)
    tables = {one: _tables(desk, one) for one in wanted}
    idents = {table.replace("_", "-") for found in tables.values() for table in found}
    sources = {one.table: one for one in Source.objects.filter(withdrawn=False, ident__in=idents)}
    judged = fresh(list(sources.values())) if sources else {}
    behind = {one: [sources[table] for table in tables[one] if table in sources] for one in wanted}
    return {
        one: _trust(desk, one, tables[one], [(source, judged[source.ident]) for source in behind[one]], since, until)
        for one in wanted
    }


Judged = Sequence[tuple[Source, Freshness]]


def _trust(
    desk: Desk, metric: str, tables: Sequence[str], sources: Judged, since: date | None, until: date | None
) -> Trust:
    span = desk.span(metric)
    if span is None:
        return Trust(None, None, waiting=next(waits(desk.metrics[name]) for name in desk.direct(metric)))
    snapshot = max((one.pk for one in desk.known.versions(tables).values()), default=None)
    until = min(until or span.last, span.last)
    since = since or until - timedelta(days=IN_DOUBT_DAYS - 1)
    found = [text for source, _fresh in sources for text in _doubts(source, doubts(source.ident, since, until))]
    found += [
        _t("{source}: {said}").format(source=source.title, said=one.said)
        for source, one in sources
        if one.state in TROUBLE
    ]
    return Trust(span.last, snapshot, _late(desk, metric, span.last, sources), tuple(found))


def _tables(desk: Desk, metric: str) -> tuple[str, ...]:
    relations = (relation_of(desk.known, desk.metrics[name]) for name in desk.direct(metric))
    return desk.known.tables([one.name for one in relations if one is not None])


def _late(desk: Desk, metric: str, last: date, sources: Judged) -> Text:
    """Older than the metric's `fresh_within` in the zone of its source, unless every source is as it should be.

    A shop that is closed, or a morning before the data is due, makes no number late.
    """
    said = desk.metrics[metric].fresh_within
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
            source=source.title, day=date_format(one.day, "DATE_FORMAT"), rate=rate
        )
