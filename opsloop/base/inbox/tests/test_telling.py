from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import act, attempt, registry
from opsloop.base.inbox.actions import set_rule
from opsloop.base.inbox.api import (
    AT_ONCE,
    QUIETLY,
    mark_read,
    mark_read_about,
    notice_kind,
    notices,
    tell,
    tell_position,
    unread_count,
)
from opsloop.base.inbox.kinds import notice_kinds
from opsloop.base.inbox.mails import MOST_PER_HOUR, send_due
from opsloop.base.inbox.models import Notice, Rule, When, Where
from opsloop.base.inbox.queries import clean
from opsloop.base.inbox.rules import SMTP
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Absence, Person, Position
from opsloop.base.testing import Cast, department, given, make, person, position
from opsloop.base.things.errors import Forbidden, Invalid, Refused

pytestmark = pytest.mark.both
MORNING = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
"""10:00 in Shanghai, a Monday."""


@pytest.fixture(autouse=True)
def kinds(settings: Any) -> Iterator[None]:
    settings.EMAIL_HOST = "mail.example.com"
    settings.TIME_ZONE = "Asia/Shanghai"
    notice_kind("test.late", _("Something is late"), default=AT_ONCE)
    notice_kind("test.calm", "Calm", default=QUIETLY)
    notice_kind("test.fire", "Fire", default=AT_ONCE, may_off=False, urgent=True)
    notice_kind("test.news", "News")
    with time_machine.travel(MORNING, tick=False):
        yield
    for name in [name for name in notice_kinds if name.startswith("test.")]:
        del notice_kinds[name]


@pytest.fixture
def lin(cast: Cast) -> Person:
    return mailed(cast.lin)


def mailed(who: Person) -> Person:
    with given():
        who = Person.objects.get(pk=who.pk)
        who.email = f"{who.name.lower()}@example.com"
        who.save()
    return who


def told(who: Any, kind: str = "test.late", title: Any = "Late", **more: Any) -> list[Notice]:
    with given():
        return tell(who, kind, title, **more)


@contextmanager
def later(**span: float) -> Iterator[None]:
    with time_machine.travel(datetime.now(UTC) + timedelta(**span), tick=False):
        yield


def mails() -> list[tuple[str, str, str]]:
    """What is due now, posted: (to, subject, text). Each key once."""
    out: list[tuple[str, str, str]] = []
    keys: set[str] = set()

    def post(to: str, subject: str, text: str, key: str) -> None:
        assert key not in keys
        keys.add(key)
        out.append((to, subject, text))

    send_due(post)
    return out


def test_a_line_reaches_the_inbox_and_is_read(cast: Cast) -> None:
    told(cast.chen, title="客户投诉超时", body="两单", link="/tickets/7/", about=cast.ops)
    one = notices(cast.chen).get()
    assert (one.title, one.link, one.object_type, one.object_id) == (
        "客户投诉超时",
        "/tickets/7/",
        "people.department",
        cast.ops.pk,
    )
    assert unread_count(cast.chen) == 1 and unread_count(cast.lin) == 0
    assert mark_read(cast.lin, [one.pk]) == 0, "somebody else's line"
    assert mark_read(cast.chen, [one.pk]) == 1 and unread_count(cast.chen) == 0


def test_the_unread_count_is_one_query(cast: Cast, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        unread_count(cast.chen)


def test_opening_a_thing_reads_its_lines(cast: Cast) -> None:
    told(cast.chen, about=cast.ops)
    told(cast.chen, about=cast.data)
    assert mark_read_about(cast.chen, cast.ops) == 1 and unread_count(cast.chen) == 1


def test_telling_belongs_to_an_act_and_dies_with_it(cast: Cast) -> None:
    with pytest.raises(RuntimeError):
        tell(cast.chen, "test.late", "Late")

    @act("inbox.test_tell", "Tell", done="{by} told")
    def tell_then_refuse(*, by: Person, refuse: bool) -> None:
        tell(cast.chen, "test.late", "Late")
        if refuse:
            raise Refused("no")

    @act("inbox.test_outer", "Tell", done="{by} tried")
    def try_it(*, by: Person) -> None:
        attempt(lambda: tell_then_refuse(by=by, refuse=True))

    try:
        with pytest.raises(Refused):
            tell_then_refuse(by=cast.lin, refuse=True)
        try_it(by=cast.lin)
        assert Notice.objects.count() == 0
        tell_then_refuse(by=cast.lin, refuse=False)
        assert Notice.objects.count() == 1
    finally:
        del registry["inbox.test_tell"], registry["inbox.test_outer"]


def test_mistakes_of_the_programmer_are_loud(cast: Cast) -> None:
    with pytest.raises(LookupError):
        told(cast.chen, kind="test.unknown")
    for link in ("https://example.com", "//example.com", "javascript:alert(1)"):
        with pytest.raises(ValueError, match="path"):
            told(cast.chen, link=link)


def test_each_reads_in_their_own_language(cast: Cast) -> None:
    with given():
        wu = Person.objects.get(pk=cast.wu.pk)
        wu.language = "en"
        wu.save()
    told([cast.chen, wu], title=format_lazy("{what}：7", what=_("person")))
    assert notices(cast.chen).get().title == f"{_in('zh-hans')}：7" and notices(wu).get().title == "person：7"


def _in(language: str) -> str:
    from django.utils import translation

    with translation.override(language):
        return str(_("person"))


def test_who_acts_is_not_told_of_it(cast: Cast) -> None:
    @act("inbox.test_self", "Tell", done="{by} told")
    def tell_all(*, by: Person, even_self: bool) -> None:
        tell([cast.lin, cast.chen], "test.late", "Late", even_self=even_self)

    try:
        tell_all(by=cast.lin, even_self=False)
        assert unread_count(cast.lin) == 0 and unread_count(cast.chen) == 1
        tell_all(by=cast.lin, even_self=True)
        assert unread_count(cast.lin) == 1
    finally:
        del registry["inbox.test_self"]


def test_a_substitute_gets_a_copy_and_robots_and_leavers_none(cast: Cast, lin: Person) -> None:
    now = datetime.now(UTC)
    make(Absence, person=cast.chen, substitute=lin, starts_at=now - timedelta(days=1), ends_at=now + timedelta(days=1))
    with given():
        wu = Person.objects.get(pk=cast.wu.pk)
        wu.left_on = (now - timedelta(days=3)).date()
        wu.save()
    told([cast.chen, wu, cast.robot])
    assert set(Notice.objects.values_list("person__name", "behalf__name")) == {("Chen", None), ("Lin", "Chen")}
    assert "Chen" in mails()[0][2]


def test_the_same_key_counts_instead_of_adding_a_line(cast: Cast) -> None:
    for n in range(3):
        told([cast.chen, cast.wu], title=f"Late {n}", key="case:1:late")
    one = notices(cast.chen).get()
    assert (one.count, one.title) == (3, "Late 2") and unread_count(cast.wu) == 1
    mark_read(cast.chen)
    told(cast.chen, title="Late again", key="case:1:late")
    one.refresh_from_db()
    assert (one.count, one.read_at, one.title) == (1, None, "Late again")
    told(cast.chen)
    assert notices(cast.chen).count() == 2


def test_telling_many_costs_a_constant_number_of_queries(cast: Cast, django_assert_num_queries: Any) -> None:
    many = [person(f"P{n}") for n in range(30)]
    with given(), django_assert_num_queries(3):
        tell(many, "test.late", "Late")
    with given(), django_assert_num_queries(5):
        tell(many, "test.late", "Late", key="k")


def test_a_position_is_told_where_it_is_nearest(cast: Cast) -> None:
    shop = department("shop-1", parent=cast.ops)
    boss = position("shop-boss")
    make_in = person("Boss of operations", boss, cast.ops)
    person("Boss of data", boss, cast.data)
    with given():
        got = tell_position("shop-boss", "test.late", "Late", department=shop)
    assert [one.person_id for one in got] == [make_in.pk]
    near = person("Boss of the shop", boss, shop)
    with given():
        got = tell_position("shop-boss", "test.late", "Late", department=shop)
        assert [one.person_id for one in got] == [near.pk]
        assert len(tell_position("shop-boss", "test.late", "Late")) == 3


def test_where_a_position_is_vacant_its_superior_is_told(cast: Cast) -> None:
    make(Position, code="empty", title="empty", reports_to=cast.specialist)
    with given():
        assert [one.person_id for one in tell_position("empty", "test.late", "Late")] == [cast.chen.pk]
        assert tell_position("nobody-knows", "test.late", "Late") == []


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


def test_a_rule_says_where_and_when(cast: Cast, lin: Person) -> None:
    set_rule(by=lin, kind="test.late", where=[Where.INBOX], when=When.NOW)
    told(lin)
    assert mails() == [] and unread_count(lin) == 1
    set_rule(by=lin, kind="test.late", where=[Where.MAIL], when=When.NOW)
    told(lin)
    assert len(mails()) == 1 and unread_count(lin) == 1
    set_rule(by=lin, kind="test.late", where=[], when=When.OFF)
    assert told(lin) == [] and Rule.objects.count() == 1
    assert set_rule(by=lin, kind="test.late") is None and Rule.objects.count() == 0
    told(lin)
    assert len(mails()) == 1 and unread_count(lin) == 2


def test_a_rule_for_all_kinds_gives_way_to_one_for_the_kind(cast: Cast, lin: Person) -> None:
    set_rule(by=lin, kind="*", where=[Where.INBOX], when=When.NOW)
    set_rule(by=lin, kind="test.late", where=[Where.MAIL], when=When.NOW)
    told(lin, "test.news")
    told(lin, "test.late")
    assert len(mails()) == 1


def test_senseless_rules_are_refused(cast: Cast, lin: Person) -> None:
    with pytest.raises(Refused):
        set_rule(by=lin, kind="test.fire", where=[], when=When.OFF)
    with pytest.raises(Refused):
        set_rule(by=lin, kind="*", where=[], when=When.OFF)
    for wrong in (
        {"kind": "test.unknown"},
        {"where": []},
        {"quiet_from": "22:00"},
        {"quiet_to": "22:00"},
        {"quiet_from": "25:00", "quiet_to": "08:00"},
    ):
        with pytest.raises(Invalid) as no:
            set_rule(**{"by": lin, "kind": "test.late", "where": [Where.INBOX], "when": When.NOW, **wrong})
        assert no.value.errors
    assert Rule.objects.count() == 0


def test_rules_need_the_right_belong_to_one_and_are_recorded(cast: Cast, lin: Person) -> None:
    with pytest.raises(Forbidden):
        set_rule(by=cast.chen, kind="test.late", where=[Where.INBOX], when=When.NOW)
    rule = set_rule(by=lin, kind="test.late", where=[Where.INBOX], when=When.NOW)
    entry = Entry.objects.get()
    assert (entry.act, entry.object_id, entry.by_id) == ("inbox.set_rule", rule.pk, lin.pk)
    set_rule(by=cast.robot, kind="test.late", where=[Where.MAIL], when=When.NOW)
    set_rule(by=cast.robot, kind="test.late")
    assert Rule.objects.get() == rule, "everyone changes their own rules only"
    assert Entry.objects.filter(act="inbox.set_rule").count() == 3


def test_old_read_lines_are_dropped(cast: Cast) -> None:
    told(cast.chen)
    told(cast.wu)
    mark_read(cast.chen)
    with later(days=366):
        assert clean() == 1
    assert Notice.objects.get().person_id == cast.wu.pk


@pytest.mark.django_db(transaction=True)
def test_two_acts_at_once_with_one_key_make_one_line() -> None:
    from threading import Barrier, Thread

    from django.db import connection

    if connection.vendor != "postgresql":
        pytest.skip("writers of SQLite take turns")
    chen = person("Chen")
    barrier, errors = Barrier(4), []

    def one() -> None:
        from django.db import transaction

        try:
            barrier.wait()
            for _n in range(5):
                with transaction.atomic():
                    told(chen, key="same")
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [Thread(target=one) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == [] and notices(chen).count() == 1


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


def test_a_dead_job_is_told_to_who_asked_and_to_the_administrators(cast: Cast) -> None:
    from opsloop.base.inbox.listeners import tell_of_dead_job
    from opsloop.base.jobs.models import Job

    admin = person("Admin", position("system-admin"), cast.ops)
    now = datetime.now(UTC)
    for _n in range(2):
        job = Job.objects.create(
            task="inbox.mail", behalf=cast.chen, made_at=now, run_at=now, error="It broke\nat line 7"
        )
        tell_of_dead_job(job)
    one = notices(cast.chen).get()
    assert (one.kind, one.count, one.body, one.link) == ("jobs.dead", 2, "It broke", f"/jobs/{job.pk}/")
    assert notices(admin).get().key == "jobs.dead:inbox.mail"


def test_erasing_a_person_empties_their_inbox_and_what_others_read_of_them(cast: Cast) -> None:
    from opsloop.base.people.erasing import erasers

    told([cast.chen, cast.wu])
    told(cast.wu, title="About Chen", about=cast.chen)
    with given():
        for one in erasers():
            one(cast.chen)
    assert [one.title for one in Notice.objects.all()] == ["Late"] and unread_count(cast.wu) == 1
