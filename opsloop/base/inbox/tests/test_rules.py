"""How somebody wants to be told."""

from __future__ import annotations

import pytest

from opsloop.base.inbox.actions import set_rule
from opsloop.base.inbox.api import unread_count
from opsloop.base.inbox.models import Rule, When, Where
from opsloop.base.inbox.tests.telling import mails, told
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Person
from opsloop.base.testing import Cast
from opsloop.base.things.errors import Forbidden, Invalid, Refused

pytestmark = [pytest.mark.both, pytest.mark.usefixtures("kinds")]


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
