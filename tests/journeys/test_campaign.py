"""A campaign from the request to the launch: two sign at once, one sends it back, one asks for help, all on the phone.

It begins and ends on the day of the journey, so that no clock is moved and the launch is due when all is ready.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys.casework import crew, fill, send, turns
from tests.journeys.served import Served, Window

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
WANG, WU, ZHANG, ZHAO = "王芳", "吴桐", "张睿", "赵敏"
"""Who asks for it, content editor, analyst, head of customer service."""
XU, SHEN, CHEN, LI = "许强", "沈越", "陈岚", "李航"
"""Head of finance, legal counsel, operations director and operations manager."""
ON_PHONE = {XU, SHEN, CHEN, LI}
SAID = {
    "theme": "会员日一天", "kind": "会员", "budget": "80000", "big_day": "no", "goal_from": "52", "goal_to": "60",
    "holdout": "10", "discount_percent": "12", "sensitive": "no", "stopped": "no",
}  # fmt: skip


def test_a_campaign_from_the_request_to_the_launch(opened: Browser, demo: Served, tmp_path: Path) -> None:
    proof = tmp_path / "方案.txt"
    proof.write_text("会员日方案")
    today = demo.python("from django.utils import timezone; print(timezone.localdate())")
    said = {**SAID, "starts_on": today, "ends_on": today}
    with crew(opened, demo, [WANG, WU, ZHANG, ZHAO, *ON_PHONE], ON_PHONE, "campaign") as of:
        case = Campaign(of, demo, proof, said)
        case.begin()
        case.does("brief", WANG)
        assert case.open() == {"measure-plan": ZHANG, "legal-check": SHEN}, "both at once"
        case.does("legal-check", SHEN)
        assert case.open() == {"measure-plan": ZHANG}, "the approval waits for both"
        case.does("measure-plan", ZHANG)
        signed_at_once_and_sent_back(case)
        helped(case)
        case.does("review", CHEN)
        launched(case)


def signed_at_once_and_sent_back(case: Campaign) -> None:
    """Finance has legal sign beside; legal sends it back; after the correction only legal is asked again."""
    page = case.looks("review", XU, lane="approve")
    expect(page.locator(".run-amount")).to_contain_text("80,000")
    case.of(XU).judge("campaign approval")
    press(page, "cases.add_signers", SHEN, place="beside", word="规则里有抽奖，请法务同签。")
    assert case.everybody("review") == {XU, SHEN}, "two decide at once"
    expect(page.locator(".ballots")).to_contain_text(SHEN)
    case.does("review", XU)
    page = case.looks("review", SHEN, lane="approve")
    press(page, "cases.return", to="brief", reason="抽奖公示写在哪里，请补。", straight=True)
    assert case.open() == {"brief": WANG}
    page = case.looks("brief", WANG)
    expect(page.locator(".run-now")).to_contain_text("抽奖公示写在哪里")
    expect(page.locator(".proof input[type=checkbox]:checked")).to_have_count(2)  # the files of the first time
    page.fill("[name=f-ways_to_join]", "到店出示会员码；抽奖规则公示在活动页底部。")
    for box in page.locator(".checks-box input").all():
        box.check()
    case.finish(WANG)
    assert case.everybody("review") == {SHEN}, "straight back: finance has signed already"
    page = case.looks("review", SHEN)
    expect(page.locator(".run-reads")).to_contain_text("公示在活动页底部")
    case.does("review", SHEN)
    assert case.everybody("review") == {CHEN}, "finance and legal have signed, so it is the director's turn"


def helped(case: Campaign) -> None:
    """The director asks the manager, who gives it back and cannot approve in her place."""
    page = case.looks("review", CHEN, lane="approve")
    press(page, "cases.delegate", LI, word="两张券能叠加吗？请看一下。")
    page = case.looks("review", LI)
    expect(page.locator(".run-now")).to_contain_text(CHEN)
    expect(page.locator("form.act-form")).to_have_count(0)
    case.of(LI).judge("asked for help")
    press(page, "cases.give_back", word="不能叠加，方案第三条写了。")
    page = case.looks("review", CHEN)
    expect(page.locator("main")).to_contain_text("不能叠加，方案第三条写了。")


def launched(case: Campaign) -> None:
    """Material, audience and answers go at once; nobody waits for what seven days of reading show."""
    assert set(case.open()) == {"audience", "prepare-service"}
    below = case.below()
    below.does("make", WU)
    below.does("review", LI)
    assert below.status() == "done"
    case.does("audience", ZHANG)
    case.does("prepare-service", ZHAO)
    case.does("rehearse", WANG)
    case.does("go", LI)
    assert case.open() == {"run": WANG}, "the day has come"
    page = case.looks("run", WANG)
    story = page.locator(".story")
    for line in ("抽奖公示写在哪里", "规则里有抽奖，请法务同签。", "两张券能叠加吗", f"{CHEN} 同意了「审批方案」"):
        expect(story).to_contain_text(line)
    case.of(WANG).judge("campaign running")


class Campaign:
    """One case as its people see it, each in a window of their own."""

    def __init__(self, of: Callable[[str], Window], demo: Served, proof: Path, said: dict[str, str]) -> None:
        self.of, self.demo, self.proof, self.said = of, demo, proof, said
        self.number = 0

    def begin(self) -> None:
        page = self.of(WANG).go("/cases/start/campaign/")
        fill(page, self.proof, self.said)
        send(page)
        self.number = int(re.findall(r"/cases/(\d+)/", page.url)[0])

    def below(self) -> Campaign:
        """The sub-case."""
        code = "from opsloop.engine.cases.models import Case; print(Case.objects.get(parent=%d).pk)"
        one = Campaign(self.of, self.demo, self.proof, self.said)
        one.number = int(self.demo.python(code % self.number))
        return one

    def status(self) -> str:
        return turns(self.demo, self.number)[0]

    def open(self) -> dict[str, str]:
        """Step -> whose turn it is."""
        return {node: name for _no, node, name in turns(self.demo, self.number)[1]}

    def everybody(self, node: str) -> set[str]:
        return {name for _no, step, name in turns(self.demo, self.number)[1] if step == node}

    def looks(self, node: str, who: str, *, lane: str = "") -> Page:
        """Their page of this step; lane: they come from the start page."""
        mine = self.of(who)
        found = [no for no, step, name in turns(self.demo, self.number)[1] if (step, name) == (node, who)]
        assert len(found) == 1, (node, who, self.open())
        path = f"/cases/{self.number}/?item={found[0]}"
        if not lane:
            return mine.go(path)
        mine.go("/").click(f"#lane-{lane} a[href='{path}']")
        return mine.page

    def does(self, node: str, who: str) -> None:
        """Fill in and send."""
        page = self.looks(node, who)
        fill(page, self.proof, self.said)
        self.finish(who)

    def finish(self, who: str) -> None:
        page = self.of(who).page
        send(page)
        wrong = page.locator("form.act-form .invalid-feedback, .alert-danger").all_inner_texts()
        assert not wrong, (who, wrong)


def press(page: Page, act: str, *people: str, straight: bool = False, **said: str) -> None:
    """A button beside finishing, its form in the drawer, sent."""
    link = page.locator(f".run-now a[href*='act={act.removeprefix('cases.')}&']").first
    if not link.is_visible():
        page.click(".run-now details.menu summary")
    link.click()
    form = page.locator("#drawer[open] form.act-form")
    for name in people:
        form.locator("input[type=search]").first.fill(name)
        form.locator(f".pick-hit:has-text('{name}')").first.click()
        expect(form.locator(".pick-chip")).to_contain_text(name)
    for name, value in said.items():
        box = form.locator(f"[name={name}]")
        if box.evaluate("one => one.tagName") == "SELECT":
            box.select_option(value)
        else:
            box.fill(value)
    if straight:
        form.locator("[name=straight]").check()
    form.locator("button[type=submit]").click()
    page.wait_for_selector("#drawer:not([open])", state="attached")
