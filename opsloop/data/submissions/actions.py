"""A sheet is opened, filled in, handed in, checked or sent back, and corrected with a trace.

Whether the figures fit the contract is found out before, by DuckDB: see working.py, which every page calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Reason, Refused, act
from opsloop.base.people.models import Department, Person
from opsloop.base.things.errors import Text
from opsloop.data.sources.definition import definition_of
from opsloop.data.sources.models import Source
from opsloop.data.submissions import telling
from opsloop.data.submissions.counting import count
from opsloop.data.submissions.filling import must_check, must_fill
from opsloop.data.submissions.layout import MOST_ROWS, Changed, Layout, changes
from opsloop.data.submissions.models import TO_FILL, Figure, State, Submission
from opsloop.data.submissions.periods import changes_until

NO_DOORS: frozenset[str] = frozenset()
PROGRAMS = frozenset({"api", "cli"})


@dataclass(frozen=True)
class Cell:
    """One typed figure: its row from 0, its column and its text."""

    row: Annotated[int, Arg(label=_("Row"), min=0, max=MOST_ROWS - 1)]
    column: Annotated[str, Arg(label=_("Column"), max=80)]
    value: Annotated[str, Arg(label=_("Value"), max=1000)]


Cells = Annotated[list[Cell], Arg(label=_("Typed figures"))]


def _to_fill(sheet: Submission) -> Text | None:
    return None if sheet.state in TO_FILL else _("It was handed in already.")


def _to_check(sheet: Submission) -> Text | None:
    return None if sheet.state == State.SUBMITTED else _("It was not handed in, or is checked already.")


def _handed_in(sheet: Submission) -> Text | None:
    return _("It was not handed in yet.") if sheet.state in TO_FILL else None


@act("submissions.open", _("Open a sheet"), done=_("{by} opened {result}"), doors=NO_DOORS)
def open_sheet(*, by: Person, source: Source, day: date, department: Department, due_at: datetime) -> Submission:
    """A sheet to fill in. The same one again is answered as it is."""
    found = Submission.objects.filter(source=source, day=day, department=department).first()
    if found is not None:
        return found
    sheet = Submission(source=source, day=day, department=department, due_at=due_at)
    sheet.save()
    return sheet


@act("submissions.save", _("Save a sheet"), done=_("{by} saved {object}"), doors=PROGRAMS, when=_to_fill)
def save(submission: Submission, *, by: Person, cells: Cells) -> Submission:
    """Keep what is filled in so far; nothing is judged yet. The cells are the whole sheet."""
    layout = layout_of(submission)
    must_fill(by, layout.asked, submission)
    _keep(submission, layout, cells, by, "")
    submission.save()
    return submission


@act("submissions.submit", _("Hand in a sheet"), done=_("{by} handed in {object}"), doors=NO_DOORS, when=_to_fill)
def submit(submission: Submission, *, by: Person, cells: Cells) -> Submission:
    """Hand in what was found to fit. Whoever checks it is told; where nobody does, it counts at once."""
    layout = layout_of(submission)
    must_fill(by, layout.asked, submission)
    _keep(submission, layout, cells, by, "")
    if not submission.rows:
        raise Refused(_t("There is nothing on the sheet."))
    now = timezone.now()
    submission.submitted_by, submission.submitted_at = by, now
    submission.late = submission.is_late(now)
    _hand_on(submission, layout)
    return submission


@act(
    "submissions.correct", _("Correct figures"), done=_("{by} corrected {object}: {reason}"), doors=NO_DOORS,
    when=_handed_in,
)  # fmt: skip
def correct(submission: Submission, *, by: Person, cells: Cells, reason: Reason) -> Submission:
    """Change figures after they were handed in, with a trace; they are checked again. Refused when the time is over."""
    layout = layout_of(submission)
    must_fill(by, layout.asked, submission)
    until = changes_until(layout, submission.due_at)
    if until is not None and timezone.now() > until:
        raise Refused(_t("The time for changes is over; ask whoever owns the source."))
    if not _keep(submission, layout, cells, by, reason):
        raise Refused(_t("No figure is another one."))
    if not submission.rows:
        raise Refused(_t("There is nothing on the sheet."))
    submission.submitted_by, submission.submitted_at = by, timezone.now()
    _hand_on(submission, layout)
    return submission


@act("submissions.approve", _("Accept the figures"), done=_("{by} accepted {object} {note}"), when=_to_check)
def approve(
    submission: Submission, *, by: Person, note: Annotated[str, Arg(label=_("Note"), max=2000, long=True)] = ""
) -> Submission:
    """The figures count from now on. Refused for who filled them in."""
    must_check(by, layout_of(submission).asked, submission)
    submission.comment = note
    submission.checked_by, submission.checked_at = by, timezone.now()
    count(submission)
    return submission


@act("submissions.send_back", _("Send back"), done=_("{by} sent back {object}: {reason}"), when=_to_check)
def send_back(submission: Submission, *, by: Person, reason: Reason) -> Submission:
    """Something is wrong with the figures; whoever filled them in is told what."""
    must_check(by, layout_of(submission).asked, submission)
    submission.state, submission.comment = State.RETURNED, reason
    submission.checked_by, submission.checked_at = by, timezone.now()
    submission.save()
    telling.sent_back(submission)
    return submission


@act("submissions.remind", _("Remind of a sheet"), done=_("{by} reminded of {object}"), doors=NO_DOORS, when=_to_fill)
def remind(
    submission: Submission, *, by: Person, step: Annotated[int, Arg(label=_("Reminder"), min=1, max=2)]
) -> Submission:
    """Tell the positions that fill it in, before the deadline (1) or at it (2)."""
    if step <= submission.reminded:
        raise Refused(_t("They were reminded already."))
    submission.reminded = step
    submission.save(update_fields=["reminded"])
    telling.remind(submission, layout_of(submission).asked, over=step == 2)
    return submission


def layout_of(submission: Submission) -> Layout:
    """The sheet's layout by the source's definition of now. Raises Refused when nobody fills it in any more."""
    try:
        return Layout.of(definition_of(submission.source))
    except TypeError:
        raise Refused(_t("This source is not filled in by hand any more.")) from None


def _keep(sheet: Submission, layout: Layout, cells: Sequence[Cell], by: Person, reason: str) -> list[Changed]:
    """Take the cells over; what stood there before and is another figure now leaves a trace."""
    before, sheet.rows = sheet.rows, layout.read((one.row, one.column, one.value) for one in cells)
    found = changes(layout, before, sheet.rows)
    first = sheet.submitted_at is None
    why = reason or (sheet.comment if sheet.state == State.RETURNED else "")
    now = timezone.now()
    Figure.objects.bulk_create(
        Figure(
            submission=sheet, row=one.row[:400], column=one.column, before=one.before, after=one.after, reason=why,
            by=by, at=now,
        )
        for one in found
        if one.before or not first
    )  # fmt: skip
    return found


def _hand_on(sheet: Submission, layout: Layout) -> None:
    sheet.checked_by, sheet.checked_at, sheet.comment = None, None, ""
    if not layout.asked.review:
        count(sheet)
        return
    sheet.state = State.SUBMITTED
    sheet.save()
    telling.to_check(sheet, layout.asked)
