"""数据更新日历 and what stands behind its cells: a day, a source, a load."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_safe

from opsloop.base.people.posts import title_of
from opsloop.base.policy.scopes import sees, visible
from opsloop.base.things.errors import NotFound
from opsloop.data.lake.manifest import newest
from opsloop.data.sources import held_views, wording
from opsloop.data.sources.calendar import Day, DayState, calendar, freshness
from opsloop.data.sources.kinds.arrives import Drop, Filled
from opsloop.data.sources.lists import Loads
from opsloop.data.sources.models import Headings, Load, LoadState, Source
from opsloop.data.sources.queries import hands, held_loads, judged_day, open_asides, running, summary
from opsloop.data.sources.rhythm import days
from opsloop.ui.lists import list_page
from opsloop.ui.page import PersonRequest, page

SPANS = (14, 31)
LAST_LOADS = 15


def tabs(request: PersonRequest) -> dict[str, Any]:
    """The pages beside the calendar, with how much waits there."""
    return {
        "waits_held": held_loads(request.person).count(),
        "waits_aside": sum(one.rows for one in open_asides(request.person)),
    }


@require_safe
@page(see="sources")
def calendar_page(request: PersonRequest) -> HttpResponse:
    """Is everything there? What needs a hand stands first, then source by day with today at the right."""
    said = request.GET.get("days", "")
    span = int(said) if said.isdigit() and int(said) in SPANS else SPANS[0]
    today = timezone.localdate()
    sources = list(visible(request.person, Source).filter(withdrawn=False).order_by("title"))
    whole = calendar(today - timedelta(days=span - 1), today, sources)
    begun = set(Load.objects.filter(source__in=sources).order_by().values_list("source", flat=True).distinct())
    grid = sorted((line for line in whole if line[0].pk in begun), key=_order)
    context = {
        "grid": grid,
        "never": [source for source in sources if source.pk not in begun],
        "days": list(days(today - timedelta(days=span - 1), today)),
        "today": today,
        "span": span,
        "spans": SPANS,
        "hands": hands(grid),
        "summary": summary(grid, judged_day(grid, today)),
        "running": running(),
        **tabs(request),
    }
    return render(request, "sources/calendar.html", context)


def _order(line: tuple[Source, Sequence[Day]]) -> tuple[bool, bool, str]:
    """Sources with something in these days first, then quiet ones, then the house's own tables."""
    source, cells = line
    return source.is_own, all(cell.state == DayState.NOTHING for cell in cells), source.name


@page(see="sources")
def load_list(request: PersonRequest) -> HttpResponse:
    return list_page(request, Loads, template="sources/loads.html", **tabs(request))


@require_safe
@page(see="sources")
def held_page(request: PersonRequest) -> HttpResponse:
    """待放行: what was held back and why, the oldest first."""
    held = [(load, held_views.why(load)) for load in held_loads(request.person)]
    return render(request, "sources/held.html", {"held": held, **tabs(request)})


@require_safe
@page(see="sources")
def asides_page(request: PersonRequest) -> HttpResponse:
    """异常数据 of all sources: where rows wait for a hand."""
    return render(request, "sources/asides.html", {"asides": open_asides(request.person), **tabs(request)})


def source_named(request: PersonRequest, ident: str) -> Source:
    """The source, if this person sees it. Raises NotFound."""
    found = visible(request.person, Source).filter(ident=ident).first()
    if found is None:
        raise NotFound(_t("There is no such data source."))
    return found


@require_safe
@page(see="sources")
def source_page(request: PersonRequest, ident: str) -> HttpResponse:
    """One source: how fresh it is, what is demanded of it, and its last loads."""
    source, today = source_named(request, ident), timezone.localdate()
    definition = source.obj  # in the reader's language
    [(_source, strip)] = calendar(today - timedelta(days=SPANS[-1] - 1), today, [source])
    context = {
        "source": source,
        "definition": definition,
        "columns": wording.columns(definition),
        "arrives": wording.arrives(definition),
        "rhythm": wording.rhythm(definition),
        "rules": list(wording.rules(definition)),
        "time": wording.titled(definition, definition.time) if definition.time else "",
        "filled": isinstance(definition.arrives, Filled),
        "dropped": isinstance(definition.arrives, Drop),
        "owner": title_of(source.owner),
        "fresh": freshness(source),
        "strip": strip,
        "hands": hands([(source, strip)]),
        "loads": list(visible(request.person, Load).filter(source=source).select_related("by")[:LAST_LOADS]),
        "aside": sum(one.rows for one in open_asides(request.person, source)),
        "version": newest(source.table),
        "remembered": list(Headings.objects.filter(source=source, forgotten_at=None).select_related("by")),
        "reconciled": bool(definition.check_against) and sees(request.person, "reconciliation") is not None,
    }
    return render(request, "sources/source.html", context)


@require_safe
@page(see="sources")
def day_page(request: PersonRequest, ident: str, day: str) -> HttpResponse:
    """What happened with one source on one business day."""
    source = source_named(request, ident)
    try:
        wanted = date.fromisoformat(day)
    except ValueError:
        raise NotFound(_t("There is no such day.")) from None
    [(_source, [cell])] = calendar(wanted, wanted, [source])
    context = {
        "source": source,
        "cell": cell,
        "hands": hands([(source, [cell])]),
        "owner": title_of(source.owner),
    }
    return render(request, "sources/day.html", context)


@require_safe
@page(see="sources")
def load_page(request: PersonRequest, pk: int) -> HttpResponse:
    """One load: what came, what became of its rows, who decided what."""
    rows = visible(request.person, Load).select_related("source", "by", "decided_by", "repairs", "snapshot")
    load = rows.filter(pk=pk).first()
    if load is None:
        raise NotFound(_t("There is no such load."))
    context = {
        "load": load,
        "source": load.source,
        "open_aside": sum(one.rows for one in open_asides(request.person, load.source) if one.load.pk == pk),
        "repaired_by": list(rows.filter(repairs=load)),
    }
    if load.state == LoadState.HELD:
        context |= held_views.context(request.person, load)
    return render(request, "sources/load.html", context)
