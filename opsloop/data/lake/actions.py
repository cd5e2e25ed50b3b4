"""Publishing a data version: the only way into the manifest. The files lie there before."""

from __future__ import annotations

from typing import Annotated

from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, act
from opsloop.base.people.models import Person
from opsloop.data.lake.models import Snapshot
from opsloop.data.lake.publishing import ColumnRow, FileRow, Version, put_versions

__all__ = ["ColumnRow", "FileRow", "publish_snapshot"]
PROGRAMS = frozenset({"cli"})


@act("lake.publish", _("Publish a data version"), done=_("{by} published {result}: {reason}"), doors=PROGRAMS)
def publish_snapshot(
    *,
    by: Person,
    table: Annotated[str, Arg(label=_("Table"), max=80)],
    batch: Annotated[str, Arg(label=_("Load batch"), max=80)],
    reason: Annotated[str, Arg(label=_("Reason"), max=200)],
    added: Annotated[list[FileRow], Arg(label=_("Files"))],
    removed: Annotated[list[str] | None, Arg(label=_("Replaced files"))] = None,
    after: Annotated[int | None, Arg(label=_("Expected version"))] = None,
    columns: Annotated[list[ColumnRow] | None, Arg(label=_("Data columns"))] = None,
) -> Snapshot:
    """Make these files the table's newest version. Refused when somebody published in between (`after`)."""
    version = Version(
        table=table, batch=batch, reason=reason, added=added, removed=removed or (), after=after, columns=columns
    )
    return put_versions([version])[0]
