"""Authority as data, with the standard's own complaint SOP: whoever may give 200 does not give 300, by whatever way."""

from __future__ import annotations

import io
import json
import re
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from django.test import TestCase
from django.utils import timezone
from django.utils.html import strip_tags

from opsloop.base.acts import Forbidden, Refused
from opsloop.base.acts.doors import cli
from opsloop.base.people.models import Person
from opsloop.base.testing import cast, department, given
from opsloop.engine.cases import actions
from opsloop.engine.cases.actions.shared import Filled
from opsloop.engine.cases.models import Case, Vote
from opsloop.engine.cases.tests.playbook import again, agreed, done, have_read, item, published, staff, start
from opsloop.engine.readings.models import Duty
from opsloop.ui.testing import signed_in

pytestmark = pytest.mark.both
POSTS = (
    "customer-service-agent", "customer-service-head", "finance-head", "store-manager", "quality-head",
    "operations-manager",
)  # fmt: skip


House = dict[str, Any]


def looked_into(house: House, customer: str = "K1") -> Case:
    """A complaint that waits for the plan of the clerk who handles it."""
    when = (timezone.localtime() - timedelta(minutes=5)).isoformat()
    case = start("complaint", house["agent"], customer_no=customer, claimed="100", happened_at=when)
    done(case, "register", house["agent"])
    done(case, "first-reply", house["agent"])
    done(case, "classify", house["head"], handler=house["agent"], responsible_head=house["store"])
    return done(case, "investigate", house["store"])


def planned(house: House, cash: int, customer: str = "K1") -> Case:
    """A complaint up to the plan, in which the clerk offers so much."""
    return done(looked_into(house, customer), "plan", house["agent"], cash=cash)


def authority_on_the_page(case: Case, who: Person) -> str:
    page = signed_in(who).get(case.get_absolute_url()).content.decode()
    found = re.search(r'<p class="run-allowance">(.*?)</p>', page)
    return strip_tags(found[1]) if found else ""


class TestAuthority(TestCase):
    """The standard is published once for all of them."""

    house: ClassVar[House]

    @classmethod
    def setUpTestData(cls) -> None:
        published(cast().robot)
        who: House = staff(department("shop"), *POSTS)
        have_read("complaint", *who.values())
        short = dict(zip(("agent", "head", "payer", "store"), map(who.get, POSTS), strict=False))
        cls.house = {**who, **short}

    def test_who_has_not_read_the_version_does_not_make_the_plan(self) -> None:
        house = self.house
        with given():
            Duty.objects.filter(person=house["agent"]).delete()
        with pytest.raises(Refused):
            planned(house, 100)
        assert item(Case.objects.get(), "plan").status == "open"

    def test_300_yuan_stop_at_the_clerk_of_200_by_page_api_and_command_line(self) -> None:
        house = self.house
        case = planned(house, 300)
        work = item(case, "approve")
        assert work.assignee == house["head"]
        with pytest.raises(Forbidden):
            actions.approve(again(case), by=house["agent"], item=work.no)
        said = signed_in(house["agent"]).post(
            f"/api/cases/{case.pk}/approve", json.dumps({"item": work.no}), content_type="application/json"
        )
        assert (said.status_code, said.json()["code"]) == (403, "forbidden")
        out = io.StringIO()
        by = ("--by", str(house["agent"].pk), "--json")
        assert cli.run(["cases.approve", str(case.pk), "--item", str(work.no), *by], out) == 1
        assert json.loads(out.getvalue())["code"] == "forbidden"
        assert not Vote.objects.exists()
        agreed(case, "approve", house["head"])
        vote = Vote.objects.get(case=case)
        assert (vote.authority, vote.amount) == ("compensation", 300)

    def test_the_page_says_how_far_the_authority_reaches_and_what_is_left_of_it(self) -> None:
        house = self.house
        first = looked_into(house)
        whole = "Your authority, Compensation: each time ¥200.00 · per customer in 30 days ¥500.00 · per day ¥2,000.00"
        assert authority_on_the_page(first, house["agent"]) == whole
        done(done(first, "plan", house["agent"], cash=150), "negotiate", house["agent"], answer="接受")
        actions.cancel(again(first), by=house["operations-manager"], reason="the same again")
        case = looked_into(house)
        assert authority_on_the_page(case, house["agent"]) == (
            "Your authority, Compensation: each time ¥200.00 (¥50.00 left)"
            " · per customer in 30 days ¥500.00 (¥350.00 left) · per day ¥2,000.00 (¥1,850.00 left)"
        )
        done(case, "plan", house["agent"], cash=300)
        assert authority_on_the_page(again(case), house["head"]).startswith(
            "Your authority, Compensation: each time ¥1,000.00 (¥850.00 left)"
        )
        assert not authority_on_the_page(again(case), house["agent"]), "it is not their turn"

    def test_what_is_paid_is_what_was_approved_and_by_a_third_person(self) -> None:
        house = self.house
        case = agreed(planned(house, 300), "approve", house["head"])
        done(case, "negotiate", house["agent"], answer="接受")
        for one in ("agent", "head"):
            with pytest.raises(Forbidden):
                done(case, "pay", house[one], paid=300)
        with pytest.raises(Forbidden):
            done(case, "pay", house["payer"], paid=900)
        done(case, "pay", house["payer"], paid=300)
        assert again(case).doers["pay"] == [house["payer"].pk]
        assert {one for node in ("plan", "approve", "pay") for one in again(case).doers[node]} == {
            house[one].pk for one in ("agent", "head", "payer")
        }

    def test_an_amount_that_was_raised_after_the_approval_is_not_paid(self) -> None:
        house = self.house
        case = agreed(planned(house, 300), "approve", house["head"])
        case = actions.set_values(case, by=house["operations-manager"], values=[Filled("cash", "800")], reason="raised")
        with pytest.raises(Forbidden):
            done(case, "negotiate", house["agent"], answer="接受")

    def test_a_request_cut_in_pieces_counts_as_one_whatever_was_written_into_the_form(self) -> None:
        house = self.house
        first = planned(house, 150)
        done(first, "negotiate", house["agent"], answer="接受")
        assert Vote.objects.get(case=first).automatic == "authority"
        actions.cancel(again(first), by=house["operations-manager"], reason="the same again")
        second = planned(house, 150)
        with pytest.raises(Forbidden):
            done(second, "negotiate", house["agent"], answer="接受")
        work = item(second, "negotiate")
        actions.hand_over(again(second), by=house["agent"], item=work.no, to=house["head"])
        done(second, "negotiate", house["head"], answer="接受")
        Vote.objects.update(at=timezone.now() - timedelta(days=8))
        third = planned(house, 150, customer="K2")
        done(third, "negotiate", house["agent"], answer="接受")
        assert Vote.objects.get(case=third).amount == 150
