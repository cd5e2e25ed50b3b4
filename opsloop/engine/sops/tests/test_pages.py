"""The list and the page of an SOP."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client
from django.utils.translation import override

from opsloop.base.kinds.fields import plain
from opsloop.base.testing import Cast, make
from opsloop.engine.sops.definition import SopFile
from opsloop.engine.sops.models import Sop
from opsloop.engine.sops.tests.samples import CAMPAIGN, read
from opsloop.engine.sops.wording import condition_words, limits_range, limits_words, proof_names
from opsloop.playbook.book import Playbook
from opsloop.playbook.reading.things import built
from opsloop.ui.testing import signed_in as of


@pytest.fixture
def row(cast: Cast) -> Sop:
    obj = read(CAMPAIGN).obj
    return make(
        Sop, ident="campaign", number=3, sha256="0" * 64, title=obj.title, definition=plain(SopFile, obj), words={}
    )


@pytest.mark.django_db
@pytest.mark.both
def test_the_list_shows_owner_steps_and_limits(cast: Cast, row: Sop) -> None:
    page = of(cast.lin).get("/sops/").content.decode()
    for text in ("活动策划与执行", "/sops/campaign/"):
        assert text in page


@pytest.mark.django_db
def test_the_list_counts_as_many_steps_as_the_page_numbers(cast: Cast, row: Sop) -> None:
    line = of(cast.lin).get("/sops/").content.decode().partition('href="/sops/campaign/"')[2].partition("</tr>")[0]
    page = of(cast.lin).get("/sops/campaign/").content.decode()
    numbers = re.findall(r'<span class="no">(\d+)</span>', page)
    assert max(map(int, numbers)) == 8, "waiting and messages too"
    assert ">8<" in re.sub(r"\s", "", line)


@pytest.mark.django_db
def test_the_list_is_in_the_order_of_the_titles_that_are_read(cast: Cast, row: Sop) -> None:
    for ident, title, english in (("z", "安全检查", "Walk"), ("y", "周会", "Check"), ("x", "复盘", "Meeting")):
        make(Sop, ident=ident, number=1, sha256="0" * 64, title=title, definition=row.definition,
             words={"en": {"title": english}})  # fmt: skip
    client = of(cast.lin)

    def order(address: str) -> list[str]:
        return re.findall(r'href="/sops/([xyz])/"', client.get(address).content.decode())

    assert list(dict.fromkeys(order("/sops/"))) == ["y", "x", "z"]
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    assert list(dict.fromkeys(order("/sops/"))) == ["z", "x", "y"]
    assert list(dict.fromkeys(order("/sops/?sort=-title"))) == ["y", "x", "z"]


@pytest.mark.django_db
def test_the_page_of_an_sop_reads_as_a_procedure(cast: Cast, row: Sop) -> None:
    page = of(cast.lin).get("/sops/campaign/").content.decode()
    for text in (
        "写活动方案", "2 working days", "方案文档", "先写清楚目标。", "<svg", "#step-review",
        "finance-head, when budget &gt; 50000",
        "活动已结束。", "证据较弱", "/playbook/sop/campaign/",
    ):  # fmt: skip
        assert text in page, text
    assert "right" not in page.partition('id="quiz-title"')[2].partition("</section>")[0], "answers are not shown"


@pytest.mark.django_db
def test_steps_are_folded_each_with_what_is_linked_to_inside_so_that_browsers_open_it(cast: Cast, row: Sop) -> None:
    page = of(cast.lin).get("/sops/campaign/").content.decode()
    steps = page.partition('id="steps-title"')[2].partition('id="raci"')[0]
    assert steps.count("<details><summary>") == steps.count('class="step-inside"') > 3
    folded = steps.partition('id="name-brief"')[2].partition("</details>")[0]
    assert 'id="step-brief"' in folded.partition("</summary>")[2], "the target lies inside, below the summary"
    assert "写活动方案" in folded.partition("</summary>")[0] and "2 working days" in folded.partition("</summary>")[0]
    assert "sops/sops" in page and "data-open-steps" in page
    for ident in ("raci", "says", "quiz"):
        assert f'<details class="card mb-3 folds" id="{ident}">' in page


@pytest.mark.django_db
def test_in_the_book_it_is_set_out_too_without_answers_and_printed_without_its_drawing(cast: Cast) -> None:
    template, shown = built(Playbook(items={}), read(CAMPAIGN), None)
    page, printed = (render_to_string(template, {"shown": shown, "own": own}) for own in (1, 0))
    for text in ("写活动方案", "2 working days", "<svg", "先写清楚目标。", "sops/sops.css"):
        assert text in page, text
    assert "right" not in page.partition('id="quiz-title"')[2].partition("</section>")[0]
    assert "写活动方案" in printed and "<svg" not in printed and "sops.css" not in printed
    assert "<details" not in page + printed, "who confirms a reading has it all before them"


@pytest.mark.django_db
def test_pages_need_somebody_signed_in_who_may_see_and_an_sop_that_is_there(cast: Cast, row: Sop) -> None:
    assert Client().get("/sops/campaign/").status_code == 302
    assert of(cast.lin).get("/sops/nothing/").status_code == 404
    assert of(cast.lin).post("/sops/campaign/").status_code == 405
    assert of(cast.zhao).get("/sops/campaign/").status_code in (403, 404)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("amount > 200 and level is major", "金额 > 200 and 级别 is 重大"),
        ("not (verdict in [a, b])", "not: verdict is one of a"),
        ("count(lines) >= 3", "number of lines ≥ 3"),
        ("due + 3 days", "due + 3 days"),
        ("amount >", "amount >"),
    ],
)
def test_conditions_stand_in_words(text: str, words: str) -> None:
    with override("en"):
        assert condition_words(text, {"amount": "金额", "level": "级别", "major": "重大"}).startswith(words)


def test_proofs_bear_the_names_by_which_the_reader_knows_them() -> None:
    written, said = read(CAMPAIGN).obj, read(CAMPAIGN.replace("方案文档", "The brief")).obj
    assert proof_names(said, written)["方案文档"] == "The brief"


def test_where_there_is_no_room_for_levels_the_shortest_and_the_longest_limit_are_said() -> None:
    with override("en"):
        assert limits_range({"a": "14 days", "b": "10 days", "c": "22 days"}) == "10 days–22 days"
        assert limits_range({"*": "3 days"}) == "3 days"
        assert limits_range({}) == ""


def test_a_limit_that_all_levels_share_is_said_once() -> None:
    obj = read(CAMPAIGN).obj
    with override("en"):
        assert limits_words({"*": "2个工作日"}, obj) == [("", "2 working days")]
