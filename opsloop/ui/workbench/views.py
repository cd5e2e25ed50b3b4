"""工作台: what one person has to do now, and what they did today."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _t

from opsloop.base.inbox.queries import mark_read, notices
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Person
from opsloop.ui.cards import cards_of
from opsloop.ui.detailkit import history
from opsloop.ui.page import PersonRequest, page
from opsloop.ui.reply import acted
from opsloop.ui.waiting import Lane, lanes_of, lines
from opsloop.ui.workbench import machine, waits

NOTICES, TODAY = 6, 8
REGISTERED = (machine.CARD, waits.MOST)
"""Named so that the card and what waits are registered with the page."""


def greeting(hour: int) -> str:
    """By the organisation's clock."""
    if hour < 5 or hour >= 22:
        return _t("It is late")
    if hour < 11:
        return _t("Good morning")
    return _t("Good afternoon") if hour < 18 else _t("Good evening")


@page(anyone=True)
def workbench(request: PersonRequest) -> HttpResponse:
    """The start page of everyone."""
    now, person = timezone.localtime(), request.person
    unread = list(notices(person, unread=True)[: NOTICES + 1])
    done, total = done_today(person, now)
    lanes = {lane: lines(found) for lane, found in lanes_of(person).items()}
    cards = {side: cards_of(person, side=side) for side in (False, True)}
    shown = [card for found in cards.values() for _name, card in found if card is not None]
    context: dict[str, Any] = {
        "greeting": greeting(now.hour),
        "now": now,
        "lanes": [
            (lane.value, title, lanes[lane]) for lane, title in titles().items() if lane is Lane.DO or lanes[lane].n
        ],
        "waiting": lanes[Lane.DO].n + lanes[Lane.APPROVE].n,
        "unread": unread[:NOTICES],
        "more_unread": len(unread) > NOTICES,
        "done": done,
        "done_total": total,
        "cards": cards[False],
        "side_cards": cards[True],
        "scripts": dict.fromkeys(script for card in shown for script in card.scripts),
        "styles": dict.fromkeys(style for card in shown for style in card.styles),
    }
    return render(request, "workbench/workbench.html", context)


def titles() -> dict[Lane, str]:
    """The lanes of the start page in their order; those of which nobody waits for the reader stand last."""
    return {
        Lane.APPROVE: _t("To approve"), Lane.DO: _t("To do"), Lane.STARTED: _t("Started by me"),
        Lane.COPIED: _t("Copied to me"),
    }  # fmt: skip


def done_today(person: Person, now: datetime) -> tuple[list[history.Told], int]:
    """The person's latest acts of the organisation's day, and how many there were."""
    start = timezone.make_aware(datetime.combine(now.date(), time.min))
    rows = Entry.objects.filter(by_id=person.pk, at__gte=int(start.timestamp() * history.MICRO), parent__isnull=True)
    return history.told(list(rows.order_by("-id")[:TODAY]), person), rows.count()


@page(anyone=True)
def read_notices(request: PersonRequest) -> HttpResponse:
    """Mark one's notices read; a mark is no act."""
    if request.method != "POST":
        return HttpResponse(status=405)
    asked = [int(one) for one in request.POST.getlist("id") if one.isdecimal()]
    mark_read(request.person, asked or None)
    return acted(_t("Marked as read"), request=request)
