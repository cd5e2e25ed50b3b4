"""One day of a series begins: inside an act on the series, so under its lock."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _t

from opsloop.base.acts import Refused
from opsloop.base.people.models import Absence, Holding, Person, PersonKind
from opsloop.engine.cases import building, naming
from opsloop.engine.cases.carrying import carry, new_case
from opsloop.engine.cases.flow import commands as say
from opsloop.engine.cases.models import Case
from opsloop.engine.series import presets
from opsloop.engine.series.models import Run, RunState, Series
from opsloop.engine.sops.definition import SopFile
from opsloop.engine.sops.models import Sop


def initiator(series: Series) -> Person | None:
    """Who holds its position now, in its department or the nearest above.

    Of several the longest in the post who is here. Who is away begins it too where somebody stands in for them, as
    the substitute does on their behalf what falls to the initiator; else it goes to the nearest above.
    """
    today = timezone.localdate()
    rows = Holding.objects.at().filter(position=series.position, person__kind=PersonKind.STAFF)
    path = series.department.path
    found = [
        one for one in rows.select_related("person", "department").order_by("starts_at", "pk")
        if path.startswith(one.department.path) and one.person.here_on(today)
    ]  # fmt: skip
    away = _away([one.person_id for one in found])
    able = [one for one in found if away.get(one.person_id, True)] or found
    best = min(able, key=lambda one: (-len(one.department.path), one.person_id in away), default=None)
    return best.person if best is not None else None


def _away(people: list[int]) -> dict[int, bool]:
    """person -> does somebody stand in for them, for those who are away now"""
    rows = Absence.objects.at().filter(person__in=people).select_related("substitute")
    today = timezone.localdate()
    out: dict[int, bool] = {}
    for one in rows:
        stands_in = one.substitute is not None and one.substitute.here_on(today)
        out[one.person_id] = stands_in or out.get(one.person_id, False)
    return out


def begin_day(series: Series, day: date) -> Run:
    """A case for this day, and the day's row. Raises Refused where it cannot begin; then nothing has changed."""
    run = Run.objects.filter(series=series, day=day).first() or Run(series=series, day=day)
    run.case = _case(series, day)
    run.state, run.at, run.reason = RunState.BEGUN, timezone.now(), ""
    run.save()
    series.trouble = ""
    note(series, run)
    return run


def note(series: Series, run: Run) -> None:
    """The series knows its last day."""
    last = series.last_run
    if last is None or last.day <= run.day:
        series.last_run = run


def _case(series: Series, day: date) -> Case:
    sop = Sop.objects.filter(ident=series.sop, withdrawn=False).first()
    if sop is None:
        raise Refused(_t("There is no SOP {sop} in force.").format(sop=series.sop))
    by = initiator(series)
    if by is None:
        raise Refused(_t("Nobody holds the position {position}.").format(position=series.position))
    case = new_case(sop, by)
    file = building.definition(case.edition)
    must_start(file, series.position.code)
    given = presets.values(file, series.presets, day)
    case.department = series.department
    naming.name_once(case, file, given)
    case.title, case.key = f"{series.title} {day.isoformat()}", case.key or f"{series.pk} · {day.isoformat()}"
    case.save()
    happened = given.get(file.start.happened) if file.start.happened else None
    moment = happened if isinstance(happened, datetime) else None
    carry(case, say.Start(by=by.pk, values=given, happened=moment))
    return case


def must_start(file: SopFile, code: str) -> None:
    """Raises Refused where holders of the position do not start this SOP, or where it needs a thing to be about."""
    if file.start.by and code not in file.start.by:
        raise Refused(_t("This SOP is started by other positions."), field="position")
    if any(one.field.startswith(building.SUBJECT) for one in file.start.form):
        raise Refused(_t("This SOP begins with a thing that is filled in by hand."), field="sop")
