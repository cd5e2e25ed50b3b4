from __future__ import annotations

from datetime import date

import pytest

from opsloop.base.people.models import Person
from opsloop.base.testing import Cast
from opsloop.base.things.errors import NotFound
from opsloop.modules.reports import commands
from opsloop.modules.reports.tests.conftest import an_edition, weekly

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 16)


def test_the_edition_due_at_the_end_of_a_day_becomes_a_file(cast: Cast, director: Person, writer: Person) -> None:
    edition = an_edition(weekly(cast.lin))
    made = commands.report_file("weekly", MONDAY, "md", "zh-hans", cast.robot)
    assert made.edition == edition and not made.drafted
    text = made.content.decode().replace("\\", "")
    assert "运营周报" in text and "ZB-2026-46" in text and "草稿" in text


def test_a_correction_stands_before_what_it_corrects(cast: Cast, director: Person, writer: Person) -> None:
    report = weekly(cast.lin)
    first = an_edition(report)
    second = an_edition(report, number="ZB-2026-46-1", corrects=first, correction=1, reason="少算一店")
    assert commands.edition_at(report, MONDAY, cast.robot) == (second, False)


def test_a_report_that_is_not_there_is_refused_with_those_that_are(
    cast: Cast, director: Person, writer: Person
) -> None:
    weekly(cast.lin)
    with pytest.raises(NotFound, match="weekly"):
        commands.report_file("monthly", None, "md", "", cast.robot)
