from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from opsloop.base.acts import Call, Forbidden, Invalid, Refused, operation
from opsloop.base.calendar import changes
from opsloop.base.calendar.actions import announce_year, put_calendar, withdraw_calendar
from opsloop.base.calendar.changes import Change
from opsloop.base.calendar.holidays import KNOWN_YEARS
from opsloop.base.calendar.models import AnnouncedYear, CalendarSpec
from opsloop.base.ledger import chain
from opsloop.base.ledger.models import Entry
from opsloop.base.testing import Cast

pytestmark = pytest.mark.both
FROM = date(2026, 1, 1)


def file(**data: Any) -> str:
    return json.dumps({"title": "Company", "hours": {"mon-fri": ["09:00-12:00", "13:00-18:00"]}, **data})


@pytest.fixture
def told() -> Iterator[list[Change]]:
    """What the hooks heard."""
    heard: list[Change] = []
    changes.on_change.append(heard.append)
    yield heard
    changes.on_change.remove(heard.append)


def test_a_calendar_is_put_in_force_recorded_and_told(cast: Cast, told: list[Change]) -> None:
    made = put_calendar(by=cast.lin, code="company", version="1", from_day=FROM, file=file())
    assert made.read().title == "Company"
    assert told == [Change("company", FROM)]
    entry = Entry.objects.get()
    assert (entry.act, entry.object_id, entry.by_id) == ("calendar.put", made.pk, cast.lin.pk)
    assert chain.verify() == []


def test_the_same_version_again_changes_nothing(cast: Cast, told: list[Change]) -> None:
    first = put_calendar(by=cast.lin, code="company", version="1", from_day=FROM, file=file())
    again = put_calendar(by=cast.lin, code="company", version="1", from_day=date(2026, 2, 1), file=file())
    assert (again.pk, CalendarSpec.objects.count(), len(told)) == (first.pk, 1, 1)


def test_a_wrong_file_is_invalid_and_says_why(cast: Cast) -> None:
    for text, said in ((file(timezone="Peking"), "Asia/Shanghai"), ("{", "JSON")):
        with pytest.raises(Invalid) as caught:
            put_calendar(by=cast.lin, code="company", version="1", from_day=FROM, file=text)
        assert said in caught.value.errors["file"][0]
    assert not CalendarSpec.objects.exists()


def test_a_calendar_stays_in_its_zone(cast: Cast) -> None:
    put_calendar(by=cast.lin, code="company", version="1", from_day=FROM, file=file())
    with pytest.raises(Refused, match="Asia/Shanghai"):
        put_calendar(by=cast.lin, code="company", version="2", from_day=date(2026, 2, 1), file=file(timezone="UTC"))
    put_calendar(by=cast.lin, code="company", version="2", from_day=FROM, file=file(timezone="UTC"))


def test_who_may_not_may_not(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        put_calendar(by=cast.chen, code="company", version="1", from_day=FROM, file=file())
    with pytest.raises(Forbidden):
        withdraw_calendar(by=cast.chen, code="company", from_day=FROM)
    with pytest.raises(Forbidden):
        announce_year(by=cast.chen, year=2026)


def test_a_calendar_is_withdrawn_once(cast: Cast, told: list[Change]) -> None:
    put_calendar(by=cast.lin, code="shop", version="1", from_day=FROM, file=file())
    withdraw_calendar(by=cast.lin, code="shop", from_day=date(2026, 6, 1))
    assert told[-1] == Change("shop", date(2026, 6, 1))
    with pytest.raises(Refused):
        withdraw_calendar(by=cast.lin, code="shop", from_day=date(2026, 7, 1))
    with pytest.raises(Refused):
        withdraw_calendar(by=cast.lin, code="none", from_day=FROM)
    assert Entry.objects.filter(act="calendar.withdraw").count() == 1


def test_new_public_holidays_are_taken_over_once(cast: Cast, told: list[Change]) -> None:
    announce_year(by=cast.robot, year=max(KNOWN_YEARS))
    assert [change.code for change in told] == [None]
    assert AnnouncedYear.objects.get().year == max(KNOWN_YEARS)
    with pytest.raises(Refused):
        announce_year(by=cast.robot, year=max(KNOWN_YEARS))
    with pytest.raises(Refused):
        announce_year(by=cast.robot, year=max(KNOWN_YEARS) + 1)
    assert Entry.objects.get().act == "calendar.announce"


def test_a_hook_that_fails_undoes_the_act(cast: Cast) -> None:
    def broken(change: Change) -> None:
        raise RuntimeError("no queue")

    changes.on_change.append(broken)
    try:
        with pytest.raises(RuntimeError):
            put_calendar(by=cast.lin, code="company", version="1", from_day=FROM, file=file())
    finally:
        changes.on_change.remove(broken)
    assert not CalendarSpec.objects.exists()


def test_publication_puts_it_inside_its_own_act(cast: Cast) -> None:
    with operation(Call(by=cast.lin)):
        put_calendar(by=cast.lin, code="company", version="1", from_day=FROM, file=file())
        put_calendar(by=cast.lin, code="shop", version="1", from_day=FROM, file=file())
    assert Entry.objects.count() == 2
