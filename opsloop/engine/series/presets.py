"""What a run begins with: lines `field = value`, in which {week} and the like stand for the day of the run."""

from __future__ import annotations

import re
from datetime import date, timedelta

from django.utils.translation import gettext as _t

from opsloop.base.acts import Refused
from opsloop.base.people.models import Person
from opsloop.engine.cases import casevalues
from opsloop.engine.sops.definition import CaseField, SopFile
from opsloop.engine.sops.words import FieldType, May

LINE = re.compile(r"\s*(?P<name>[^=＝]+?)\s*[=＝]\s*(?P<value>.*?)\s*$")
PLACE = re.compile(r"\{(\w+)\}")


def values(file: SopFile, text: str, day: date) -> dict[str, object]:
    """field id -> value, for the run of a day. Raises Refused for what cannot be read, and for what the start needs
    and nothing gives."""
    fields = {one.id: one for one in file.fields}
    by_name = {**{one.title: one for one in file.fields}, **fields}
    said = [_line(line, by_name, day) for line in text.splitlines() if line.strip()]
    given = casevalues.read(file, said)
    needed = [one.field for one in file.start.form if one.may == May.NEED and one.field in fields]
    if missing := [fields[one].title for one in needed if given.get(one) in (None, "", [])]:
        raise Refused(_t("The start needs: {fields}").format(fields="、".join(missing)), field="presets")
    return given


def _line(line: str, fields: dict[str, CaseField], day: date) -> tuple[str, str]:
    found = LINE.match(line)
    if found is None:
        raise Refused(_t("Write each line as field = value: {line}").format(line=line[:80]), field="presets")
    field = fields.get(found["name"])
    if field is None:
        raise Refused(_t("{field} is no field of this SOP.").format(field=found["name"][:80]), field="presets")
    if field.personal:
        raise Refused(
            _t("{field} is personal data and does not stand here.").format(field=field.title), field="presets"
        )
    value = filled(found["value"], day)
    return field.id, _person(value) if field.type == FieldType.PERSON else value


def filled(text: str, day: date) -> str:
    """The text with its places filled in. Raises Refused for a place that there is not."""
    known = places(day)
    if strange := [one for one in PLACE.findall(text) if one not in known]:
        said = {"place": f"{{{strange[0]}}}", "known": " ".join(f"{{{one}}}" for one in known)}
        raise Refused(_t("There is no {place}; there are {known}").format(**said), field="presets")
    return PLACE.sub(lambda one: known[one.group(1)], text)


def places(day: date) -> dict[str, str]:
    """What can stand in braces, for a day: the 1st of January 2027 is in week 2026-W53."""
    first = day.replace(day=1)
    past = first - timedelta(days=1)
    monday = day - timedelta(days=day.weekday() + 7)
    quarter = (day.month + 2) // 3
    before = (day.year, quarter - 1) if quarter > 1 else (day.year - 1, 4)
    return {
        "day": day.isoformat(), "week": _week(day), "last_week": _week(day - timedelta(days=7)),
        "last_week_from": monday.isoformat(), "last_week_to": (monday + timedelta(days=6)).isoformat(),
        "month": f"{day:%Y-%m}", "last_month": f"{past:%Y-%m}", "quarter": f"{day.year}-Q{quarter}",
        "last_quarter": f"{before[0]}-Q{before[1]}", "year": str(day.year),
    }  # fmt: skip


def _week(day: date) -> str:
    year, week, _weekday = day.isocalendar()
    return f"{year}-W{week:02d}"


def _person(name: str) -> str:
    """People are written by their names."""
    found = list(Person.objects.filter(name=name, left_on=None).values_list("pk", flat=True)[:2])
    return str(found[0]) if len(found) == 1 else name
