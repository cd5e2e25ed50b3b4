"""Mandates by the day, narrowing, limits, masks."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from opsloop.base.people.models import Person
from opsloop.base.policy.models import Mandate
from opsloop.base.policy.rules import can, limit, mask, masked, narrow, reads
from opsloop.base.testing import Cast, hold, make, person, position


@pytest.mark.both
def test_a_mandate_is_in_force_from_its_day(cast: Cast) -> None:
    post = position("p", may=["risks.accept"])
    who = person("A", post, cast.ops)
    today = timezone.localdate()
    make(Mandate, position=post, from_day=today + timedelta(days=1), version="2", may=["risks.close"])
    assert can(who, "risks.accept") and not can(who, "risks.close")
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        later = Person.objects.get(pk=who.pk)
        assert can(later, "risks.close") and not can(later, "risks.accept")


def test_the_day_begins_at_the_workspaces_midnight(cast: Cast) -> None:
    post = position("p", may=["old.act"])
    who = person("A", post, cast.ops)
    make(Mandate, position=post, from_day=datetime(2026, 3, 2).date(), version="2", may=["new.act"])
    with time_machine.travel(datetime(2026, 3, 1, 15, 59, tzinfo=UTC)):  # 23:59 in Shanghai
        assert can(Person.objects.get(pk=who.pk), "old.act")
    with time_machine.travel(datetime(2026, 3, 1, 16, 1, tzinfo=UTC)):
        assert can(Person.objects.get(pk=who.pk), "new.act")


def test_of_two_mandates_of_one_day_the_later_published_counts(cast: Cast) -> None:
    post = position("p", may=[])
    day = timezone.localdate()
    make(Mandate, position=post, from_day=day, version="2", may=["a.a"])
    make(Mandate, position=post, from_day=day, version="3", may=["b.b"])
    who = person("A", post, cast.ops)
    assert can(who, "b.b") and not can(who, "a.a")


def test_a_position_without_a_mandate_in_force_gives_nothing(cast: Cast) -> None:
    bare = make(type(cast.manager), code="bare", title="bare")
    make(Mandate, position=bare, from_day=timezone.localdate() + timedelta(days=1), version="1", may=["a.a"])
    who = person("A", bare, cast.ops)
    assert not can(who, "a.a")


def test_a_change_is_felt_at_once_on_an_instance_that_knew_its_rights(cast: Cast) -> None:
    who = person("A", position("p", may=["a.a"]), cast.ops)
    assert can(who, "a.a") and not can(who, "b.b")
    hold(who, position("q", may=["b.b"]), cast.ops)
    assert can(who, "b.b")


def test_a_star_is_for_its_noun_and_no_name_is_a_pattern(cast: Cast) -> None:
    who = person("A", position("p", may=["risks.*", "t*.close"]), cast.ops)
    assert can(who, "risks.accept")
    assert not can(who, "riskss.accept") and not can(who, "tickets.close") and not can(who, "people.register")


def test_a_token_narrows_and_never_widens(cast: Cast) -> None:
    who = person("A", position("p", may=["risks.accept", "risks.close"], sees={"*": "all"}), cast.ops)
    narrow(who, ["risks.close", "people.*"])
    assert can(who, "risks.close") and not can(who, "risks.accept") and not can(who, "people.register")
    narrow(who, [])
    assert not can(who, "risks.close")


def test_the_highest_limit_of_all_positions_counts(cast: Cast) -> None:
    who = person("A", position("p", limits={"compensation": {"each": 200}}), cast.ops)
    assert limit(who, "compensation") == Decimal(200)
    hold(who, position("q", limits={"compensation": {"each": "1000.50"}}), cast.ops)
    assert limit(who, "compensation") == Decimal("1000.50")
    assert limit(who, "compensation", "per_day") is None and limit(cast.zhao, "compensation") is None


def test_contact_fields_are_masked_by_class(cast: Cast) -> None:
    li = person("Li", email="li@example.com", phone="13812345678")
    for reader, email, phone in (
        (cast.lin, "li@example.com", "13812345678"),
        (cast.chen, "l***@example.com", "138****5678"),
        (li, "li@example.com", "13812345678"),
    ):
        assert (masked(reader, li, "email"), masked(reader, li, "phone")) == (email, phone)
    assert masked(cast.chen, li, "name") == "Li"
    assert reads(cast.lin, "contact") and not reads(cast.lin, "salary")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("13812345678", "138****5678"),
        ("1234567", "123*4567"),
        ("123456", "1*****"),
        ("王芳", "王*"),
        ("X", "X*"),
        ("a@b.cn", "a***@b.cn"),
        ("@b.cn", "***@b.cn"),
    ],
)
def test_a_mask_shows_enough_to_recognise(text: str, shown: str) -> None:
    assert mask(text) == shown
