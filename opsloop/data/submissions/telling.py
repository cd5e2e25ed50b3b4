"""Who is told what of a sheet. Called inside acts."""

from __future__ import annotations

from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from opsloop.base.inbox.api import tell, tell_position
from opsloop.data.sources.kinds.arrives import Filled
from opsloop.data.submissions.filling import positions
from opsloop.data.submissions.models import Submission

DUE = "submissions.due"
CHECK = "submissions.check"
BACK = "submissions.back"


def remind(sheet: Submission, asked: Filled, *, over: bool) -> None:
    """The positions that fill it in, before the deadline or when it is over."""
    title = _("{sheet} is overdue") if over else _("{sheet} is to be filled in")
    for position in positions(asked):
        tell_position(
            position, DUE, format_lazy(title, sheet=str(sheet)),
            format_lazy(_("Deadline: {at}"), at=f"{timezone.localtime(sheet.due_at):%Y-%m-%d %H:%M}"),
            department=sheet.department, link=sheet.get_absolute_url(), about=sheet,
            key=f"{DUE}:{sheet.pk}:{int(over)}",
        )  # fmt: skip


def to_check(sheet: Submission, asked: Filled) -> None:
    """The position that checks it; sheets of one period are one line that counts."""
    tell_position(
        asked.review, CHECK, format_lazy(_("{sheet} waits for your check"), sheet=str(sheet)),
        link=sheet.get_absolute_url(), about=sheet, key=f"{CHECK}:{sheet.source_id}:{sheet.day}",
    )  # fmt: skip


def sent_back(sheet: Submission) -> None:
    """Whoever handed it in."""
    if sheet.submitted_by is not None:
        tell(
            sheet.submitted_by, BACK, format_lazy(_("{sheet} was sent back"), sheet=str(sheet)), sheet.comment,
            link=sheet.get_absolute_url(), about=sheet,
        )  # fmt: skip
