"""What others show of series: the line above a case that came round, and the finds of Ctrl K."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _t

from opsloop.base.people.models import Person
from opsloop.base.policy.rules import can
from opsloop.base.policy.scopes import visible
from opsloop.engine.cases.models import Case
from opsloop.engine.cases.origins import Origin, origin
from opsloop.engine.series.models import Run, Series
from opsloop.ui.offers import Offer, offers

MOST = 5


@offers("series.going")
def going(person: Person, words: str) -> Iterator[Offer]:
    """Series that come round, by a part of their titles."""
    if not can(person, "series.run_now"):
        return
    for one in visible(person, Series).filter(stopped_at=None, title__icontains=words)[:MOST]:
        yield Offer(_t("Recurring: {title}").format(title=one.title), one.get_absolute_url())


@origin
def run_of(case: Case, person: Person) -> Origin | None:
    """Which run of which series a case is."""
    run = Run.objects.filter(case=case).select_related("series").first()
    if run is None:
        return None
    text = _t("Recurring: {title}, the run of {day}").format(title=run.series.title, day=run.day.isoformat())
    mine = visible(person, Series).filter(pk=run.series_id).exists()
    return Origin(text, run.series.get_absolute_url() if mine else "")
