"""A weekly report over the shop of the monitors, whose figures can be worked by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from opsloop.base.people.models import Person
from opsloop.base.testing import Cast, hold, make, person, position
from opsloop.data.metrics.tests.shop import define
from opsloop.engine.monitors.tests.conftest import sell, shop
from opsloop.modules.reports.models import Content, Edition, Report
from opsloop.modules.reports.producing import period_with, producing

__all__ = ["sell", "shop"]
WEEK = date(2026, 11, 9)
FILE = """
title: 运营周报
every: 周一 08:30
code: ZB
written_by: data-analyst
issued_by: operations-manager
for: [operations-director]
shows: [sales, orders, average-order]
explains: [sales]
charts:
  - {metric: sales, periods: 4}
"""
WRITER = [
    "findings.raise",
    "reports.write",
    "reports.submit",
    "reports.correct",
    "reports.recompute",
    "reports.export",
    "assignments.give",
]


@pytest.fixture
def director(cast: Cast) -> Person:
    may = ["reports.instruct", "reports.export", "assignments.*"]
    post = position("operations-director", may=may, sees={"*": "subtree"})
    return person("Chen Lan", post, cast.ops)


@pytest.fixture
def writer(cast: Cast) -> Person:
    """Wu writes: the cast's analyst may nothing of that, so another post of the same code's rights is held."""
    made = person("Zhang", None, None)
    post = position("report-writer", may=WRITER, sees={"*": "all", "reports": "all"})
    hold(made, post, cast.data)
    hold(made, cast.analyst, cast.data)
    return made


def weekly(by: Person, text: str = FILE, **more: Any) -> Report:
    define("report", by, weekly=text)
    return Report.objects.get(ident="weekly")


def drafted(cast: Cast, report: Report, day: date = WEEK) -> Edition:
    """The edition of the week of a day, computed now and published by its act."""
    return producing(report, period_with(report, day), cast.robot)()


def an_edition(report: Report, **values: Any) -> Edition:
    """A row without numbers: three figures that texts may use."""
    figures = [
        {"figure": {"is": "figure", "key": key, "value": 1.0, "text": text}, "label": key, "sort": sort}
        for key, text, sort in (("sales", "86,923", "value"), ("sales.previous", "−6.5%", "change"),
                                ("sales.factor.1", "−6,590", "effect"))
    ]  # fmt: skip
    sha = Content.keep({"parts": [], "figures": figures, "warning": ""})
    usual: dict[str, Any] = {
        "report": report, "title": "运营周报 第46周", "number": "ZB-2026-46", "grain": "week", "since": WEEK,
        "until": date(2026, 11, 15), "due_at": "2026-11-16T00:30Z", "drafted_at": "2026-11-16T00:30Z",
        "drafts": {"zh-hans": sha, "en": sha}, "body": {},
    }  # fmt: skip
    return make(Edition, **{**usual, **values})
