"""Lines in the inbox: who is told, in which language, once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import act, attempt, registry
from opsloop.base.inbox.api import able, mark_read, mark_read_about, notices, tell, tell_position, unread_count
from opsloop.base.inbox.models import Notice
from opsloop.base.inbox.queries import clean
from opsloop.base.inbox.tests.telling import later, mails, told
from opsloop.base.people.models import Absence, Person, Position
from opsloop.base.testing import Cast, department, given, make, person, position
from opsloop.base.things.errors import Refused

pytestmark = [pytest.mark.both, pytest.mark.usefixtures("kinds")]


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


def test_who_may_do_an_act_is_found_without_asking_everybody(cast: Cast, django_assert_max_num_queries: Any) -> None:
    star, one = position("star", may=["departments.*"], sees={"*": "all"}), position("one", may=["departments.move"])
    here = [person("Gu", star, cast.ops), person("He", one, cast.data)]
    for n in range(20):
        person(f"P{n}", cast.specialist, cast.ops)
    with django_assert_max_num_queries(2 + 4):
        found = able("departments.move")
    assert {who.name for who in found} == {"Lin", "Robot", *(who.name for who in here)}
    assert {who.name for who in able("departments.found")} == {"Lin", "Robot", "Gu"}
    assert [who.name for who in able("departments.move", cast.ops)] == ["Lin", "Robot", "Gu"]
