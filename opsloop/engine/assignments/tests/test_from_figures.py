"""From a figure that fell to a named person with a date: 波动拆解 gives the assignment, about its metric."""

from __future__ import annotations

import re
from datetime import date

import pytest

from opsloop.base.testing import Cast
from opsloop.data.metrics.addresses import explained
from opsloop.data.metrics.tests.shop import metrics, shop
from opsloop.engine.assignments.models import Assignment
from opsloop.ui.testing import signed_in

pytestmark = pytest.mark.django_db
NOW, THEN = date(2026, 3, 9), date(2026, 3, 2)


def test_why_it_moved_is_handed_to_a_person_by_a_day(cast: Cast) -> None:
    shop(cast.lin, [(str(day), "ann", "p1", "north", amount, "0", 1, day.isoformat())
                    for day, amount in ((NOW, "90"), (THEN, "100"))])  # fmt: skip
    metrics(cast.lin, sales="value: {sum: amount}\nunit: money\nby: [shop]")
    client = signed_in(cast.lin)
    address = explained("sales", (NOW, NOW), (THEN, THEN))
    links = re.findall(r'href="([^"]*)"', client.get(address).content.decode())
    [form] = [one.replace("&amp;", "&") for one in links if "/act/assignments.give/" in one]
    page = client.get(form).content.decode()
    title = re.search(r'name="title" value="(Find out why: [^"]*)"', page)
    assert title and "90" in title[1] and "sales" in title[1]
    given = {"title": title[1], "about": re.findall(r"metrics\.metric:\d+", page)[0], "doer": str(cast.chen.pk),
             "due_at": "2030-01-02T17:00"}  # fmt: skip
    assert client.post("/act/assignments.give/", given).status_code in (200, 204, 302)
    one = Assignment.objects.get(doer=cast.chen)
    assert one.title == title[1] and one.title in client.get("/metrics/sales/").content.decode()
