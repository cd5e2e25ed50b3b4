"""头部客户: those on whom most of a metric rests, and who of them was not there lately; for whoever calls them back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _t

from opsloop.base.acts import Call, perform
from opsloop.base.policy.rules import can
from opsloop.base.policy.scopes import visible
from opsloop.base.things.errors import NotFound, Refused
from opsloop.data.explore.files import file_of
from opsloop.data.metrics import addresses, api
from opsloop.data.metrics.dims import titles, whom
from opsloop.data.metrics.durations import duration, wrong_duration
from opsloop.data.metrics.firsts import Firsts, One, Wanted, addable, firsts
from opsloop.data.metrics.models import Metric
from opsloop.data.metrics.shown import Look, look_of, shown
from opsloop.ui.days import day_of
from opsloop.ui.formats import percent
from opsloop.ui.page import PersonRequest, page

MOST = 50
"""So many are shown; the export has them all."""
USUAL = Wanted("", "")


@page(see="metrics")
def first_list(request: PersonRequest) -> HttpResponse:
    """Who they are, as far as one's position reads it, and what each has. A POST takes the list along."""
    wanted = _wanted(request.GET)
    if not wanted.metric:
        return redirect("metrics:catalogue")
    row = visible(request.person, Metric).filter(ident=wanted.metric, withdrawn=False).first()
    if row is None:
        raise NotFound(_t("There is no such metric."))
    wanted = wanted if wanted.of else replace(wanted, of=whom(row.obj))
    context: dict[str, object] = {"metric": row, "wanted": wanted, "span": duration(wanted.silent).said}
    try:
        found, look, until = _found(request, row, wanted)
    except Refused as error:
        return render(request, "explore/firsts.html", context | {"wrong": error.text})
    of = titles([row.ident], [wanted.of])[wanted.of]
    only = request.GET.get("only") == "silent"
    ones = [one for one in found.ones if one.silent or not only]
    if request.method == "POST":
        return _export(request, row, of, ones)
    context |= {
        "found": found,
        "only": only,
        "until": until,
        "of": of,
        "lines": [(n, one, shown(one.value, look)) for n, one in enumerate(ones[:MOST], 1)],
        "total": len(ones),
        "most": MOST,
        "every": addresses.firsts(wanted, until),
        "silent": addresses.firsts(wanted, until, silent=True),
        "may_export": ones and can(request.person, "explore.export"),
    }
    return render(request, "explore/firsts.html", context)


def _wanted(said: QueryDict) -> Wanted:
    """As the address says; what it says wrongly is as usual."""
    share = said.get("percent", "")
    spans = (said.get(name, "") for name in ("over", "silent"))
    over, silent = (text if text and wrong_duration(text) is None else "" for text in spans)
    return Wanted(
        said.get("metric", ""), said.get("of", ""),
        int(share) if share.isdecimal() and 0 < int(share) < 100 else USUAL.percent,
        over or USUAL.over, silent or USUAL.silent,
    )  # fmt: skip


def _found(request: PersonRequest, row: Metric, wanted: Wanted) -> tuple[Firsts, Look, date]:
    """Raises Refused where nobody can be counted."""
    if not addable(row.obj):
        raise Refused(_t("Only sums and counts can be shared out among those they come from."))
    until = day_of(request.GET.get("to", "")) or api.trust(row.ident).last_day
    if until is None or not wanted.of:
        raise Refused(_t("There is no data yet, or the address does not say of whom."))
    every, lately = (api.ask(one, request.person).results[0] for one in wanted.questions(until))
    found = firsts(every, lately, wanted.percent)
    if found is None:
        raise Refused(every.waiting or _t("Nobody has anything in these days."))
    return found, look_of(every), until


def _export(request: PersonRequest, row: Metric, of: str, ones: list[One]) -> HttpResponse:
    kind = request.POST.get("export", "")
    what = _t("those on whom {metric} rests").format(metric=row.name)
    said = {"what": what, "address": request.GET.urlencode(), "rows": len(ones), "kind": kind}
    perform("explore.export", said, Call(by=request.person, via="page"))
    heads = [of, row.name, _t("Share of all"), _t("Share with those before"), _t("Silent")]
    told = {True: _t("yes"), False: _t("no")}
    rows = [(one.name, round(one.value, 2), percent(one.share, 2), percent(one.together, 1), told[one.silent])
            for one in ones]  # fmt: skip
    return file_of(kind, what, heads, rows)
