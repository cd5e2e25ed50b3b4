"""What the morning's data says on the start page of those who look after it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext as _n

from opsloop.base.people.models import Person
from opsloop.base.policy.rules import can
from opsloop.base.policy.scopes import visible
from opsloop.base.policy.standing import standings
from opsloop.data.sources.calendar import calendar
from opsloop.data.sources.models import Load, Source
from opsloop.data.sources.queries import hands, held_loads, judged_day, open_asides, summary
from opsloop.ui.cards import Card, card
from opsloop.ui.waiting import Lane, Waiting, waits

CARES = ("sources.repair", "sources.release")
SPAN = 7
SHOWN = 4


@card("sources.yesterday", order=90, see="sources")
def yesterday(person: Person) -> Card | None:
    """Is yesterday's data there? For who repairs or releases; no card while nothing was ever loaded."""
    if not any(can(person, act) for act in CARES) or not visible(person, Load).exists():
        return None
    today = timezone.localdate()
    sources = list(visible(person, Source).filter(withdrawn=False))
    grid = calendar(today - timedelta(days=SPAN), today, sources)
    needed = hands(grid)
    return Card(
        title=_("Yesterday's data"),
        template="sources/card.html",
        context={
            "summary": summary(grid, judged_day(grid, today)), "hands": needed[:SHOWN],
            "more": max(0, len(needed) - SHOWN),
        },
        url="/sources/",
        styles=("sources/sources.css",),
    )  # fmt: skip


@waits("sources.held")
def held(person: Person) -> Iterable[Waiting]:
    """Held loads, for who may release them."""
    for load in held_loads(person)[:50]:
        if can(person, "sources.release", load):
            yield Waiting(
                title=f"{load.source.name} · {load.file}", kind=_("Waiting for release"),
                url=load.get_absolute_url(), since=load.ended_at, tone="orange", side=False, lane=Lane.APPROVE,
            )  # fmt: skip


@waits("sources.asides")
def asides(person: Person) -> Iterable[Waiting]:
    """Rows aside, one line a source, for the position that owns it."""
    mine = {one.position for one in standings(person)}
    rows: dict[Source, list[tuple[int, Load]]] = {}
    for one in open_asides(person):
        if one.load.source.owner in mine and can(person, "sources.repair", one.load):
            rows.setdefault(one.load.source, []).append((one.rows, one.load))
    for source, found in rows.items():
        n = sum(count for count, _load in found)
        text = _n("{source}: {n} row aside", "{source}: {n} rows aside", n).format(source=source.name, n=n)
        since = min(load.ended_at for _count, load in found)
        yield Waiting(
            title=text, kind=_("Rows aside"), url=f"{source.get_absolute_url()}aside/", since=since, tone="orange",
            side=False,
        )  # fmt: skip
