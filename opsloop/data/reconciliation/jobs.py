"""Our side is computed anew whenever a data version appears, and once an hour in case that was missed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opsloop.base.jobs.api import Context, scheduled, task
from opsloop.base.people.models import Person
from opsloop.data.reconciliation.actions import MOST, MeasuredRow, measure
from opsloop.data.reconciliation.agreements import Agreement, agreement_of, agreements
from opsloop.data.reconciliation.figures import newest_by_day
from opsloop.data.reconciliation.models import Control

FOLLOW_ONE = "reconciliation.measure"
MAY = ("reconciliation.measure",)


@task(FOLLOW_ONE, _("Reconcile a source"), prepare=True, may=MAY)
def measure_one(ctx: Context, source: str) -> Callable[[], None] | None:
    """Sum outside the transaction, then write the days that changed."""
    agreement = agreement_of(source)
    return None if agreement is None else measuring(agreement, ctx.by)


@scheduled("reconciliation.round", _("Reconcile all sources"), cron="25 * * * *", prepare=True, may=MAY)
def measure_all(ctx: Context) -> None:
    """Every source with an agreement; those without a change cost one query."""
    for agreement in agreements():
        write = measuring(agreement, ctx.by)
        if write is not None:
            with ctx.checkpoint():
                write()


def measuring(agreement: Agreement, by: Person) -> Callable[[], None] | None:
    """What is to be written for a source, or None when nothing changed."""
    since = timezone.localdate() - timedelta(days=MOST - 1)
    snapshot, ours = newest_by_day(agreement.table, agreement.figure, since)
    if snapshot is None:
        return None
    control: dict[date, Decimal] = {}
    if agreement.other is not None:
        _version, control = newest_by_day(agreement.other.table, agreement.other.figure, since)
    rows = changed(agreement, ours, control, since)
    if not rows:
        return None
    return lambda: measure(by=by, source=agreement.source, snapshot=snapshot.pk, rows=rows)


def changed(
    agreement: Agreement, ours: dict[date, Decimal], control: dict[date, Decimal], since: date
) -> list[MeasuredRow]:
    """The days whose figures are not what stands in the rows."""
    there = {
        row.day: row for row in Control.objects.filter(source=agreement.source, figure=agreement.figure, day__gte=since)
    }
    out = []
    for day in sorted(ours.keys() | control.keys() | there.keys()):
        row, mine, theirs = there.get(day), ours.get(day), control.get(day)
        limit = (agreement.limit, agreement.amount)
        known = (row.ours, (row.limit, row.limit_amount)) if row is not None else (None, limit)
        moved = theirs is not None and (row is None or row.control != theirs)
        if known != (mine, limit) or moved:
            out.append(MeasuredRow(day, mine, theirs))
    return out
