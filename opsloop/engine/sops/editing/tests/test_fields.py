"""The fields of a case as a list: added, changed, moved, and taken away after a warning."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from opsloop.base.testing import Cast
from opsloop.engine.sops.editing.tests.test_pages import PAGE, REFUND, drafted, form, standard, text
from opsloop.engine.sops.editing.uses import Use, rename, uses
from opsloop.ui.testing import signed_in as of

__all__ = ["standard"]
pytestmark = pytest.mark.django_db


def opened(client: Client, field: str, **boxes: str) -> str:
    """The draft after these boxes of a field were filled in."""
    sent = form(client, f"?part=fields&field={field}")
    unknown = [name for name in boxes if name not in sent and name not in ("required", "personal")]
    assert not unknown, unknown
    answer = client.post(PAGE, {**sent, **boxes})
    assert answer.status_code == 302 and f"part=fields&field={field}" in answer["Location"], text(answer)[:300]
    return drafted()


def test_a_field_is_added_opened_and_changed_and_nothing_else(cast: Cast, standard: None) -> None:
    lin = of(cast.lin)
    answer = lin.post(PAGE, {"verb": "field-add", "part": "fields"})
    assert answer["Location"].endswith("?part=fields&field=new_field")
    made = opened(lin, "new_field", title="退货日", type="date", required="1", personal="1", help="小票上的日期")
    assert "{id: new_field, title: 退货日, type: date, required: true, personal: true, help: 小票上的日期}" in made
    line = next(one for one in made.splitlines(keepends=True) if "new_field" in one)
    assert made.replace(line, "") == REFUND
    assert opened(lin, "new_field") == made, "opening and keeping changes nothing"


def test_a_choice_has_options_and_a_list_columns(cast: Cast, standard: None) -> None:
    lin = of(cast.lin)
    assert "options: [东店, 西店, 南店]" in opened(lin, "shop", options="东店\n西店\n南店")
    made = opened(lin, "shop", type="list")
    assert "options" not in made.partition("steps:")[0] and "columns" in made
    made = opened(lin, "shop", **{"columns.0.title": "商品", "columns.1.title": "数量", "columns.1.type": "number"})
    assert "{id: column_1, title: 商品}" in made and "{id: column_2, title: 数量, type: number}" in made
    assert "column_1" not in opened(lin, "shop", **{"columns.0.title": ""})


def test_fields_move_by_buttons_and_by_dragging_alike(cast: Cast, standard: None) -> None:
    lin = of(cast.lin)
    page = text(lin.get(f"{PAGE}?part=fields"))
    assert 'value="field-move|shop|amount"' in page and 'data-verb="field-move"' in page
    assert 'value="field-move|amount|"' in page
    lin.post(PAGE, {"verb": "field-move|shop|amount", "part": "fields"})
    made = drafted()
    assert made.index("id: shop") < made.index("id: amount")
    lin.post(PAGE, {"verb": "field-move|shop|", "part": "fields"})
    assert drafted() == REFUND


def test_one_that_is_used_goes_after_a_warning_and_what_it_breaks_is_marked(cast: Cast, standard: None) -> None:
    lin = of(cast.lin)
    page = text(lin.get(f"{PAGE}?part=fields&field=amount"))
    warning = page.partition("field-remove|amount")[2].partition('data-confirm="')[2].partition('"')[0]
    assert "提出退款" in warning and "must then be put right: One of these" in warning
    assert '<a href="?step=apply">提出退款</a>' in page
    unused = text(lin.get(f"{PAGE}?part=fields&field=shop"))
    assert "Nothing uses it" in unused and "No step asks for it yet" in unused
    page = text(lin.post(PAGE, {"verb": "field-remove|amount", "part": "fields"}, headers={"HX-Request": "true"}))
    made = drafted()
    assert "id: amount" not in made and "form:" not in made
    assert 'href="?step=choose-visit"' in page.partition('id="todos"')[2].partition("</details>")[0]


def test_every_sort_of_use_is_found() -> None:
    values = {
        "steps": [
            {"id": "a", "title": "A", "do": "field:x", "form": [{"field": "y"}]},
            {"parallel": [{"when": "x > 3", "steps": [{"id": "b", "title": "B", "form": ["x"]}]}]},
            {"id": "c", "title": "C", "approve": [{"by": "p", "when": "y is empty"}], "amount": "x"},
            {"id": "d", "title": "D", "call": "other", "with": {"z": "x + 1"}},
            {"for_each": "x", "steps": [{"id": "e", "title": "E", "do": "p"}]},
        ],
        "start": {"title": "{金额}元", "key": ["y"]}, "messages": [{"id": "m", "title": "M", "text": "{x}"}],
    }  # fmt: skip
    found = {one.place: one.form for one in uses(values, "x", "金额")}
    assert found == {"a": False, "parallel-b": False, "b": True, "c": False, "d": False, "for-each-e": False,
                     "start": False, "messages": False}  # fmt: skip
    assert uses(values, "y", "Y") == [Use("a", True), Use("c", False), Use("start", True)]


@pytest.mark.parametrize(
    "verb", ["field-move|nothing|", "field-move|amount|nothing", "field-remove|nothing", "field-explode"]
)
def test_what_makes_no_sense_is_refused(cast: Cast, standard: None, verb: str) -> None:
    assert of(cast.lin).post(PAGE, {"verb": verb, "part": "fields"}).status_code == 409
    gone = of(cast.lin).post(PAGE, {"verb": "save", "part": "fields", "field": "nothing", "panel": "1"})
    assert gone.status_code == 409 and of(cast.chen).post(PAGE, {"verb": "field-add"}).status_code == 403


RENAMES = (
    ("应付", "{应付}元", "due {应付} or {sum}"),
    ("客户", "{sum}元", "due {sum} or {sum}"),
    ("截止时间", "{sum}元", "due {sum} or {sum}"),
    ("a}b", "{sum}元", "due {sum} or {sum}"),
    ("金额", "{金额}元", "due {金额} or {sum}"),
)


@pytest.mark.parametrize(("new", "title", "words"), RENAMES, ids=[one[0] for one in RENAMES])
def test_a_renamed_field_takes_the_texts_that_name_it_along(new: str, title: str, words: str) -> None:
    """By its new title, and by its id where that title is another field's, every case's, or has braces."""
    values: dict[str, Any] = {
        "fields": [{"id": "sum", "title": "金额"}, {"id": "who", "title": "客户"}],
        "start": {"title": "{金额}元"}, "messages": [{"id": "m", "title": "M", "text": "due {金额} or {sum}"}],
        "steps": [{"id": "a", "title": "A", "notify": ["p"]}], "raises": [{"when": "sum > 3", "title": "{客户}"}],
    }  # fmt: skip
    rename(values, "sum", "金额", new)
    assert (values["start"]["title"], values["messages"][0]["text"]) == (title, words)
    assert values["raises"][0] == {"when": "sum > 3", "title": "{客户}"}


def test_a_title_that_two_fields_have_is_left_as_it_is() -> None:
    values: dict[str, Any] = {
        "fields": [{"id": "x", "title": "金额"}, {"id": "y", "title": "金额"}], "start": {"title": "{金额}"},
    }  # fmt: skip
    rename(values, "x", "金额", "应付")
    assert values["start"]["title"] == "{金额}"
