"""From a bulletin to the group: limits, failures, crashes, floods, against a server that behaves like each service."""

from __future__ import annotations

import hashlib
import json
import logging
import time
from datetime import timedelta

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.utils import timezone

from opsloop.base.acts import Call, operation
from opsloop.base.files.models import Stored
from opsloop.base.jobs import outbox
from opsloop.base.jobs.models import LetterState, Outbox
from opsloop.base.testing import make
from opsloop.connectors.channels import actions, calling, delivering, vault
from opsloop.connectors.channels.jobs import round_of_channels
from opsloop.connectors.channels.models import Channel, Gate, Line
from opsloop.connectors.channels.tests.conftest import deliver_all, sooner
from opsloop.connectors.channels.tests.fake import TOKENS
from opsloop.connectors.channels.words import LineState, Problem

pytestmark = [pytest.mark.both, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(
    ("service", "secret"), [("wecom", ""), ("dingtalk", "SEC" + "a1" * 20), ("feishu", "s3cret-of-feishu")]
)
def test_what_is_said_reaches_the_group_signed_and_with_its_link(fake, add, say, service, secret):
    fake.secrets[service] = secret
    add(service, secret)
    assert say("销售额下跌", link="/monitors/alerts/7/") == 1
    assert deliver_all() == 1
    (text,) = fake.texts(service)
    assert "销售额下跌" in text and "第二行" in text and "/monitors/alerts/7/" in text
    assert Line.objects.get().state == LineState.SENT and Outbox.objects.get().state == LetterState.SENT
    assert say("销售额下跌") == 0, "the same key reaches a channel once"


@pytest.mark.parametrize(
    ("service", "wrong", "problem"),
    [
        ("wecom", "token", Problem.TOKEN), ("dingtalk", "token", Problem.TOKEN), ("feishu", "token", Problem.TOKEN),
        ("dingtalk", "sign", Problem.SIGN), ("feishu", "sign", Problem.SIGN),
        ("dingtalk", "keyword", Problem.KEYWORD), ("feishu", "keyword", Problem.KEYWORD),
    ],
)  # fmt: skip
def test_a_refusal_says_why_and_what_to_do_and_nothing_is_lost(fake, add, say, keeper, service, wrong, problem):
    channel = add(service, "SECwrong-secret-1" if service != "wecom" else "")
    if wrong == "token":
        fake_token, TOKENS[service] = TOKENS[service], "other-token-000000"
    if wrong == "sign":
        fake.secrets[service] = "SECthe-right-one"
    if wrong == "keyword":
        fake.keywords[service] = "运营日报"
    try:
        say()
        deliver_all()
        gate = Gate.objects.get()
        assert gate.problem == problem and gate.said and not fake.got
        assert Outbox.objects.get().state == LetterState.DEAD and Line.objects.get().state == LineState.WAITING
    finally:
        if wrong == "token":
            TOKENS[service] = fake_token
    fake.secrets.clear()
    if wrong == "keyword":  # put right as the remedy says: what waited goes out
        with _acting(keeper):
            actions.change_channel(Channel.objects.get(), by=keeper, name="运营群", keyword="运营日报")
    with _acting(keeper):
        actions.note_test(Channel.objects.get(pk=channel.pk), by=keeper, outcome="ok", works=True)
    deliver_all()
    assert len(fake.got) == 1 and Line.objects.get().state == LineState.SENT


def _acting(by):
    return operation(Call(by=by))


def test_twenty_a_minute_are_never_passed_and_the_rest_goes_as_one(fake, add, say):
    start = timezone.now()
    add("dingtalk")
    sent = 0
    with time_machine.travel(start, tick=False) as clock:
        fake.clock = time.time
        for n in range(40):
            say(f"第{n}条", key=f"k{n}")
            deliver_all()
            clock.shift(1)
        for _n in range(8):
            clock.shift(30)
            deliver_all()
        sent = len(fake.got)
        assert not fake.blocked_until, "the service never had to block us"
    assert Line.objects.filter(state=LineState.SENT).count() == 40
    assert sent < 25, "what waited went out together"
    assert all(f"第{n}条" in "".join(fake.texts()) for n in range(40))


def test_a_block_of_ten_minutes_is_kept_and_costs_no_attempt(fake, add, say):
    add("dingtalk")
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        fake.clock = time.time
        fake.blocked_until["dingtalk"] = time.time() + 600
        say("a")
        deliver_all()
        say("b")
        deliver_all()
        assert fake.tried == 1 and Gate.objects.get().not_before == start + timedelta(seconds=600)
        clock.shift(599)
        deliver_all()
        assert fake.tried == 1
        clock.shift(3)
        deliver_all()
        assert len(fake.got) == 1 and "a" in fake.texts()[0] and "b" in fake.texts()[0]
    assert {row.attempts for row in Outbox.objects.all()} <= {0, 1}


def test_retry_after_is_kept(fake, add, say):
    add("wecom")
    fake.trouble = lambda handler: handler.reply(429, {}, Retry_After="300") or True
    say()
    deliver_all()
    waits = (Gate.objects.get().not_before - timezone.now()).total_seconds()
    assert 280 < waits <= 300 and Outbox.objects.get().state == LetterState.WAITING


def silent(handler):
    time.sleep(0.6)
    handler.reply(200, {"errcode": 0})
    return True


def reset(handler):
    handler.connection.close()
    return True


def five_hundred(handler):
    handler.reply(500, b"oops")
    return True


def elsewhere(handler):
    handler.reply(302, b"", Location="http://127.0.0.1:1/steal")
    return True


def garbage(handler):
    handler.reply(200, b"<html>login</html>")
    return True


@pytest.mark.parametrize(
    ("how", "problem", "unsure"),
    [
        (silent, Problem.SILENT, True), (reset, Problem.SILENT, True), (five_hundred, Problem.BUSY, False),
        (elsewhere, Problem.UNKNOWN, False), (garbage, Problem.UNKNOWN, False),
    ],
)  # fmt: skip
def test_whatever_the_other_side_does_nothing_is_lost_or_leaked(
    fake, add, say, monkeypatch, caplog, how, problem, unsure
):
    monkeypatch.setattr(calling, "READ_S", 0.2)
    caplog.set_level(logging.DEBUG)
    add("wecom")
    fake.trouble = how
    say("甲")
    deliver_all()
    gate, line = Gate.objects.get(), Line.objects.get()
    assert gate.problem == problem and line.state == LineState.WAITING and line.unsure is unsure
    logged = [record.getMessage() for record in caplog.records]
    said = "".join([gate.said, *Outbox.objects.values_list("error", flat=True), *logged])
    assert TOKENS["wecom"] not in said
    fake.trouble = None
    say("乙")
    sooner()
    deliver_all()
    (text,) = fake.texts()
    assert "甲" in text and "乙" in text
    assert ("可能重复" in text) is unsure
    assert Line.objects.filter(state=LineState.SENT, twice=unsure).count() == 2


def test_nobody_there_at_all_is_tried_again(fake, add, say, keeper):
    channel = add("wecom")
    vault.destroy(channel.sealed_id)
    sealed = vault.seal("http://127.0.0.1:9/cgi-bin/webhook/send?key=abcdefgh-1234", "", keeper)
    with _acting(keeper):
        actions.readdress(channel, by=keeper, sealed=sealed.pk)
    say()
    deliver_all()
    assert Gate.objects.get().problem == Problem.AWAY and Outbox.objects.get().state == LetterState.WAITING


def test_a_day_without_the_service_ends_in_one_message_and_what_is_no_news_is_not_told(fake, add, say):
    add("wecom")
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        fake.clock = time.time
        fake.trouble = five_hundred
        say("晨报", key="note", until=start + timedelta(hours=3))
        for hour in range(24):
            say(f"预警{hour:02}", key=f"a{hour}", severity="critical" if hour == 13 else "warn")
            for _n in range(2):
                clock.shift(1800)
                deliver_all()
        assert fake.tried < 60 and not fake.got, "a service that is away is not hammered"
        assert Outbox.objects.filter(state=LetterState.DEAD).count() == 0
        assert Outbox.objects.filter(state=LetterState.WAITING).count() <= 3
        fake.trouble = None
        clock.shift(4000)
        deliver_all()
        clock.shift(600)
        deliver_all()
    (text,) = fake.texts()
    assert "24 条消息" in text and "晨报" not in text and text.index("预警13") < text.index("预警00")
    assert "另有 4 条" in text
    assert Line.objects.get(key="note").state == LineState.EXPIRED


def test_a_worker_killed_while_sending_sends_again_and_says_so(fake, add, say):
    add("feishu")
    say("甲")
    letter = outbox._take()
    now = timezone.now()
    lines = delivering._take(Channel.objects.get(), letter.key, now)
    Line.objects.filter(pk__in=[one.pk for one in lines]).update(unsure=True)  # the kill comes here, sent or not
    assert not outbox.deliver()
    with time_machine.travel(now + timedelta(seconds=outbox.SEND_S + 1)):
        fake.clock = time.time
        deliver_all()
    (text,) = fake.texts()
    assert "可能重复" in text and Line.objects.get().twice and Outbox.objects.get().maybe_twice


def test_two_workers_do_not_send_the_same_lines(fake, add, say):
    channel = add("wecom")
    say("甲")
    now = timezone.now()
    first = delivering._take(channel, "letter-1", now)
    assert [one.title for one in first] == ["甲"] and delivering._take(channel, "letter-2", now) == []


def test_a_line_without_a_letter_is_found_by_the_round(fake, add, say):
    add("wecom")
    say("甲")
    Outbox.objects.all().delete()
    Line.objects.update(due_at=timezone.now() - timedelta(minutes=5))
    assert round_of_channels(None) == 1
    deliver_all()
    assert len(fake.got) == 1


def test_a_picture_follows_its_words_where_the_service_shows_pictures(fake, add, say, keeper, tmp_path):
    png = _stored(keeper, b"\x89PNG\r\n\x1a\n" + b"0" * 100)
    add("wecom")
    add("dingtalk", name="钉钉群")
    say("周报", picture=png)
    deliver_all()
    assert [body["msgtype"] for name, body in fake.got if name == "wecom"] == ["markdown", "image"]
    assert len(fake.texts("dingtalk")) == 1


def _stored(by, raw):
    digest = hashlib.sha256(raw).hexdigest()
    row = make(Stored, sha256=digest, size=len(raw), mime="image/png", name="w.png", kept_at=timezone.now())
    row.path.parent.mkdir(parents=True, exist_ok=True)
    row.path.write_bytes(raw)
    return row.pk


def test_the_webhook_stands_nowhere_but_in_its_sealed_row(fake, add, say, keeper, client):
    channel = add("dingtalk", "SECvery-secret-words-99")
    say()
    fake.trouble = five_hundred
    deliver_all()
    secrets = (TOKENS["dingtalk"], "SECvery-secret-words-99")
    rows = "".join(
        json.dumps(list(model._default_manager.values()), default=str, ensure_ascii=False)
        for model in apps.get_models()
    )
    assert not any(secret in rows for secret in secrets)
    assert vault.opened(channel).secret == secrets[1] and channel.tail == TOKENS["dingtalk"][-4:]
    assert (settings.WORKSPACE.secrets / vault.KEY).stat().st_mode & 0o077 == 0
