"""Under Ctrl K: set up an SOP as a recurring case."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _t

from opsloop.base.people.models import Person
from opsloop.base.policy.rules import can
from opsloop.base.policy.scopes import visible
from opsloop.engine.series.models import Series
from opsloop.ui.offers import Offer, offers

MOST = 5


@offers("series.going")
def going(person: Person, words: str) -> Iterator[Offer]:
    """Series that come round, by a part of their titles."""
    if not can(person, "series.run_now"):
        return
    for one in visible(person, Series).filter(stopped_at=None, title__icontains=words)[:MOST]:
        yield Offer(_t("Recurring: {title}").format(title=one.title), one.get_absolute_url())
