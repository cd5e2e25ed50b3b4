from __future__ import annotations

import pytest

from opsloop.base.calendar.holidays import KNOWN_YEARS
from opsloop.base.calendar.jobs import take_over
from opsloop.base.calendar.models import AnnouncedYear
from opsloop.base.jobs import lease
from opsloop.base.jobs.api import enqueue, robot
from opsloop.base.jobs.run import run
from opsloop.base.ledger.models import Entry
from opsloop.base.testing import Cast


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_an_upgrade_takes_the_newest_year_over_once(cast: Cast) -> None:
    for _ in range(2):
        enqueue(take_over, {}, behalf=None)
        job = lease.claim()
        assert job is not None
        assert run(job)
    assert [one.year for one in AnnouncedYear.objects.all()] == [max(KNOWN_YEARS)]
    entry = Entry.objects.get(act="calendar.announce")
    assert entry.by_id == robot().pk
