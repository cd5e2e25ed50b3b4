"""What the frame tells, and what it forgets with a person."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from opsloop.base.inbox.api import QUIETLY, notice_kind
from opsloop.base.jobs.lease import on_dead
from opsloop.base.jobs.models import Job
from opsloop.base.people.erasing import erases
from opsloop.base.people.models import Person
from opsloop.ui import exports, writing  # noqa: F401 writing registers its tasks; ui/jobs is the pages of jobs
from opsloop.ui.models import Export

notice_kind("lists.export", _("An export is ready"), default=QUIETLY)


@erases
def forget_exports(person: Person) -> None:
    """Every export goes, since any may hold the person's name; a week later they would be swept all the same."""
    for row in Export.objects.all():
        exports.forget(row)


def note_dead_export(job: Job) -> None:
    """The page of the export says that it will not come."""
    if job.task == "lists.write":
        exports.note_failed(job)


on_dead.append(note_dead_export)
