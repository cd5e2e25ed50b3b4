"""波动拆解: why a metric differs between two spans, by its factors and by the values of each dimension."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_safe

from opsloop.base.acts.about import ref
from opsloop.base.people import posts
from opsloop.base.policy.scopes import visible
from opsloop.base.things.errors import NotFound, Refused, Text
from opsloop.data.explore import explained
from opsloop.data.metrics import api, period_names
from opsloop.data.metrics.dims import titles
from opsloop.data.metrics.latest import Wanted, figures
from opsloop.data.metrics.models import Metric
from opsloop.data.metrics.periods import back, earlier, end
from opsloop.data.metrics.questions import Trust
from opsloop.data.metrics.shown import exact, shown, signed
from opsloop.ui.days import day_of
from opsloop.ui.page import PersonRequest, page

Days = tuple[date, date, date, date]


@require_safe
@page(see="metrics")
def explain_page(request: PersonRequest) -> HttpResponse:
    """Whoever sees a figure move asks: which part of it? The parts add up to the whole."""
    asked = request.GET.get("metric") or request.GET.get("m", "")  # explore's word for the same
    row = visible(request.person, Metric).filter(ident=asked, withdrawn=False).first()
    rows = sorted(((one.ident, one.name) for one in Metric.objects.filter(withdrawn=False)), key=lambda pair: pair[1])
    if row is None and asked:
        raise NotFound(_t("There is no such metric."))
    context: dict[str, Any] = {"metric": row, "metrics": rows}
    if row is not None:
        context |= _explained(request, row)
    return render(request, "explore/explain.html", context)


def _explained(request: PersonRequest, row: Metric) -> dict[str, Any]:
    judges = api.Judges([row.ident])
    trust = judges.trust(row.ident)
    if trust.last_day is None:
        return {"wrong": trust.waiting or _t("There is no data yet.")}
    a, b, c, d = (day_of(request.GET.get(name, "")) for name in "abcd")
    days = explained.spans(a, b, c, d, trust.last_day)
    by = tuple(request.GET.getlist("by"))
    context: dict[str, Any] = {"days": days, "choices": _choices(row.ident, days, trust), "by": by}
    context["trust"] = _together(judges.trust(row.ident, *days[:2]), judges.trust(row.ident, *days[2:]))
    try:
        found = api.explain(row.ident, *days, by=by or None, person=request.person)
    except Refused as error:
        return context | {"wrong": error.text}
    look = figures([Wanted(metric=row.ident, grain="week")], request.person)[0].look
    names = titles([row.ident], [one.by for one in found.splits])
    than = explained.against_name(*days)
    sentence = explained.sentence(found, look, than, names)
    factors = explained.factor_lines(found.factors, found, look) if found.factors else None
    return context | {
        "found": found,
        "look": look,
        "sentence": sentence,
        "about": ref(row),
        "task": _t("Find out why: {what}").format(what=sentence)[:190],
        "owner": posts.titles().get(row.obj.owner, row.obj.owner),
        "change": explained.change(found, look),
        "now": shown(found.now, look),
        "now_exact": exact(found.now, look),
        "then_exact": exact(found.then, look),
        "difference": signed(found.difference, look),
        "now_name": period_names.span_name(*days[:2]),
        "then_name": period_names.span_name(*days[2:]),
        "factors": factors,
        "splits": [
            explained.lines_of(one, found, look, days, names[one.by]) for one in explained.easiest_first(found.splits)
        ],
    }


def _together(now: Trust, then: Trust) -> Trust:
    """Of a comparison: the doubts of both spans."""
    return replace(now, doubts=tuple(dict.fromkeys((*now.doubts, *then.doubts))))


def _choices(ident: str, days: Days, trust: Trust) -> list[tuple[Text, str, bool]]:
    """(words, address, chosen) of the comparisons that people ask for most."""
    assert trust.last_day is not None
    found = []
    for grain, words in (
        ("day", _t("yesterday against the day before")),
        ("week", _t("last week against the week before")),
        ("month", _t("last month against the month before")),
    ):
        first = period_names.last_whole(trust.last_day, grain)
        before = back(first, grain, 1)
        found.append((words, (first, end(first, grain), before, end(before, grain))))
    grain = explained.grain_of(*days[:2]) or "total"
    found.append((_t("the same days last year"), (*days[:2], *earlier(days[0], days[1], grain, "year"))))
    newest = trust.last_day
    month = newest.replace(day=1)
    before = back(month, "month", 1)
    so_far = min(before + (newest - month), month - timedelta(days=1))
    found.append((_t("this month so far against the same days of the month before"), (month, newest, before, so_far)))
    return [(words, _address(ident, one), one == days) for words, one in found]


def _address(ident: str, days: Days) -> str:
    return urlencode([("metric", ident), *zip("abcd", (day.isoformat() for day in days), strict=True)])
