"""The things of the data floor and where they belong: sources and loads, control figures, definitions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Model

from opsloop.base.people.models import Person
from opsloop.data.datasets.models import Dataset
from opsloop.data.metrics.models import Metric, PastTotal, Target
from opsloop.data.reconciliation.models import Control, State
from opsloop.data.sources.models import Attempt, Load, LoadState, Repair, Source
from opsloop.data.sources.prepared import Prepared
from tests.matrix.oracle import Row

DAY = date(2026, 11, 2)
Things = dict[type[Model], tuple[Any, Row]]


def attempt(source: Source, by: Person, now: datetime) -> Attempt:
    """Nothing in it: what an act would publish is an empty load."""
    return Attempt.objects.create(source=source, by=by, file="matrix.csv", began_at=now, prepared=Prepared().plain())


def shared(by: Person, now: datetime) -> Things:
    """What belongs to nobody: whoever sees the noun sees it. Within `given()`."""
    source = Source.objects.get(ident="job-runs")
    waiting = attempt(source, by, now)
    load = Load(
        id=waiting.pk, source=source, source_version=source.number, file="matrix.csv", state=LoadState.HELD, by=by,
        began_at=now, ended_at=now, due_on=DAY,
    )  # fmt: skip
    load.save()
    attempt(source, by, now)
    control = Control(source=source.ident, day=DAY, figure="rows", limit=0, state=State.OPEN, ours=1, control=2)
    control.save()
    repair = Repair(load=load, line=7, before={"a": "b"}, reason="matrix", by=by, at=now)
    repair.save()
    target = Target(metric="sales", grain="week", first_day=DAY, value=1)
    target.save()
    past = PastTotal(metric="sales", month=DAY.replace(day=1), value=1)
    past.save()
    public = {
        noun: Row(noun, everyone=True, loose=True) for noun in ("sources", "reconciliation", "metrics", "datasets")
    }
    return {
        Source: (source, public["sources"]),
        Load: (load, public["sources"]),
        Repair: (repair, Row("sources")),
        Control: (control, public["reconciliation"]),
        Metric: (Metric.objects.get(ident="sales"), public["metrics"]),
        Target: (target, public["metrics"]),
        PastTotal: (past, public["metrics"]),
        Dataset: (Dataset.objects.get(ident="baskets"), public["datasets"]),
    }
