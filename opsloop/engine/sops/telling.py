"""Who hears of reviews: owner positions when they are asked, and those above them when it is over. One line a person
and day, however many SOPs it is about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from opsloop.base.inbox.api import holders, tell
from opsloop.base.people.models import Person
from opsloop.base.things.errors import Text
from opsloop.base.things.texts import say
from opsloop.engine.sops.models import Review
from opsloop.engine.sops.reviewing import superior

KEEPER = "sops"
ASKED, LATE = "sops.review", "sops.review_late"
DUE = "/sops/?review=1"


def tell_asked(reviews: Sequence[Review]) -> None:
    one = _("To be reviewed by {day}: {what}")
    _tell(ASKED, reviews, lambda row: holders(row.sop.owner), one, _("{n} SOPs are to be reviewed"))


def tell_late(reviews: Sequence[Review]) -> None:
    one = _("Not reviewed, due {day}: {what}")
    _tell(LATE, reviews, _owners_and_above, one, _("{n} SOPs were not reviewed in time"))


def _owners_and_above(row: Review) -> Iterable[Person]:
    above = superior(row.sop.owner)
    return [*holders(row.sop.owner), *(holders(above) if above else [])]


def _tell(
    kind: str, reviews: Sequence[Review], people: Callable[[Review], Iterable[Person]], one: Text, many: Text
) -> None:
    found: dict[int, tuple[Person, dict[int, Review]]] = {}
    for row in reviews:
        for person in people(row):
            found.setdefault(person.pk, (person, {}))[1][row.pk] = row
    for person, mine in found.values():
        rows = list(mine.values())
        with override(person.language):
            if len(rows) == 1:
                sop, day = rows[0].sop, date_format(rows[0].limit_on)
                tell(person, kind, say(one, day=day, what=sop), link=sop.get_absolute_url(), about=sop)
            else:
                tell(person, kind, say(many, n=len(rows)), "\n".join(str(row.sop) for row in rows), link=DUE)
