"""预警: what is wrong and who has it; and the monitors with what they would have said last year."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_safe

from opsloop.base.acts.about import ref
from opsloop.base.calendar.limits import parse
from opsloop.base.inbox.api import holders, mark_read_about
from opsloop.base.kinds import known
from opsloop.base.people import posts
from opsloop.base.policy.scopes import visible
from opsloop.base.things.errors import NotFound
from opsloop.engine.findings.api import states_of
from opsloop.engine.monitors.budget import a_day, load_of
from opsloop.engine.monitors.days import marked
from opsloop.engine.monitors.definition import MonitorFile
from opsloop.engine.monitors.improving import look_into
from opsloop.engine.monitors.lists import Alerts, Marks, Monitors, late
from opsloop.engine.monitors.models import Alert, AlertPart, Monitor
from opsloop.engine.monitors.pictures import NEAR, YEAR, band, readings_of
from opsloop.engine.monitors.rounds import wants
from opsloop.engine.monitors.series import Series, Want, fetch
from opsloop.engine.monitors.shown import against_title, headline, lines_of, rule_words, why_address
from opsloop.engine.monitors.words import Sort
from opsloop.ui.lists import list_page
from opsloop.ui.page import PersonRequest, page

NO_FIGURE = (Sort.LATE, Sort.BLIND)


@page(see="monitors")
def alert_list(request: PersonRequest) -> HttpResponse:
    return list_page(request, Alerts, template="monitors/alerts.html")


@page(see="monitors")
def monitor_list(request: PersonRequest) -> HttpResponse:
    return list_page(request, Monitors, template="monitors/rules.html")


@page(see="monitors")
def marked_list(request: PersonRequest) -> HttpResponse:
    return list_page(request, Marks)


@require_safe
@page(see="monitors")
def alert_page(request: PersonRequest, pk: int) -> HttpResponse:
    """One alert: the figure with its picture, the parts, why it moved, and who has it until when."""
    rows = visible(request.person, Alert).select_related(
        "monitor", "acknowledged_by", "closed_by", "assignment__doer", "assignment__position"
    )
    alert = rows.filter(pk=pk).first()
    if alert is None:
        raise NotFound(_t("There is no such alert."))
    mark_read_about(request.person, alert)
    parts = list(alert.parts.order_by("-day", "pk"))
    series = fetch(_wants(alert, parts))
    lines = lines_of(alert, parts, series)
    context = {
        "alert": alert,
        "lines": lines,
        "against": against_title(lines),
        "head": next((one for one in lines if one.severity), None),
        "headline": headline(alert, lines, parts),
        "chart": _picture(alert, parts, series),
        "owner": posts.titles().get(alert.owner, alert.owner),
        "holders": [person.name for person in holders(alert.owner)],
        "late": late(alert),
        "about": ref(alert),
        "found": states_of([alert])[ref(alert)],
        "limit": _limit(alert),
        "task": look_into(alert),
        "no_figure": alert.sort in NO_FIGURE,
        "sop": known.named("sop", alert.opens) if alert.opens else None,
    }
    return render(request, "monitors/alert.html", context)


def _limit(alert: Alert) -> str:
    """What an assignment about it is asked for by: the alert's own limit while that lies ahead."""
    at = alert.assignment.limit_at if alert.assignment is not None else alert.due_at
    return f"{timezone.localtime(at):%Y-%m-%dT%H:%M}" if at > timezone.now() else ""


def _wants(alert: Alert, parts: list[AlertPart]) -> list[Want]:
    obj = alert.monitor.obj
    own = {want.metric: want for want in wants(obj)}
    others = [own.get(one, Want(one, obj.every)) for one in dict.fromkeys(part.metric for part in parts)]
    return list(dict.fromkeys([*own.values(), *others]))


def _picture(alert: Alert, parts: list[AlertPart], series: dict[Want, Series]) -> object:
    if alert.sort in NO_FIGURE:
        return None
    obj = alert.monitor.obj
    mine = series[wants(obj)[0]]
    readings = readings_of(obj, mine, marked(), NEAR[obj.every])
    wrong = [part.day for part in parts if part.severity and part.metric == obj.watches]
    return band("history", mine, readings, wrong) if readings else None


@require_safe
@page(see="monitors")
def monitor_page(request: PersonRequest, ident: str) -> HttpResponse:
    """One monitor: what it watches, what it would have said last year, and the switch."""
    row = visible(request.person, Monitor).select_related("look", "switched_by").filter(ident=ident).first()
    if row is None:
        raise NotFound(_t("There is no such monitor."))
    obj, look = row.obj, getattr(row, "look", None)
    tested = look.backtest if look is not None and look.backtest.get("sha256") == row.sha256 else None
    series = fetch(wants(obj)[:1])[wants(obj)[0]]
    readings = [] if obj.form == "late" else readings_of(obj, series, marked(), YEAR[obj.every])
    days = [date.fromisoformat(one["worst"]) for one in tested["alerts"]] if tested else []
    titles = posts.titles()
    context = {
        "row": row,
        "said": obj,
        "look": look,
        "tested": tested,
        "past": [_past(one, obj) for one in reversed(tested["alerts"])] if tested else [],
        "chart": band("backtest", series, readings, days) if readings else None,
        "series": series,
        "words": rule_words(obj, series),
        "load": load_of(row.owner, row.pk) if tested and not tested["cannot"] else None,
        "budget": a_day(),
        "acknowledge": str(parse(obj.acknowledge_within)),
        "closing": str(parse(obj.close_within)),
        "owner": titles.get(obj.owner, obj.owner),
        "alerts": visible(request.person, Alert).filter(monitor=row).order_by("-opened_at")[:10],
    }
    return render(request, "monitors/monitor.html", context)


def _past(one: dict[str, str], obj: MonitorFile) -> dict[str, object]:
    worst = date.fromisoformat(one["worst"])
    return {
        "first": date.fromisoformat(one["first"]),
        "last": date.fromisoformat(one["last"]),
        "worst": worst,
        "severity": one["severity"],
        "why": why_address(obj.watches, worst, obj.every),
    }
