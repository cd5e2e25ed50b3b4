"""Mail against a real SMTP server on loopback: what arrives, and a server that is away."""

from __future__ import annotations

import socket
from datetime import timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
import time_machine
from aiosmtpd.controller import Controller
from django.utils import timezone

from opsloop.base.jobs.mail import SMTP
from opsloop.base.jobs.models import LetterState, Outbox
from opsloop.connectors.channels.models import Gate, Line
from opsloop.connectors.channels.tests.conftest import deliver_all, sooner
from opsloop.connectors.channels.tests.test_delivery import _stored

pytestmark = [pytest.mark.django_db(transaction=True)]


class Box:
    def __init__(self) -> None:
        self.got: list[Any] = []
        self.no = ""

    async def handle_RCPT(self, smtp: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if self.no:
            return self.no
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, smtp: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.got.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default)))
        return "250 OK"


@pytest.fixture
def box(settings):
    found = Box()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    smtp = Controller(found, hostname="127.0.0.1", port=port)
    smtp.start()
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = SMTP, "127.0.0.1"
    settings.EMAIL_PORT = port
    settings.EMAIL_TIMEOUT = 5
    yield found
    smtp.stop()


def test_a_mail_has_text_html_and_the_picture_and_no_way_out_that_leads_nowhere(box, add, say, keeper):
    add("email", receivers="chen@example.com\nwu@example.com")
    raw = b"\x89PNG\r\n\x1a\n" + b"1" * 200
    say("周报 <第 50 周>", body="销售额 86,923\n客单价 <29.64>", link="/reports/7/", picture=_stored(keeper, raw))
    deliver_all()
    ((to, mail),) = box.got
    assert to == ["chen@example.com", "wu@example.com"] and mail["Subject"] == "周报 <第 50 周>"
    assert mail["List-Unsubscribe"] is None, "the channel's page is not for receivers"
    assert mail["Message-ID"].endswith("@opsloop>") and "/channels/" not in mail.as_string()
    parts = {part.get_content_type(): part for part in mail.walk()}
    assert "销售额 86,923" in parts["text/plain"].get_content() and "/reports/7/" in parts["text/plain"].get_content()
    html = parts["text/html"].get_content()
    assert "&lt;29.64&gt;" in html and 'src="cid:picture"' in html and "<script" not in html
    assert parts["image/png"].get_content() == raw and parts["image/png"]["Content-ID"] == "<picture>"


def test_a_day_without_the_mail_server_loses_nothing_and_floods_nobody(box, add, say, settings):
    add("email")
    right, start = settings.EMAIL_PORT, timezone.now()
    settings.EMAIL_PORT = 9
    with time_machine.travel(start, tick=False) as clock:
        for hour in range(24):
            say(f"预警{hour:02}", key=f"a{hour}")
            deliver_all()
            clock.shift(3600)
        assert not box.got and Gate.objects.get().problem == "busy"
        assert not Outbox.objects.filter(state=LetterState.DEAD).exists()
        settings.EMAIL_PORT = right
        clock.shift(timedelta(hours=2))
        deliver_all()
    assert len(box.got) == 1 and Line.objects.filter(state="sent").count() == 24


def test_a_refused_receiver_is_said(box, add, say):
    add("email")
    box.no = "550 no such user"
    say("a")
    deliver_all()
    assert Gate.objects.get().problem == "receiver" and Outbox.objects.get().state == LetterState.DEAD
    box.no = ""
    say("b")
    sooner()
    deliver_all()
    assert len(box.got) == 1 and Line.objects.filter(state="sent").count() == 2, "what waited came along"
