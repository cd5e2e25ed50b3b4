"""Monitors judge when new data is there and once an hour; overdue alerts are escalated, silences end."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import acting
from opsloop.base.due import Done, Due, when_due
from opsloop.base.jobs.api import Context, scheduled, task
from opsloop.base.people.models import Person
from opsloop.engine.monitors.actions import wake
from opsloop.engine.monitors.backtesting import backtest, keep, untested
from opsloop.engine.monitors.compiled import BACKTEST
from opsloop.engine.monitors.models import Alert, Monitor
from opsloop.engine.monitors.raising import escalate, give_back, here
from opsloop.engine.monitors.rounds import Round, go_round
from opsloop.engine.monitors.transitions import ALIVE
from opsloop.engine.monitors.words import State

ROUND = "monitors.judge"
MAY = ("monitors.raise_alert", "monitors.grow", "monitors.escalate", "monitors.recover", "monitors.wake",
       "monitors.give_back", "monitors.join")  # fmt: skip


@task(ROUND, _("Judge the monitors"), prepare=True, may=MAY)
def judge_now(ctx: Context) -> None:
    """After a new data version. The acts of a round are done one by one: a second round finds what is missing."""
    with acting(ctx.call()):
        go_round(ctx.by)


@scheduled("monitors.round", _("Judge all monitors"), cron="35 * * * *", prepare=True, may=MAY)
def judge_all(ctx: Context) -> None:
    """What no data version caused: data that does not come, and rounds that were lost."""
    with acting(ctx.call()):
        go_round(ctx.by)


@scheduled("monitors.mind", _("Escalate alerts, end silences"), cron="*/10 * * * *", may=MAY)
def mind(ctx: Context) -> None:
    """Each overdue alert is escalated once."""
    mind_at(ctx.by, timezone.now())


def mind_at(by: Person, now: datetime) -> list[Alert]:
    """Answers the alerts that were escalated."""
    for alert in Alert.objects.filter(state=State.SILENCED, silenced_until__lte=now):
        wake(alert, by=by)
    for alert in left_behind():
        give_back(alert, by=by)
    late = Alert.objects.filter(state=State.OPEN, due_at__lt=now, escalated_at__isnull=True)
    return [escalate(alert, by=by) for alert in late]


def left_behind() -> list[Alert]:
    """Alerts that are not closed and whose doer holds no post any more."""
    staff = here().values("person_id")
    rows = Alert.objects.filter(state__in=ALIVE).select_related("assignment__doer", "acknowledged_by", "monitor")
    gone = Q(assignment__doer__isnull=False) & ~Q(assignment__doer__in=staff)
    without = Q(assignment=None, acknowledged_by__isnull=False) & ~Q(acknowledged_by__in=staff)
    return list(rows.filter(gone | without))


@task(BACKTEST, _("Back-test monitors"), prepare=True)
def backtest_new(ctx: Context, ident: str = "") -> None:
    """The one that was asked for, else those that have none of their present definition."""
    rows = list(Monitor.objects.filter(ident=ident, withdrawn=False)) if ident else untested()
    keep(backtest(rows))


@scheduled("monitors.backtest_again", _("Back-test again what could not be"), cron="50 6 * * *", prepare=True)
def backtest_again(ctx: Context) -> None:
    """What had not enough history, or no data, when its file was published."""
    keep(backtest(untested()))


@when_due("monitors", order=40, may=MAY)
def judge_due(asked: Due) -> list[Done]:
    """Judge, then escalate what is overdue at that moment."""
    keep(backtest(untested(now=asked.now), asked.now), asked.now)
    done = go_round(asked.by, asked.now)
    mind_at(asked.by, asked.now)
    return told(done)


def told(done: Round) -> list[Done]:
    """What a round did, line by line."""
    words = ((done.opened, _t("Alert opened: {alert}")), (done.grown, _t("Alert has grown: {alert}")),
             (done.ended, _t("Alert ended: {alert}")))  # fmt: skip
    return [Done(text.format(alert=alert), {"alert": alert.pk}) for alerts, text in words for alert in alerts]
