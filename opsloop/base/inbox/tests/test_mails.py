"""What goes out as mail, when, and how often."""

from __future__ import annotations

from typing import Any

import pytest

from opsloop.base.inbox.actions import set_rule
from opsloop.base.inbox.api import mark_read
from opsloop.base.inbox.mails import MOST_PER_HOUR, send_due
from opsloop.base.inbox.models import Notice, When, Where
from opsloop.base.inbox.rules import SMTP
from opsloop.base.inbox.tests.telling import later, mails, told
from opsloop.base.people.models import Person
from opsloop.base.testing import Cast

pytestmark = [pytest.mark.both, pytest.mark.usefixtures("kinds")]


def test_a_mail_goes_once(cast: Cast, lin: Person) -> None:
    told(lin, title="客户投诉超时", body="两单", link="/tickets/7/")
    ((to, subject, text),) = mails()
    assert to == "lin@example.com" and subject.endswith("客户投诉超时")
    assert "两单" in text and "/tickets/7/" in text and "http" in text
    assert mails() == []


def test_several_lines_are_one_mail(cast: Cast, lin: Person) -> None:
    for n in range(60):
        told(lin, title=f"Late {n}")
    ((_to, subject, text),) = mails()
    assert "60" in subject and "Late 49" in text and "Late 50" not in text and "10" in text


def test_what_was_read_in_the_house_is_not_mailed(cast: Cast, lin: Person) -> None:
    told(lin)
    mark_read(lin)
    assert mails() == []


def test_no_address_or_no_server_means_no_mail(cast: Cast, lin: Person, settings: Any) -> None:
    told(cast.chen)
    settings.EMAIL_HOST, settings.EMAIL_BACKEND = "", SMTP
    told(lin)
    assert mails() == [] and Notice.objects.count() == 2


def test_the_digest_waits_and_collects(cast: Cast, lin: Person) -> None:
    told(lin, "test.news", "One")
    told(lin, "test.calm", "Quiet")
    with later(hours=5):
        told(lin, "test.news", "Two")
        assert mails() == []
    with later(hours=7, minutes=30):
        ((_to, _subject, text),) = mails()
        assert "One" in text and "Two" in text and "Quiet" not in text


def test_quiet_hours_hold_mails_back_but_not_urgent_ones(cast: Cast, lin: Person) -> None:
    set_rule(by=lin, kind="*", where=[Where.INBOX, Where.MAIL], when=When.NOW, quiet_from="22:00", quiet_to="08:00")
    with later(hours=13):  # 23:00
        told(lin, title="Calm")
        told(lin, "test.fire", "Fire")
        assert [text.count("Fire") for _to, _subject, text in mails()] == [1]
    with later(hours=22, minutes=1):
        assert len(mails()) == 1


def test_the_same_key_is_not_mailed_again_at_once(cast: Cast, lin: Person) -> None:
    told(lin, key="k")
    assert len(mails()) == 1
    with later(minutes=10):
        told(lin, key="k")
        assert mails() == []
    with later(hours=8):
        assert len(mails()) == 1, "in the digest"
    with later(hours=20):
        told(lin, key="k")
        assert len(mails()) == 1, "after the pause at once"


def test_a_flood_of_mails_is_dammed(cast: Cast, lin: Person) -> None:
    sent = 0
    for n in range(MOST_PER_HOUR + 8):
        with later(minutes=n):
            told(lin, title=f"Late {n}")
            sent += len(mails())
    assert sent == MOST_PER_HOUR
    with later(hours=8):
        ((_to, subject, _text),) = mails()
        assert "8" in subject


def test_a_day_without_the_mail_server_ends_in_two_mails_with_all_that_was_said(
    cast: Cast, lin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.core import mail as mailbox
    from django.core.mail import EmailMultiAlternatives
    from django.db import transaction

    from opsloop.base.jobs import outbox
    from opsloop.base.jobs.api import mail

    def hourly() -> None:
        with transaction.atomic():
            send_due(mail)
        outbox.deliver()

    def away(self: EmailMultiAlternatives) -> None:
        raise ConnectionRefusedError

    with monkeypatch.context() as patched:
        patched.setattr(EmailMultiAlternatives, "send", away)
        for hour in range(24):
            with later(hours=hour):
                told(lin, "test.fire", f"Fire {hour:02}")
                hourly()
    assert not mailbox.outbox and outbox.Outbox.objects.get().state == "waiting"
    for hour in (26, 27, 28, 29):
        with later(hours=hour):
            hourly()
    assert len(mailbox.outbox) == 2
    said = "".join(f"{one.subject} {one.body}" for one in mailbox.outbox)
    assert [f"Fire {hour:02}" for hour in range(24) if f"Fire {hour:02}" not in said] == []


def test_a_due_mail_calls_a_job_once_and_it_reaches_the_outbox(cast: Cast, lin: Person) -> None:
    from django.db import transaction

    from opsloop.base.jobs.models import Job, Outbox
    from opsloop.base.jobs.tasks import tasks

    told(lin, title="One")
    told(lin, title="Two")
    told(cast.chen, "test.calm")
    assert Job.objects.filter(task="inbox.mail").count() == 1
    with transaction.atomic():
        assert tasks["inbox.mail"].fn(None) == 1
    letter = Outbox.objects.get()
    assert letter.to == "lin@example.com" and "One" in letter.payload and "Two" in letter.payload


def test_a_mail_has_html_with_everything_escaped_and_a_page_that_ends_its_kind(cast: Cast, lin: Person) -> None:
    got: list[dict[str, str]] = []
    told(lin, title="<b>客单价", body="a & b", link="/x/1/")
    send_due(lambda to, subject, text, key, **more: got.append(more))
    told(lin, "test.fire", "One")
    told(lin, "test.late", "Two")
    send_due(lambda to, subject, text, key, **more: got.append(more))
    assert "&lt;b&gt;客单价" in got[0]["html"] and "a &amp; b" in got[0]["html"] and "/x/1/" in got[0]["html"]
    assert got[0]["leave"].endswith("/inbox/rules/test.late/") and got[1]["leave"].endswith("/inbox/rules/")
