"""The start page: who is away today and who stands in, for those who see people."""

from __future__ import annotations

from django.utils.translation import gettext as _t

from opsloop.base.people.models import Absence, Person
from opsloop.base.policy.scopes import visible
from opsloop.ui.cards import Card, card

MOST = 8


@card("people.away", order=300, see="people", side=True)
def away(person: Person) -> Card | None:
    """Nothing while everybody is here."""
    rows = visible(person, Absence).at().select_related("person", "substitute")  # type: ignore[attr-defined]
    found = list(rows.order_by("person__name")[: MOST + 1])
    if not found:
        return None
    return Card(
        title=_t("Away today"), template="people/parts/away.html",
        context={"absences": found[:MOST], "more": len(found) > MOST}, url="/people/",
    )  # fmt: skip
