"""Late entries (补录): what was entered longer after it happened than its SOP allows."""

from __future__ import annotations

from datetime import datetime

from opsloop.base.calendar.limits import parse
from opsloop.base.calendar.queries import calendar_for
from opsloop.base.people.models import Department
from opsloop.engine.cases.models import Case
from opsloop.engine.sops.definition import SopFile


def is_late(case: Case, file: SopFile, happened: datetime, recorded: datetime) -> bool:
    """By the SOP's `start.late_after`, two hours where it says none, on the calendar by which its limits run."""
    if recorded <= happened:
        return False  # as nearly every act of a case, and the calendar need not be asked
    named = Department.objects.filter(code=file.calendar).first() if file.calendar else None
    calendar = calendar_for(named or case.department)
    return parse(file.start.late_limit).due(happened, calendar).at < recorded
