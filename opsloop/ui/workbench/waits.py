"""What waits for a second person: appointments that give power, and erasures."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _t

from opsloop.base.people.models import Appointment, Decision, Erasure, Person
from opsloop.base.policy.rules import can
from opsloop.base.policy.scopes import visible
from opsloop.ui.waiting import Lane, Waiting, waits

MOST = 50


@waits("people.appointments")
def appointments(person: Person) -> Iterator[Waiting]:
    """To be confirmed by this person; never what they asked for or what concerns them."""
    return _asked(person, Appointment, "people.confirm_appointment", _t("Confirm an appointment"))


@waits("people.erasures")
def erasures(person: Person) -> Iterator[Waiting]:
    return _asked(person, Erasure, "people.confirm_erasure", _t("Confirm an erasure"))


def _asked(person: Person, model: type[Appointment | Erasure], act: str, kind: str) -> Iterator[Waiting]:
    if not can(person, act):
        return
    rows = visible(person, model).filter(state=Decision.WAITING).exclude(asked_by=person).exclude(person=person)
    for row in rows.select_related("person", "asked_by")[:MOST]:
        if can(person, act, row):
            yield Waiting(
                title=str(row), kind=kind, url=row.get_absolute_url(), since=row.asked_at, asked_by=row.asked_by.name,
                tone="orange", lane=Lane.APPROVE,
            )  # fmt: skip


@waits("people.started")
def started_by(person: Person) -> Iterator[Waiting]:
    """What this person asked for and nobody has decided yet."""
    for model in (Appointment, Erasure):
        rows = model.objects.filter(asked_by=person, state=Decision.WAITING).select_related("person")
        for row in rows[:MOST]:
            yield Waiting(
                title=str(row), kind=row.get_state_display(), url=row.get_absolute_url(), since=row.asked_at,
                tone="secondary", lane=Lane.STARTED,
            )  # fmt: skip
