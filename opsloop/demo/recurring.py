"""The demo's recurring cases: what its operations department does every week and month begins by itself."""

from __future__ import annotations

from opsloop.base.acts import Call, acting
from opsloop.base.people.models import Department, Position
from opsloop.demo.improving import MANAGER, person_of
from opsloop.engine.assignments.models import DayOff, Weekday
from opsloop.engine.series.actions import create, run_now
from opsloop.engine.series.models import CatchUp, Rhythm, Series
from opsloop.engine.sops.models import Sop

WEEK = "week = {last_week_from} 至 {last_week_to}"


def recur() -> int:
    """How many were set up; once, so that what people change stays. Of the meeting the first run is begun by hand."""
    if Series.objects.exists():
        return 0
    by = person_of(MANAGER)
    with acting(Call(by=by, via="demo")):
        _weekly("weekly-report", "运营周报", "data-analyst", "data", Weekday.MON, "09:00", WEEK)
        meeting = _weekly(
            "regular-meeting", "运营周例会", "operations-manager", "operations", Weekday.TUE, "10:00",
            f"series = 周例会\non_day = {{day}}\nhost = {by.name}",
        )  # fmt: skip
        create(
            by=by, sop=_sop("cost-review"), title="月度成本审查", rhythm=Rhythm.MONTHLY, month_day=31, at="09:30",
            day_off=DayOff.BEFORE, position=_post("finance-head"), department=_where("finance"),
            presets="month = {month}", catch_up=CatchUp.EVERY,
        )  # fmt: skip
        run_now(meeting, by=by)
    return Series.objects.count()


def _weekly(sop: str, title: str, post: str, where: str, day: Weekday, at: str, presets: str) -> Series:
    made: Series = create(
        by=person_of(MANAGER), sop=_sop(sop), title=title, rhythm=Rhythm.WEEKLY, weekdays=[day], at=at,
        position=_post(post), department=_where(where), presets=presets,
    )  # fmt: skip
    return made


def _sop(ident: str) -> Sop:
    return Sop.objects.get(ident=ident)


def _post(code: str) -> Position:
    return Position.objects.get(code=code)


def _where(code: str) -> Department:
    return Department.objects.get(code=code)
