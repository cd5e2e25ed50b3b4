"""待放行: why a load is held, as figures, a picture and sample rows; then release it or turn it back."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_POST

from opsloop.base.acts import Forbidden, Refused
from opsloop.base.people.models import Person
from opsloop.base.policy.rules import can, mask
from opsloop.base.policy.scopes import visible
from opsloop.base.things.errors import NotFound
from opsloop.data.cleaning import readers
from opsloop.data.cleaning.engine import connected
from opsloop.data.cleaning.reading import Unreadable
from opsloop.data.sources import asiding, faults, orders
from opsloop.data.sources.actions import is_held
from opsloop.data.sources.contracts import contract_of, manner_of
from opsloop.data.sources.definition import definition_of
from opsloop.data.sources.kinds.words import Than
from opsloop.data.sources.loading import files, holding
from opsloop.data.sources.models import Load, LoadState
from opsloop.data.sources.publishing import refuse_second_hand
from opsloop.ui.charts import Chart, Series
from opsloop.ui.formats import day as day_text
from opsloop.ui.page import PersonRequest, page

WEEKS, LOADS, SAMPLE, MANY = 8, 8, 15, 3
MEMORY = "512MB"


@dataclass(frozen=True, slots=True)
class Sample:
    """The first rows of the file as they are. fault: why there are none."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    fault: str = ""


def why(load: Load) -> list[str]:
    """Each reason for which it is held, in words."""
    titles = _titles(load)
    return [holding.said(reason, titles) for reason in load.hold_reasons]


def _titles(load: Load) -> dict[str, str]:
    return {name: one.title or name for name, one in load.source.obj.columns.items()}


def context(person: Person, load: Load) -> dict[str, Any]:
    """What somebody needs to decide."""
    going_on = orders.going_on(load.source, load)
    return {
        "why": why(load),
        "chart": _chart(load, _titles(load)),
        "sample": sample(person, load),
        "going_on": going_on,
        "may_release": going_on is None and can(person, "sources.release", load),
        "may_turn_back": going_on is None and can(person, "sources.turn_back", load),
    }


def _chart(load: Load, titles: dict[str, str]) -> Chart | None:
    """The figure it is held for against those of earlier loads; none where nothing is compared."""
    reason = next((one for one in load.hold_reasons if one["code"] in ("below", "above")), None)
    if reason is None or load.due_on is None:
        return None
    figure, past = str(reason["figure"]), _past(load, str(reason["figure"]))
    if not past:
        return None
    title = _t("Rows") if figure == "rows" else titles.get(figure, figure)
    labels = [day_text(day) for day, _value in past] + [day_text(load.due_on)]
    usual = float(reason["usual"])
    summary = _t("{figure} of {day}: {ours}; the usual is {usual}.").format(
        figure=title, day=day_text(load.due_on), ours=f"{reason['ours']:,.0f}", usual=f"{usual:,.0f}"
    )
    values = [value for _day, value in past]
    ours = [*[None] * len(values), float(reason["ours"])]
    series = [
        Series(_t("Earlier loads"), [*values, None], "bar", muted=True),
        Series(_t("This load"), ours, "bar"),
        Series(_t("Median"), [usual] * (len(values) + 1), "line"),
    ]
    drawn = Chart("held", labels, series, summary).option["series"]
    drawn[1]["barGap"] = "-100%"  # one bar a day, in the middle of its place
    return Chart("held", labels, series, summary, label_head=_t("Business day"), extra={"series": drawn})


def _past(load: Load, figure: str) -> list[tuple[Any, float]]:
    """(business day, figure) of the loads that it is compared with, oldest first."""
    rules = definition_of(load.source).hold_if
    bound = (rules.rows if figure == "rows" else rules.figures.get(figure)) if rules else None
    rows = Load.objects.filter(source=load.source, state=LoadState.LOADED, repairs=None, due_on__lt=load.due_on)
    if load.due_on is not None and (bound is None or bound.of is Than.SAME_WEEKDAY):
        rows = rows.filter(due_on__in=[load.due_on - timedelta(weeks=n) for n in range(1, WEEKS + 1)])
    by_day: dict[Any, float] = {}
    for one in rows.order_by("-due_on", "-id")[: 4 * LOADS]:
        value = float(one.rows_in) if figure == "rows" else one.figures.get(figure)
        if value is not None and not _of_many_days(one):
            by_day[one.due_on] = by_day.get(one.due_on, 0.0) + value
    return sorted(by_day.items())[-LOADS:]


def _of_many_days(load: Load) -> bool:
    """What brought weeks at once, as a first load does, is no measure for a day: beside its bar no other is seen."""
    return load.first_day is not None and load.last_day is not None and (load.last_day - load.first_day).days >= MANY


def sample(person: Person, load: Load) -> Sample:
    """The first rows of the held file, mapped to the source's columns; what one may not read is masked."""
    contract, closed = contract_of(load.source), asiding.hidden(load.source, person)
    path = files.held_path(load.held_file)
    with tempfile.TemporaryDirectory(prefix="opsloop-sample-") as folder:
        try:
            reading = readers.read(path, load.file, contract, manner_of(load.source), Path(folder))
            with connected(Path(folder), MEMORY) as con:
                names = list(reading.columns)
                columns = ", ".join(f"{reading.columns[name]}::varchar" for name in names)
                sql = f"select {columns} from {reading.relation} limit {SAMPLE}"  # noqa: S608  # the reader quotes
                found = con.execute(sql).fetchall()
        except (Unreadable, OSError) as error:
            return Sample([], [], faults.fault(error, load.file))
    rows = [
        [mask(cell) if cell and name in closed else cell or "" for name, cell in zip(names, row, strict=True)]
        for row in found
    ]
    titles = _titles(load)
    return Sample([titles[name] for name in names], rows)


def reason_of(request: PersonRequest) -> str:
    """What was typed as the reason. Raises Refused for none."""
    said = request.POST.get("why", "").strip()
    if len(said) < 3:
        raise Refused(_t("Say why, in a few words: others will read it."), field="why")
    return said[:2000]


@require_POST
@page(act="sources.release")
def decide(request: PersonRequest, pk: int) -> HttpResponse:
    """Release the load or turn it back, with the reason."""
    load = visible(request.person, Load).select_related("source").filter(pk=pk).first()
    if load is None:
        raise NotFound(_t("There is no such load."))
    do = orders.Do.TURN_BACK if request.POST.get("decision") == "turn_back" else orders.Do.RELEASE
    if not can(request.person, f"sources.{do.value}", load):
        raise Forbidden(_t("This page is not for your position."))
    order = orders.Order(do, load.source, reason_of(request), load)
    if said := is_held(load):
        raise Refused(said)
    if do is orders.Do.RELEASE:
        refuse_second_hand(load, request.person)
    if not order.is_small:
        return redirect("sources:work", orders.put(order, request.person).pk)
    messages.success(request, orders.decide(order, request.person)["said"])
    return redirect(load.get_absolute_url())
