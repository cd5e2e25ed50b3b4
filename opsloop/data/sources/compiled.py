"""What a publication writes of sources. Called inside the publishing act only."""

from __future__ import annotations

from collections.abc import Sequence

from opsloop.base.kinds.fields import plain
from opsloop.base.kinds.registry import Change
from opsloop.data.sources.kinds.source import Source as Definition
from opsloop.data.sources.models import Source


def put_sources(changes: Sequence[Change]) -> None:
    """One row for each source; one that is taken away is marked, since its loads stay."""
    rows = {row.ident: row for row in Source.objects.filter(ident__in=[c.ident for c in changes])}
    for change in changes:
        row = rows.get(change.ident) or Source(ident=change.ident)
        row.number, row.sha256, row.withdrawn = change.number, change.sha256, change.obj is None
        if change.obj is not None:
            row.title, row.owner = change.obj.title, change.obj.owner
            row.definition = plain(Definition, change.obj)
        row.save()
