"""Any act as a page: fields parse, the act judges, its answers stand beside the fields."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.test import Client

from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Person, PersonKind
from opsloop.base.testing import Cast, make
from opsloop.ui.forms import ActForm

DRAWER = {"HX-Request": "true", "HX-Target": "div#drawer-body"}
GOOD = {"reason": "Moves to Xi'an.", "left_on": "2026-01-31"}


def posted(**values: Any) -> QueryDict:
    """What a browser sends."""
    out = QueryDict(mutable=True)
    for name, value in values.items():
        out.setlist(name, [str(one) for one in value] if isinstance(value, list) else [str(value)])
    return out


def rows(*said: dict[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {"posts-TOTAL_FORMS": len(said), "posts-INITIAL_FORMS": 0}
    for i, row in enumerate(said):
        out |= {f"posts-{i}-{name}": value for name, value in row.items()}
    return out


def test_a_form_does_the_act_and_goes_to_the_next_page(lin: Client, crowd: Cast) -> None:
    answer = lin.post(f"/act/uitest.leave/{crowd.wu.pk}/", {**GOOD, "_next": "/crowd/"})
    assert (answer.status_code, answer["Location"]) == (302, "/crowd/")
    assert Person.objects.get(pk=crowd.wu.pk).left_on == date(2026, 1, 31)
    assert Entry.objects.get(act="uitest.leave").via == "page"


def test_the_next_page_is_never_somebody_elses(lin: Client, crowd: Cast) -> None:
    answer = lin.post(f"/act/uitest.leave/{crowd.wu.pk}/", {**GOOD, "_next": "https://evil.example/"})
    assert answer["Location"] == crowd.wu.get_absolute_url()


def test_in_the_drawer_the_page_behind_is_told(lin: Client, crowd: Cast) -> None:
    answer = lin.post(f"/act/uitest.leave/{crowd.wu.pk}/", GOOD, headers=DRAWER)
    assert answer.status_code == 204
    assert '"acted": {"target": "body"' in answer["HX-Trigger"]


def test_a_value_that_does_not_fit_is_answered_beside_its_field(lin: Client, crowd: Cast) -> None:
    answer = lin.post(f"/act/uitest.leave/{crowd.wu.pk}/", {**GOOD, "reason": "x"}, headers=DRAWER)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="f_reason_error"' in text and "At least 3 characters." in text
    assert 'aria-invalid="true"' in text
    assert "drawer-title" in text


def test_a_refusal_stands_beside_the_field_it_names(lin: Client, crowd: Cast) -> None:
    answer = lin.post(f"/act/uitest.leave/{crowd.lin.pk}/", GOOD)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Lin stays." in text.split('id="f_left_on_error"')[1][:80]


def test_a_soft_rule_asks_for_a_reason_and_then_lets_it_pass(lin: Client, crowd: Cast) -> None:
    old = {**GOOD, "left_on": "2019-01-31"}
    asked = lin.post(f"/act/uitest.leave/{crowd.wu.pk}/", old)
    assert "That is long ago." in asked.content.decode()
    assert 'name="_why-long-ago"' in asked.content.decode()
    done = lin.post(f"/act/uitest.leave/{crowd.wu.pk}/", {**old, "_why-long-ago": "Found in the archive."})
    assert done.status_code == 302


def test_a_double_click_is_one_act(lin: Client, crowd: Cast) -> None:
    sent = {**GOOD, "_key": "k1"}
    for _click in range(2):
        assert lin.post(f"/act/uitest.leave/{crowd.wu.pk}/", sent).status_code == 302
    assert Entry.objects.filter(act="uitest.leave").count() == 1


def test_a_stale_form_says_so_and_counts_when_sent_again(lin: Client, crowd: Cast) -> None:
    page = lin.get(f"/act/uitest.leave/{crowd.wu.pk}/")
    form = page.context["form"]
    sent = {**GOOD, "_rev": form["_rev"].value(), "_seen": form["_seen"].value() or ""}
    assert lin.post(f"/act/uitest.leave/{crowd.wu.pk}/", {**sent, "left_on": "2026-02-28"}).status_code == 302
    late = lin.post(f"/act/uitest.leave/{crowd.wu.pk}/", sent)
    assert late.status_code == 422
    assert "Somebody changed this meanwhile" in late.content.decode()
    said = late.content.decode().split('class="stale"')[1][:900]
    assert "Lin let Wu leave: Moves to Xi" in said
    assert "<del>—</del> → <ins>28 Feb 2026</ins>" in said
    again = {**sent, "_rev": late.context["form"]["_rev"].value()}
    assert lin.post(f"/act/uitest.leave/{crowd.wu.pk}/", again).status_code == 302


def test_what_happened_earlier_is_recorded_with_its_time(lin: Client, crowd: Cast) -> None:
    sent = {**GOOD, "_happened": "2026-01-31T09:30", "_why-late-entry": "The system was down."}
    assert lin.post(f"/act/uitest.leave/{crowd.wu.pk}/", sent).status_code == 302
    entry = Entry.objects.get(act="uitest.leave")
    assert entry.happened < entry.at


def test_who_may_not_gets_no_form(chen: Client, crowd: Cast) -> None:
    assert chen.get(f"/act/uitest.leave/{crowd.wu.pk}/").status_code == 403
    assert chen.post(f"/act/uitest.leave/{crowd.wu.pk}/", GOOD).status_code == 403
    assert chen.get("/act/uitest.add/").status_code == 403


def test_an_act_without_a_page_or_object_is_not_there(lin: Client) -> None:
    assert lin.get("/act/uitest.hidden/").status_code == 404
    assert lin.get("/act/no.such/").status_code == 404
    assert lin.get("/act/uitest.leave/999999/").status_code == 404
    assert lin.get("/act/uitest.mail/").status_code == 404


def test_a_state_that_forbids_the_act_is_said_instead_of_a_form(lin: Client, crowd: Cast) -> None:
    page = lin.get(f"/act/uitest.leave/{crowd.zhao.pk}/").content.decode()
    assert "Only staff leave." in page
    assert "data-once" not in page
    assert lin.post(f"/act/uitest.leave/{crowd.zhao.pk}/", GOOD).status_code == 422


def test_nested_rows_reach_the_act_and_gaps_do_not_matter(crowd: Cast) -> None:
    said = rows({"title": "Cashier", "share": "60"}, {}, {"title": "Guide", "share": "40"})
    form = ActForm("uitest.add", crowd.lin, None, posted(name="Ann", **said))
    assert form.submit(), form.errors
    assert form.result.number.startswith("2-")


def test_a_wrong_nested_row_is_answered_in_that_row(crowd: Cast) -> None:
    form = ActForm("uitest.add", crowd.lin, None, posted(name="Ann", **rows({}, {"title": "X", "share": "120"})))
    assert not form.submit()
    assert list(form.rows["posts"][1].errors) == ["title", "share"]
    assert not form.rows["posts"][0].errors


def test_numbers_are_read_as_people_paste_them(crowd: Cast) -> None:
    form = ActForm("uitest.add", crowd.lin, None, posted(name="Ann", pay="¥１,２34.50", **rows({"title": "Cashier"})))
    assert form.submit(), form.errors
    assert form.result.number == f"1-{Decimal('1234.50')}-0"
    assert form.result.kind == PersonKind.STAFF


def test_given_values_are_not_asked(crowd: Cast) -> None:
    form = ActForm("uitest.add", crowd.lin, None, posted(**rows({"title": "Cashier"})), given={"name": "Ann"})
    assert "name" not in form.fields
    assert form.submit(), form.errors
    assert form.result.name == "Ann"


def test_only_what_may_be_picked_is_found_and_taken(lin: Client, crowd: Cast) -> None:
    url = f"/pick/uitest.leave/heir/?_on={crowd.wu.pk}&_pick="
    found = lin.get(url).content.decode()
    assert "Chen" in found and "Wu" not in found and "Zhao" not in found
    assert "Chen" not in lin.get(url + "li").content.decode()
    refused = lin.post(f"/act/uitest.leave/{crowd.chen.pk}/", {**GOOD, "heir": crowd.zhao.pk})
    assert refused.status_code == 422


def test_who_may_not_do_the_act_finds_nobody(chen: Client, crowd: Cast) -> None:
    assert chen.get(f"/pick/uitest.leave/heir/?_on={crowd.wu.pk}").status_code == 403


def test_a_search_box_shows_only_what_is_chosen(crowd: Cast) -> None:
    for i in range(60):
        make(Person, name=f"P{i}")
    form = ActForm("uitest.add", crowd.lin, None, posted(name="Ann", friends=[crowd.wu.pk, crowd.chen.pk]))
    html = str(form["friends"])
    assert html.count("pick-chip") == 2
    assert "P5" not in html


def test_an_act_on_many_takes_every_ticked_row(lin: Client, crowd: Cast) -> None:
    ids = [crowd.wu.pk, crowd.zhao.pk]
    page = lin.get(f"/act/uitest.mail/?_on={ids[0]}&_on={ids[1]}")
    assert page.content.decode().count('name="_on"') == 2
    assert lin.post("/act/uitest.mail/", {"_on": ids, "language": "en"}).status_code == 302
    assert Person.objects.filter(language="en").count() == 2


def test_a_field_begins_with_what_the_object_has(lin: Client, crowd: Cast) -> None:
    made = make(Person, name="Ann", left_on=date(2026, 3, 4))
    assert 'value="2026-03-04"' in lin.get(f"/act/uitest.leave/{made.pk}/").content.decode()
    assert "Because" in lin.get(f"/act/uitest.leave/{made.pk}/?reason=Because").content.decode()


def test_buttons_are_there_for_those_who_may_and_grey_where_the_state_forbids(crowd: Cast) -> None:
    from opsloop.ui.formkit.buttons import act_button

    assert act_button(crowd.chen, "uitest.leave", crowd.wu) == ""
    live = act_button(crowd.lin, "uitest.leave", crowd.wu)
    assert f'href="/act/uitest.leave/{crowd.wu.pk}/"' in live
    grey = act_button(crowd.lin, "uitest.leave", crowd.zhao)
    assert 'aria-disabled="true"' in grey and "href" not in grey
    assert act_button(crowd.lin, "uitest.hidden") == ""
    assert act_button(None, "uitest.leave", crowd.wu) == ""
