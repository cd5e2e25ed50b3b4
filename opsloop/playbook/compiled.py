"""What a publication writes into base: position rows, mandates, calendars. Called inside the publishing act only."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _t

from opsloop.base.acts import Refused
from opsloop.base.calendar.actions import put_calendar, withdraw_calendar
from opsloop.base.kinds.fields import plain
from opsloop.base.kinds.registry import Change
from opsloop.base.people.models import Department, Holding, Person, Position
from opsloop.base.policy.models import Mandate


def put_positions(changes: Sequence[Change], by: Person) -> None:
    """Rows and mandates of the changed positions. Raises Refused when one that is taken away is still held."""
    rows = {row.code: row for row in Position.objects.filter(code__in=[c.ident for c in changes])}
    departments = {row.code: row for row in Department.objects.all()}
    for change in changes:
        if change.obj is None:
            _withdraw(rows[change.ident], change)
            continue
        row = rows.get(change.ident)
        if row is None or change.from_day <= timezone.localdate():
            row = rows[change.ident] = row or Position(code=change.ident)
            _fill(row, change.obj, departments)
        row.withdrawn_at = None
        row.save()
        _mandate(row, change, plain(type(change.obj), change.obj))
    now = {c.ident: c.obj for c in changes if c.obj is not None and c.from_day <= timezone.localdate()}
    _superiors(now, rows)


def _fill(row: Position, obj: Any, departments: Mapping[str, Department]) -> None:
    row.title, row.headcount = obj.title, obj.headcount
    row.department = departments.get(obj.department)


def apply_positions(in_force: Mapping[str, Any]) -> None:
    """Rows as these positions say, where they differ: a later version has come into force, a department was founded."""
    departments = {row.code: row for row in Department.objects.all()}
    rows = {row.code: row for row in Position.objects.filter(code__in=list(in_force))}
    for code, row in rows.items():
        before = (row.title, row.headcount, row.department_id)
        _fill(row, in_force[code], departments)
        if before != (row.title, row.headcount, row.department_id):
            row.save(update_fields=["title", "headcount", "department"])
    _superiors({code: obj for code, obj in in_force.items() if code in rows}, rows)


def _superiors(positions: Mapping[str, Any], rows: dict[str, Position]) -> None:
    """Second pass, since a superior may be new too."""
    named = {obj.reports_to for obj in positions.values() if obj.reports_to} - rows.keys()
    known = {**rows, **{row.code: row for row in Position.objects.filter(code__in=named)}}
    for code, obj in positions.items():
        row, superior = rows[code], known.get(obj.reports_to or "")
        if row.reports_to_id != (superior.pk if superior else None):
            row.reports_to = superior
            row.save(update_fields=["reports_to"])


def _mandate(row: Position, change: Change, data: dict[str, Any]) -> None:
    Mandate(
        position=row,
        from_day=change.from_day,
        version=change.sha256,
        may=data.get("may", []),
        sees=data.get("sees", {}),
        reads=data.get("reads", []),
        limits=data.get("limits", {}),
    ).save()


def _withdraw(row: Position, change: Change) -> None:
    at = timezone.make_aware(datetime.combine(change.from_day, time.min))
    held = Holding.objects.at(max(at, timezone.now())).filter(position=row).count()
    if held:
        raise Refused(
            _t("{n} people still hold {position}; end their holdings first.").format(n=held, position=row.title)
        )
    row.withdrawn_at = at
    row.save()
    _mandate(row, change, {})


def put_english_titles(titles: Mapping[str, str]) -> None:
    """Titles by position id, from the translations."""
    for row in Position.objects.filter(code__in=list(titles)):
        if row.title_en != titles[row.code]:
            row.title_en = titles[row.code]
            row.save(update_fields=["title_en"])


def put_calendars(changes: Sequence[Change], by: Person) -> None:
    """Through base/calendar's own acts: publishing a calendar needs the right to put it in force too."""
    for change in changes:
        if change.obj is None:
            withdraw_calendar(by=by, code=change.ident, from_day=change.from_day)
            continue
        file = json.dumps(plain(type(change.obj), change.obj), ensure_ascii=False)
        put_calendar(by=by, code=change.ident, version=f"v{change.number}", from_day=change.from_day, file=file)
