"""工作台: to triage, mine to decide or do, to verify; and what became of what I raised."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.people.models import Holding, Person
from opsloop.base.policy.rules import can
from opsloop.base.policy.scopes import visible
from opsloop.engine.findings.models import Finding
from opsloop.engine.findings.queries import verifiable
from opsloop.engine.findings.transitions import ALIVE, IN_HAND
from opsloop.engine.findings.words import State
from opsloop.ui.cards import Card, card
from opsloop.ui.waiting import Lane, Waiting, waits

MOST = 30
WEEK = timedelta(days=7)


@card("findings.suggest", order=60, see="findings", side=True)
def suggest_box(person: Person) -> Card | None:
    """One button for everyone: what could be better."""
    if not can(person, "findings.suggest"):
        return None
    rows = visible(person, Finding).filter(raised_by=person)
    context = {"mine": rows.filter(state__in=ALIVE).count()}
    return Card(title=_("Could something be better?"), template="findings/card.html", context=context, url="/findings/")


@waits("findings.triage")
def to_triage(person: Person) -> Iterable[Waiting]:
    """One line for all of them: triage is gone through in one go, within a week."""
    if not can(person, "findings.triage"):
        return
    rows = visible(person, Finding).filter(state=State.NEW).order_by("raised_at")
    first, n = rows.first(), rows.count()
    if first is not None:
        yield Waiting(
            title=_t("{n} findings to be triaged").format(n=n), kind=_("Triage"), url="/findings/triage/",
            since=first.raised_at, due=first.raised_at + WEEK, tone="orange", side=False,
        )  # fmt: skip


@waits("findings.mine")
def mine(person: Person) -> Iterable[Waiting]:
    """Those in my hands, or of my post while nobody of it has taken them."""
    held = set(Holding.objects.at().filter(person=person).values_list("position_id", flat=True))
    rows = visible(person, Finding).filter(state__in=IN_HAND).select_related("triaged_by").order_by("due_on")
    own = rows.filter(person=person) | rows.filter(person=None, owner__in=held)
    for one in own[:MOST]:
        kind = _("Finding in hand") if one.state == State.DOING else _("Finding to be decided")
        yield _line(one, kind, one.triaged_by.name if one.triaged_by else "")


@waits("findings.verify")
def to_verify(person: Person) -> Iterable[Waiting]:
    """What was measured, or can be looked at on the spot, for those who neither decided nor did it."""
    if not can(person, "findings.verify"):
        return
    rows = visible(person, Finding).filter(verifiable()).exclude(decided_by=person).exclude(done_by=person)
    for one in rows.exclude(person=person).select_related("done_by").order_by("verify_on")[:MOST]:
        yield _line(one, _("Finding to be verified"), one.done_by.name if one.done_by else "", Lane.APPROVE)


@waits("findings.raised")
def raised(person: Person) -> Iterable[Waiting]:
    """What I raised and is not over."""
    rows = visible(person, Finding).filter(raised_by=person, state__in=ALIVE).select_related("owner", "person")
    for one in rows.order_by("-raised_at")[:MOST]:
        yield _line(one, one.get_state_display(), one.whose, Lane.STARTED)


def _line(one: Finding, kind: object, who: str, lane: Lane = Lane.DO) -> Waiting:
    tone = "red" if one.is_late else "blue"
    return Waiting(
        title=str(one), kind=str(kind), url=one.get_absolute_url(), since=one.raised_at, asked_by=who,
        due=_end_of(one), tone=tone, lane=lane,
    )  # fmt: skip


def _end_of(one: Finding) -> datetime | None:
    day = one.next_on
    return timezone.make_aware(datetime.combine(day, time(18, 0))) if day is not None else None
