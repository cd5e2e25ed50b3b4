"""The morning round: the note is written outside any transaction, and sent with the job's acknowledgement."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from opsloop.base.calendar.queries import calendar_for
from opsloop.base.jobs.api import Context, task
from opsloop.modules.notes.actions import send_note
from opsloop.modules.notes.compiled import TASK
from opsloop.modules.notes.definition import Days
from opsloop.modules.notes.models import Edition, Note
from opsloop.modules.notes.writing import written

MAY = ("notes.send",)


@task(TASK, _("Send the morning note"), prepare=True, may=MAY)
def send(ctx: Context, note: str) -> Callable[[], Edition | None] | None:
    """Nothing on days off, and nothing when it has gone out already."""
    row, today = Note.objects.filter(ident=note, withdrawn=False).first(), timezone.localdate()
    if row is None or Edition.objects.filter(note=row, day=today).exists():
        return None
    if row.obj.days == Days.WORKDAYS and not calendar_for().is_working_day(today):
        return None
    with translation.override(settings.LANGUAGE_CODE):
        made = written(row.obj, ctx.by)

    def publish() -> Edition | None:
        fresh = Note.objects.get(pk=row.pk)
        return send_note(fresh, by=ctx.by, day=made.day.isoformat(), title=made.title, body=made.body)

    return publish
