"""08:30: the note arrives in the group, signed, with the figures of the pages, and its link opens the note."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
import time_machine
from django.utils import translation

from opsloop.base.acts import Call, acting
from opsloop.base.inbox.mails import address
from opsloop.base.jobs.robot import for_itself
from opsloop.connectors.channels import actions, vault
from opsloop.connectors.channels.models import Line
from opsloop.connectors.channels.tests.conftest import deliver_all, fake, keeper, server  # noqa: F401
from opsloop.data.metrics.latest import Wanted, figures
from opsloop.data.metrics.tests.shop import define
from opsloop.engine.monitors.tests.conftest import sell, shop  # noqa: F401
from opsloop.modules.notes import jobs
from opsloop.modules.notes.models import Edition

pytestmark = [pytest.mark.django_db(transaction=True)]
MORNING = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)


def test_the_note_reaches_the_group_with_the_figures_of_the_page(shop, fake, keeper, settings):  # noqa: F811
    settings.TIME_ZONE = "Asia/Shanghai"
    with time_machine.travel(MORNING, tick=False), translation.override("zh-hans"):
        sell()
        define("note", keeper, morning="title: 运营晨报\nmetrics: [sales, orders]\nmonth: [sales]\n")
        fake.secrets["dingtalk"] = "SEC" + "a1" * 20
        sealed = vault.seal(fake.address("dingtalk"), fake.secrets["dingtalk"], keeper)
        actions.add_channel(by=keeper, name="运营群", sealed=sealed.pk)

        class Ctx:
            by = for_itself(("notes.send",))

        publish = jobs.send(Ctx, "morning")
        with acting(Call(by=Ctx.by, via="job:1")):
            publish()
        deliver_all()
        (said,) = fake.texts("dingtalk")
        text = json.loads(said)["actionCard"]["text"]
        for figure in figures([Wanted(metric=one, grain="day") for one in ("sales", "orders")], None):
            assert f"{figure.metric} {figure.shown}" in text
        assert all(line in text for line in Edition.objects.get().body.splitlines())
        assert json.loads(said)["actionCard"]["singleURL"] == address("/notes/morning/")
    assert Line.objects.get().state == "sent"
