"""How an SOP stands in the book, and so where it is read to be confirmed: set out, and without the right answers."""

from __future__ import annotations

from opsloop.base.people.models import Person
from opsloop.engine.sops.models import Sop
from opsloop.engine.sops.sheet import Sheet, sheet_of
from opsloop.playbook.reader.files import Item
from opsloop.playbook.reading.labels import Labels
from opsloop.playbook.reading.things import lays_out


def _build(labels: Labels, item: Item, reader: Person | None, year: int) -> Sheet:
    """The version in force in the reader's language; another one as it was written."""
    row = Sop.objects.filter(ident=item.ident, sha256=item.sha256).first()
    return sheet_of(row.obj, row.as_written) if row is not None else sheet_of(item.obj)


lays_out("sop", "sops/in_book.html", _build)
