"""The least that each act takes, made from its signature; what a type cannot say stands in `SAID`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any

from django.utils import timezone

from opsloop.base.acts.args import Param
from opsloop.base.acts.registry import Act
from opsloop.base.files.models import Stored
from opsloop.base.people.models import Department, Person, Position
from opsloop.data.sources.models import Attempt
from opsloop.engine.findings.models import Finding
from opsloop.engine.sops.models import Sop
from opsloop.playbook.models import Draft
from tests.matrix.things import Things

HASH = "0" * 64


def _ref(things: Things, model: Any) -> str:
    return f"{model._meta.label_lower}:{things[model].obj.pk}"


def _soon() -> str:
    return (timezone.now() + timedelta(days=4)).isoformat()


def _other_finding(things: Things) -> int:
    one = things[Finding].obj
    return Finding.objects.filter(raised_by=one.raised_by).exclude(pk=one.pk).values_list("pk", flat=True)[0]


def _buyer() -> int:
    return Position.objects.values_list("pk", flat=True).get(code="buyer")


def _competitors() -> int:
    return Sop.objects.values_list("pk", flat=True).get(ident="competitor-watch")


SAID: dict[str, Callable[[Things], dict[str, Any]]] = {
    "assignments.change": lambda t: {"due_at": _soon()},
    "assignments.give": lambda t: {"doer": t[Person].obj.pk, "due_at": _soon()},
    "assignments.promise": lambda t: {"promised_at": _soon()},
    "assignments.repeat": lambda t: {"doer": t[Person].obj.pk, "rhythm": "workdays"},
    "audits.draw": lambda t: {"since": "2020-01-01", "until": "2999-01-01"},
    "calendar.announce": lambda t: {"year": 2025},
    "calendar.put": lambda t: {
        "file": '{"title": "检查", "timezone": "Asia/Shanghai", "hours": {"mon-fri": ["09:00-18:00"]}}',
        "code": "matrix",
    },
    "calendar.withdraw": lambda t: {"code": "company"},
    "cases.set_values": lambda t: {"values": []},
    "cases.skip": lambda t: {"activation": 3},
    "channels.add_mail": lambda t: {"receivers": "matrix@example.com"},
    "channels.subscribe": lambda t: {"kinds": ["notes.morning"]},
    "departments.found": lambda t: {"code": "matrix-new", "parent": t[Department].obj.pk},
    "departments.move": lambda t: {"parent": t[Department].obj.pk},
    "explore.drop_tile": lambda t: {"tile": 1},
    "explore.export": lambda t: {"kind": "csv"},
    "explore.save": lambda t: {"address": "m=sales", "new_dashboard": "matrix"},
    "findings.decide": lambda t: {"way": "spot"},
    "findings.merge": lambda t: {"into": _other_finding(t)},
    "files.attach": lambda t: {"stored": t[Stored].obj.pk, "about": _ref(t, Draft)},
    "imports.describe": lambda t: {"definition": "{}"},
    "imports.choose": lambda t: {"columns": []},
    "inbox.set_rule": lambda t: {"kind": "*", "where": ["inbox"], "when": "now"},
    "links.tie": lambda t: {"a": _ref(t, Person), "kind": "caused-by", "b": _ref(t, Draft)},
    "lake.ask_erasure": lambda t: {"subject": HASH[:16]},
    "lists.export": lambda t: {"listing": "people", "kind": "csv"},
    "metrics.put_totals": lambda t: {"pasted": "2025-01 5"},
    "metrics.set_target": lambda t: {"value": "5"},
    "notes.send": lambda t: {"day": timezone.localdate().isoformat()},
    "people.appoint": lambda t: {"department": t[Department].obj.pk},
    "people.absent": lambda t: {"ends_at": _soon()},
    "people.open_account": lambda t: {"login": "matrix-new"},
    "reconciliation.check": lambda t: {"cause": "other", "note": "matrix"},
    "reports.instruct": lambda t: {"doer": t[Person].obj.pk, "due_at": _soon()},
    "series.change": lambda t: {"position": _buyer(), "rhythm": "workdays", "presets": "week = {week}"},
    "series.create": lambda t: {
        "sop": _competitors(),
        "position": _buyer(),
        "rhythm": "workdays",
        "presets": "week = {week}",
    },
    "sql.correct": lambda t: {"title": "matrix", "text": "select 1 as one"},
    "sql.save": lambda t: {"title": "matrix", "text": "select 1 as one"},
    "playbook.draft": lambda t: {"kind": "position", "ident": "matrix-new", "sha256": t[Draft].obj.sha256},
}


def values_of(this: Act, things: Things) -> dict[str, Any]:
    """Plain values for the needed arguments, chosen among the asker's own things."""
    made = {p.name: _value(p, things) for p in this.params if p.required}
    if "attempt" in made:
        made["attempt"] = Attempt.objects.order_by("-pk").values_list("pk", flat=True)[0]
    return made | SAID.get(this.name, lambda t: {})(things)


def _value(p: Param, things: Things) -> Any:
    if p.is_rows:
        return [{one.name: _value(one, things) for one in p.row_params if one.required}]
    one = things[p.type].obj.pk if p.is_model else _plain(p)
    return [one] if p.many else one


def _plain(p: Param) -> Any:
    if p.name in ("sha256", "digest"):
        return HASH
    if p.type is str:
        return "x" * max(int(p.arg.min or 0), 3)
    if issubclass(p.type, Enum):
        return next(iter(p.type)).value
    if p.type is bool:
        return False
    if p.type is datetime:
        return (timezone.now() + timedelta(days=3)).isoformat()
    if p.type is date:
        return (timezone.localdate() + timedelta(days=3)).isoformat()
    return str(p.arg.min or 1) if p.type is Decimal else max(int(p.arg.min or 0), 1)
