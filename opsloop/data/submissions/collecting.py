"""Accepted sheets as a file of their source: one a day, with every department's figures that count."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from django.utils import timezone

from opsloop.data.sources.arrivals import Arrival, collector
from opsloop.data.sources.arrivals.staging import TextParquet, whole
from opsloop.data.sources.definition import definition_of
from opsloop.data.sources.kinds.arrives import Filled
from opsloop.data.sources.models import Source
from opsloop.data.submissions.counting import days_to_load
from opsloop.data.submissions.layout import Layout
from opsloop.data.submissions.models import Submission


@collector(Filled)
def collect_filled(source: Source, since: date | None, folder: Path) -> list[Arrival]:
    """One file for each day whose figures changed since it was loaded; `since` narrows them further."""
    layout, now = Layout.of(definition_of(source)), timezone.now()
    days = [day for day in days_to_load(source, now) if since is None or day >= since]
    return [_file(source, layout, day, folder) for day in days]


def _file(source: Source, layout: Layout, day: date, folder: Path) -> Arrival:
    from opsloop.data.sources.arrivals.collecting import tell_apart  # noqa: PLC0415  # loads httpx

    path = folder / f"{source.ident}-{day:%Y-%m-%d}.parquet"
    names = list(layout.definition.columns)
    with whole(path) as part, TextParquet(part, names) as out:
        for sheet in Submission.objects.filter(source=source, day=day, counted_at__isnull=False).order_by("pk"):
            own = {layout.definition.time: day.isoformat(), layout.asked.place: sheet.department.code}
            out.write([[{**row, **own}.get(name) for name in names] for row in sheet.counted])
    tell_apart(source, path, due_on=day)
    return Arrival(path, f"{source.title} {day:%Y-%m-%d}", due_on=day)
