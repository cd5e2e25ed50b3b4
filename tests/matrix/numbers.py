"""The things of the data floor and where they belong: sources and loads, control figures, definitions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import Model

from opsloop.base.kinds.fields import plain
from opsloop.base.people.models import Department, Person
from opsloop.connectors.channels.models import Channel
from opsloop.data.datasets.models import Dataset
from opsloop.data.metrics.models import Metric, PastTotal, Target
from opsloop.data.reconciliation.models import Control, State
from opsloop.data.sources.models import Attempt, Headings, Late, Load, LoadState, Repair, Source
from opsloop.data.sources.prepared import Prepared
from opsloop.data.submissions.models import Figure, Submission
from opsloop.data.submissions.tests.conftest import losses
from opsloop.engine.monitors.models import Alert, AlertPart, MarkedDays, Monitor
from opsloop.engine.sops.models import Review, Sop
from opsloop.modules.notes import models as notes
from opsloop.modules.reports.models import Direction, Edition, OwnCopy, OwnReport, Report
from tests.matrix.oracle import Place, Row

DAY = date(2026, 11, 2)
SHEET = "matrix-sheet"
Things = dict[type[Model], tuple[Any, Row]]


def attempt(source: Source, by: Person, now: datetime) -> Attempt:
    """Nothing in it: what an act would publish is an empty load."""
    return Attempt.objects.create(source=source, by=by, file="matrix.csv", began_at=now, prepared=Prepared().plain())


def shared(by: Person, now: datetime) -> Things:
    """What belongs to nobody: whoever sees the noun sees it. Within `given()`."""
    source = Source.objects.get(ident="loads")
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
    late = Late(source=source, day=DAY, noted_at=now)
    late.save()
    headings = Headings(source=source, headings=["a"], columns={"a": "a"}, file="matrix.csv", by=by, at=now)
    headings.save()
    sheet = losses()
    Source(ident=SHEET, number=1, sha256="", title=sheet.title, definition=plain(type(sheet), sheet)).save()
    channel = Channel(name="matrix", code="matrix", service="wecom", tail="abcd", kinds=[])
    channel.save()
    note = notes.Note.objects.get(ident="morning")
    edition = notes.Edition(note=note, day=DAY, title="matrix", body="matrix", at=now)
    edition.save()
    procedure = Sop.objects.get(ident="complaint")
    review = Review(sop=procedure, number=procedure.number, due_on=DAY, limit_on=DAY, asked_at=now)
    review.save()
    nouns = ("sources", "reconciliation", "metrics", "datasets", "monitors", "channels", "notes", "sops")
    public = {noun: Row(noun, everyone=True, loose=True) for noun in nouns}
    return {
        Source: (source, public["sources"]),
        Load: (load, public["sources"]),
        Late: (late, public["sources"]),
        Headings: (headings, public["sources"]),
        Repair: (repair, Row("sources")),
        Control: (control, public["reconciliation"]),
        Metric: (Metric.objects.get(ident="sales"), public["metrics"]),
        Target: (target, public["metrics"]),
        PastTotal: (past, public["metrics"]),
        notes.Note: (note, public["notes"]),
        notes.Edition: (edition, public["notes"]),
        Channel: (channel, public["channels"]),
        Sop: (procedure, public["sops"]),
        Review: (review, public["sops"]),
        Dataset: (Dataset.objects.get(ident="baskets"), public["datasets"]),
        **{model: (row, public["monitors"]) for model, row in watched(now).items()},
        **reported(by, now),
    }


REPORTERS = frozenset({"data-analyst", "operations-manager", "operations-director"})
"""Whom the standard's weekly report names."""


def reported(by: Person, now: datetime) -> Things:
    """The weekly report of the standard, an issued edition of it, and a direction on it."""
    report = Report.objects.get(ident="weekly")
    edition = Edition(
        report=report, title="matrix", number="ZB-2026-45", grain="week", since=DAY, until=DAY + timedelta(days=6),
        due_at=now, drafted_at=now, state="issued", issued_at=now,
    )  # fmt: skip
    edition.save()
    said = Direction(edition=edition, text="matrix", given_by=by, given_at=now)
    said.save()
    named = Row("reports", None, REPORTERS)
    everyone = Row("reports", everyone=True, loose=True)
    return {Report: (report, everyone), Edition: (edition, named), Direction: (said, named)}


def watched(now: datetime) -> dict[type[Model], Any]:
    """A monitor of the standard, an alert of it with a part, and days that a campaign marks."""
    monitor = Monitor.objects.get(ident="sales-drop")
    alert = Alert(
        monitor=monitor, title="matrix", sort="usual", severity="warn", key="matrix", every="day", first_day=DAY,
        last_day=DAY, owner=monitor.owner, opened_at=now, due_at=now,
    )  # fmt: skip
    alert.save()
    part = AlertPart(alert=alert, monitor=monitor.ident, metric="sales", sort="usual", day=DAY, severity="warn")
    part.save()
    days = MarkedDays(title="matrix", first_day=DAY, last_day=DAY)
    days.save()
    return {Monitor: monitor, Alert: alert, AlertPart: part, MarkedDays: days}


def own(add: Callable[..., Any], person: Person, key: str, where: tuple[Department, Place], n: int) -> None:
    """Somebody's sheet of a day of its own, filled in for their department, and a figure changed on it."""
    department, place = where
    row, due = Row("submissions", place, frozenset({key})), datetime(2026, 12, 1, tzinfo=UTC)
    sheet = add(
        Submission, row, "comment", source=Source.objects.get(ident=SHEET), day=DAY - timedelta(days=n),
        department=department, due_at=due, submitted_by=person,
    )  # fmt: skip
    add(Figure, row, "reason", submission=sheet, row="Fruit", column="amount", by=person, at=due)
    mine = Row("reports", None, frozenset({key}))
    week = {"since": DAY, "until": DAY + timedelta(days=6), "drafted_at": due}
    report = add(OwnReport, mine, "words", person=person, **week)
    add(OwnCopy, mine, own=report, person=person)
