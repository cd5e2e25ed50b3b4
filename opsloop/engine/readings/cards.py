"""The start page: what I have to read, in due order."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _t
from django.utils.translation import ngettext as _n

from opsloop.base.people.models import Person
from opsloop.engine.readings.queries import to_read
from opsloop.ui.waiting import Waiting, waits

MOST = 20


@waits("readings.mine")
def to_be_read(person: Person) -> Iterator[Waiting]:
    """Open readings; what is planned for later weeks does not wait yet."""
    for one in to_read(person)[:MOST]:
        title = str(one)
        if one.places:
            title += " " + _n("({n} place changed)", "({n} places changed)", one.places).format(n=one.places)
        yield Waiting(
            title=title, kind=_t("Overdue") if one.is_late else _t("To be read"), url=one.get_absolute_url(),
            since=one.opened_at or one.given_at, due=one.due_at, tone="red" if one.is_late or one.urgent else "blue",
            side=False,
        )  # fmt: skip
