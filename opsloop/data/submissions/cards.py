"""Sheets wait on the start page of those who fill them in or check them."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from opsloop.base.people.models import Person
from opsloop.data.submissions.models import State
from opsloop.data.submissions.queries import to_check, to_fill
from opsloop.ui.waiting import Lane, Waiting, waits


@waits("submissions.sheets")
def sheets(person: Person) -> Iterable[Waiting]:
    """One line a sheet: to fill in until its deadline, or to check."""
    for sheet in to_fill(person)[:50]:
        back = sheet.state == State.RETURNED
        yield Waiting(
            title=str(sheet), kind=_("Sent back") if back else _("To be filled in"), url=sheet.get_absolute_url(),
            since=sheet.checked_at or sheet.due_at, due=sheet.due_at, side=False,
            tone="red" if sheet.overdue else "orange" if back else "blue",
        )  # fmt: skip
    for sheet in to_check(person)[:50]:
        yield Waiting(
            title=str(sheet), kind=_("To be checked"), url=sheet.get_absolute_url(),
            since=sheet.submitted_at or sheet.due_at, side=False,
            asked_by=sheet.submitted_by.name if sheet.submitted_by else "", lane=Lane.APPROVE,
        )  # fmt: skip
