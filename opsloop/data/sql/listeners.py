from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from opsloop.base.inbox.api import BY_DIGEST, notice_kind
from opsloop.base.people.erasing import erases
from opsloop.base.people.models import Person
from opsloop.base.search.api import searchable
from opsloop.data.lake.retention import keeps_versions
from opsloop.data.sql.jobs import NOTICE
from opsloop.data.sql.models import Run, RunState, SavedQuery

notice_kind(NOTICE, _("A query ran by itself"), default=BY_DIGEST)
searchable(
    SavedQuery,
    url=lambda query: query.get_absolute_url(),
    text=lambda query: f"{query.note} {query.text}",
    only=Q(archived_at__isnull=True),
)


@keeps_versions
def of_saved_queries() -> list[int]:
    """The versions that kept queries last rested on."""
    rows = Run.objects.filter(query__isnull=False, query__archived_at__isnull=True, state=RunState.DONE)
    newest = dict(rows.order_by("pk").values_list("query_id", "version"))
    return [version for version in newest.values() if version]


@erases
def forget_runs(person: Person) -> None:
    """What somebody asked, and the rows that came of it, go with their data."""
    for run in Run.objects.filter(person=person):
        run.file.unlink(missing_ok=True)
    Run.objects.filter(person=person).update(text="", fault="")
