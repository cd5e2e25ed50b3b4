"""Behind `opsloop monitor run` and `opsloop monitor backtest`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _t

from opsloop.base.people.models import Person
from opsloop.base.things.errors import NotFound
from opsloop.engine.monitors.backtesting import Backtest, backtest, keep
from opsloop.engine.monitors.budget import Load, a_day, loads
from opsloop.engine.monitors.jobs import told
from opsloop.engine.monitors.models import Look, Monitor
from opsloop.engine.monitors.rounds import Judged, go_round


def chosen(name: str) -> list[Monitor]:
    """The monitors in force, or the one of this id. Raises NotFound naming those that there are."""
    rows = list(Monitor.objects.filter(withdrawn=False).order_by("ident"))
    if not name:
        return rows
    found = [row for row in rows if row.ident == name]
    if not found:
        there = ", ".join(row.ident for row in rows) or "-"
        raise NotFound(_t("There is no monitor {name}; there are: {there}").format(name=name, there=there))
    return found


def run(name: str, by: Person) -> tuple[list[str], list[dict[str, Any]]]:
    """Judge now. Lines for people, and one object a monitor. Raises NotFound."""
    rows = chosen(name)
    if name and not rows[0].is_on:
        return [_t("{monitor} is switched off.").format(monitor=rows[0].name)], []
    done = go_round(by, names=[name] if name else ())
    lines = [f"{one.row.name}: {one.verdict.label} {one.said}".rstrip() for one in done.judged]
    lines += [one.text for one in told(done)]
    opened = {alert.monitor_id: alert for alert in (*done.opened, *done.grown)}
    return lines, [_plain(one, opened.get(one.row.pk)) for one in done.judged]


def _plain(one: Judged, alert: Any) -> dict[str, Any]:
    return {
        "monitor": one.row.ident, "verdict": str(one.verdict), "day": one.day.isoformat() if one.day else None,
        "said": one.said, "alert": alert.pk if alert is not None else None,
        "readings": [
            {"day": r.day.isoformat(), "metric": r.metric, "value": r.value, "expected": r.expected, "low": r.low,
             "high": r.high, "score": r.score, "severity": r.severity, "why": str(r.why)}
            for r in one.readings
        ],
    }  # fmt: skip


def tested(name: str) -> tuple[list[str], list[dict[str, Any]]]:
    """Back-test, and remember it. Lines for people, and one object a monitor. Raises NotFound."""
    found = backtest(chosen(name))
    keep(found)
    titles = {row.ident: row.name for row in Monitor.objects.all()}
    owners = {row.ident: row.owner for row in Monitor.objects.all()}
    together = loads(Look.objects.select_related("monitor").filter(monitor__withdrawn=False))
    plain = [
        {**one.plain(), "owner": owners[one.ident], "together": _load(together, owners[one.ident])} for one in found
    ]
    asked = {owners[one.ident] for one in found}
    lines = [_line(titles[one.ident], one) for one in found]
    return lines + [_together(owner, one) for owner, one in sorted(together.items()) if owner in asked], plain


def _load(together: Mapping[str, Load], owner: str) -> dict[str, Any] | None:
    one = together.get(owner)
    if one is None:
        return None
    day = one.day.isoformat() if one.day else None
    return {"alerts": one.alerts, "most_a_day": one.most, "day": day, "days_over": one.over, "joined": one.joined}


def _together(owner: str, one: Load) -> str:
    if one.day is None:
        return _t("{owner}: no alert in the year").format(owner=owner)
    text = _t("{owner}: {n} alerts in the year, at most {most} on one day ({day}), of {budget} allowed")
    return text.format(owner=owner, n=one.alerts, most=one.most, day=one.day, budget=a_day())


def _line(title: str, one: Backtest) -> str:
    if one.cannot:
        return _t("{monitor}: cannot judge, {why}").format(monitor=title, why=one.cannot)
    if one.a_year is None or one.since is None:
        return _t("{monitor}: too few days to say how many alarms a year").format(monitor=title)
    text = _t("{monitor}: {n} alerts from {since} to {until}, {year} a year")
    return text.format(monitor=title, n=len(one.alerts), since=one.since, until=one.until, year=f"{one.a_year:.1f}")


__all__: Sequence[str] = ("chosen", "run", "tested")
