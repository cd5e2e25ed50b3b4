"""Acts of the page frame itself."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import act
from opsloop.base.jobs.api import enqueue
from opsloop.base.people.models import Person
from opsloop.ui.listkit.export import AT_ONCE
from opsloop.ui.models import Export


@act(
    "lists.export",
    _("Export a list"),
    done=_("{by} exported {rows} rows of the list {listing} as {kind} ({filters})"),
    doors=frozenset(),
)
def export_list(
    *, by: Person, listing: str, rows: int, kind: str, filters: str = "", address: str = ""
) -> Export | None:
    """Take rows of a list out of the system. Up to 2,000 the page hands over the file; above that a job writes it."""
    if rows <= AT_ONCE:
        return None
    return begin_export(by, listing, address, kind, rows)


def begin_export(person: Person, listing: str, address: str, kind: str, rows: int) -> Export:
    """Let a job write a list's file for one person. Whatever calls it has recorded the export by an act."""
    with transaction.atomic():
        export = Export.objects.create(
            person=person, listing=listing, address=address, kind=kind, rows=rows, language=get_language() or ""
        )
        enqueue("lists.write", {"export": export.pk}, key=f"lists.write:{export.pk}", behalf=person)
    return export
