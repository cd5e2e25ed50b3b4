"""Acts of the page frame itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import act
from opsloop.base.people.models import Person


@act(
    "lists.export",
    _("Export a list"),
    done=_("{by} exported {rows} rows of the list {listing} as {kind} ({filters})"),
    doors=frozenset(),
)
def export_list(*, by: Person, listing: str, rows: int, kind: str, filters: str = "") -> None:
    """Take rows of a list out of the system. The page hands over the file after this is recorded."""
