"""工作台: what waits to be written or issued, the newest reports, and directions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opsloop.base.people.models import Person
from opsloop.base.policy.rules import can
from opsloop.base.policy.scopes import visible
from opsloop.base.policy.standing import standings
from opsloop.modules.reports.models import Direction, Edition, OwnReport
from opsloop.modules.reports.words import OwnState, State
from opsloop.ui.cards import Card, card
from opsloop.ui.waiting import Lane, Waiting, waits

MOST, NEWS = 3, timedelta(days=14)


@card("reports.newest", order=45, see="reports", side=True)
def newest(person: Person) -> Card | None:
    """The newest editions and what was directed on them."""
    rows = list(
        visible(person, Edition).exclude(state=State.CORRECTED)
        .select_related("report").order_by("-until", "-correction")[:MOST]
    )  # fmt: skip
    if not rows:
        return None
    since = timezone.now() - NEWS
    said = (
        visible(person, Direction)
        .filter(given_at__gte=since)
        .select_related("given_by", "assignment__doer", "assignment__position")
    )
    context = {"rows": rows, "directions": list(said.order_by("-given_at")[:MOST])}
    return Card(title=_("Reports"), template="reports/card.html", context=context, url="/reports/")


@waits("reports.mine")
def mine(person: Person) -> Iterable[Waiting]:
    """Editions of one's positions to be finished or issued, and one's own weekly report."""
    positions = {one.position for one in standings(person)}
    for one in visible(person, Edition).filter(state__in=(State.DRAFT, State.SUBMITTED)).select_related("report"):
        draft = one.state == State.DRAFT
        post, act = (one.report.writer, "reports.submit") if draft else (one.report.issuer, "reports.issue")
        if post in positions and can(person, act, one):
            yield Waiting(
                title=one.name, kind=_("Report to finish") if draft else _("Report to issue"),
                url=one.get_absolute_url(), since=one.submitted_at or one.drafted_at, side=False,
                lane=Lane.DO if draft else Lane.APPROVE, tone="orange",
            )  # fmt: skip
    for own in OwnReport.objects.filter(person=person, state=OwnState.DRAFT).order_by("-until")[:2]:
        yield Waiting(
            title=str(own), kind=_("My weekly report"), url=own.get_absolute_url(), since=own.drafted_at, side=False
        )
