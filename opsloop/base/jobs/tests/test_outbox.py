"""What leaves the house: after commit, at least once, and honest about perhaps twice."""

from __future__ import annotations

import smtplib
from datetime import timedelta

import pytest
import time_machine
from django.core import mail as mailbox
from django.utils import timezone

from opsloop.base.acts import Call, operation
from opsloop.base.jobs import outbox
from opsloop.base.jobs.api import Letter, mail, post, sender
from opsloop.base.jobs.mail import send_mail
from opsloop.base.jobs.models import LetterState, Outbox
from opsloop.base.things.errors import NotYet, OutsideError

pytestmark = [pytest.mark.both, pytest.mark.django_db(transaction=True)]
got: list[Letter] = []
trouble: list[Exception] = []


@sender("test")
def take(letter):
    got.append(letter)
    if trouble:
        raise trouble.pop()


@pytest.fixture(autouse=True)
def _empty():
    got.clear()
    trouble.clear()


def test_what_a_failed_act_posted_is_never_sent(cast):
    with pytest.raises(ZeroDivisionError), operation(Call(by=cast.lin)):
        post("test", "someone", {}, "k")
        raise ZeroDivisionError
    assert not outbox.deliver() and not got


def test_a_message_is_delivered_once_with_its_key():
    post("test", "张三", {"text": "你好"}, "hello:1")
    assert outbox.deliver() and not outbox.deliver()
    assert got == [Letter("test", "张三", {"text": "你好"}, "hello:1", 1, False)]
    row = Outbox.objects.get()
    assert row.state == LetterState.SENT and row.sent_at


def test_the_same_key_goes_out_once():
    assert post("test", "a", {}, "k").pk == post("test", "b", {}, "k").pk
    outbox.deliver()
    outbox.deliver()
    assert [letter.to for letter in got] == ["a"]


def test_a_channel_nobody_serves_is_refused_at_once():
    with pytest.raises(LookupError):
        post("pigeon", "a", {}, "k")


def test_trouble_outside_is_tried_again_with_the_same_key():
    post("test", "a", {}, "k")
    trouble.append(OutsideError("away"))
    outbox.deliver()
    assert Outbox.objects.get().error == "OutsideError: away" and not outbox.deliver()
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        assert outbox.deliver()
    assert [(letter.key, letter.attempt, letter.maybe_twice) for letter in got] == [("k", 1, False), ("k", 2, False)]


def test_a_permanent_no_and_too_many_attempts_are_dead_letters():
    post("test", "a", {}, "k")
    trouble.append(OutsideError("no such receiver", permanent=True))
    outbox.deliver()
    assert Outbox.objects.get().state == LetterState.DEAD
    post("test", "a", {}, "k2")
    for _n in range(outbox.MAX_ATTEMPTS):
        trouble.append(ValueError("a bug in the sender"))
        Outbox.objects.filter(key="k2").update(due_at=timezone.now())
        outbox.deliver()
    assert Outbox.objects.get(key="k2").state == LetterState.DEAD


def test_a_delivery_cut_off_by_a_crash_is_sent_again_and_marked():
    post("test", "a", {}, "k")
    first = outbox._take()  # the worker dies here, sent or not
    with time_machine.travel(timezone.now() + timedelta(seconds=outbox.SEND_S + 1)):
        assert outbox.deliver()
    row = Outbox.objects.get()
    assert got[0].maybe_twice and row.maybe_twice and row.state == LetterState.SENT
    outbox._failed(first, "too late", permanent=True)
    row.refresh_from_db()
    assert row.state == LetterState.SENT


def test_a_mail_has_plain_text_html_and_a_name_that_is_the_same_at_every_attempt():
    mail("chen@example.com", "周报\n已生成", "正文", "report:7", html="<p>正文</p>")
    outbox.deliver()
    Outbox.objects.update(state=LetterState.WAITING, due_at=timezone.now())
    outbox.deliver()
    first, second = mailbox.outbox
    assert (first.subject, first.body, first.to) == ("周报 已生成", "正文", ["chen@example.com"])
    assert first.alternatives[0][1] == "text/html"
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]


@pytest.mark.parametrize(
    ("error", "permanent"),
    [
        (smtplib.SMTPRecipientsRefused({"a": (550, b"no such user")}), True),
        (smtplib.SMTPRecipientsRefused({"a": (450, b"later")}), False),
        (smtplib.SMTPDataError(554, b"spam"), True),
        (smtplib.SMTPDataError(451, b"later"), False),
        (smtplib.SMTPServerDisconnected("gone"), False),
        (ConnectionRefusedError("no one there"), False),
    ],
)
def test_a_mail_servers_no_is_final_or_not(monkeypatch, error, permanent):
    def fail(self):
        raise error

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", fail)
    with pytest.raises(OutsideError) as said:
        send_mail(Letter("mail", "a@example.com", {"subject": "s", "text": "t"}, "k", 1, False))
    assert said.value.permanent is permanent


def test_without_a_mail_server_the_mail_says_what_to_do(settings):
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "django.core.mail.backends.smtp.EmailBackend", ""
    mail("a@example.com", "s", "t", "k")
    outbox.deliver()
    row = Outbox.objects.get()
    assert row.state == LetterState.DEAD and "opsloop.toml" in row.error


def test_what_may_not_be_tried_yet_waits_until_then_and_loses_no_attempt():
    post("test", "a", {}, "k")
    at = timezone.now() + timedelta(minutes=10)
    trouble.append(NotYet("full", at))
    outbox.deliver()
    row = Outbox.objects.get()
    assert (row.state, row.attempts, row.due_at) == (LetterState.WAITING, 0, at) and not outbox.deliver()


def test_a_time_that_the_other_side_names_is_kept():
    post("test", "a", {}, "k")
    at = timezone.now() + timedelta(hours=5)
    trouble.append(OutsideError("busy", retry_at=at))
    outbox.deliver()
    assert Outbox.objects.get().due_at == at


def test_a_message_may_be_posted_for_later():
    post("test", "a", {}, "k", due=timezone.now() + timedelta(hours=1))
    assert not outbox.deliver()
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        assert outbox.deliver()


def test_who_looks_after_the_machine_is_told_once_of_what_was_given_up(cast, monkeypatch):
    told = []
    monkeypatch.setattr(outbox, "on_dead_letter", [told.append])
    post("test", "a", {}, "k")
    trouble.append(OutsideError("no such group", permanent=True))
    outbox.deliver()
    assert [(row.to, row.error) for row in told] == [("a", "OutsideError: no such group")]
