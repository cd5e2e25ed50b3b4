"""Explore, dashboards, why a figure moved and the rows behind it, over a shop whose figures are worked by hand."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.test import Client

from opsloop.base.ledger.models import Entry
from opsloop.base.testing import Cast, make, person, position
from opsloop.data.explore.models import Dashboard, Pin
from opsloop.data.metrics import counting, engines
from opsloop.data.metrics.tests.shop import metrics, publish, shop
from opsloop.data.reconciliation.models import Control, State
from opsloop.ui.testing import signed_in as of

pytestmark = pytest.mark.django_db
SALES = (
    "value: {sum: amount}\nunit: money\nbetter: higher\nfactors: [orders, average-order]\n"
    "by: [department, shop]\ntarget: {week: 100, month: 400}"
)
A, C = date(2026, 3, 9), date(2026, 3, 2)


def row(order: str, who: str, amount: float, day: date, product: str = "p1", where: str = "north") -> tuple[Any, ...]:
    return (order, who, product, where, f"{amount:.2f}", "0.00", 1, day.isoformat())


@pytest.fixture(autouse=True)
def two_weeks(cast: Cast) -> None:
    """Then 4 orders of 100, now 5 orders of 90: fuel 20 then, 30 now; the last Sunday has an order."""
    rows = [
        row("a", "ann", 10, C), row("b", "ann", 20, C, "p3"), row("c", "bob", 30, C, where="south"),
        row("d", "bob", 40, C, "p2"),
        row("e", "ann", 25, A), row("f", "bob", 5, A, where="south"), row("g", "cid", 20, A, where="south"),
        row("h", "cid", 30, A, "p3"), row("i", "ann", 10, A + timedelta(days=6), where="west"),
    ]  # fmt: skip
    shop(cast.lin, rows)
    metrics(
        cast.lin,
        sales=SALES,
        orders="value: {count: order_id, distinct: true}\nunit: count\nby: [shop]",
        average_order="formula: sales / orders\nby: [shop]",
        margin="from: costs\nvalue: {sum: amount}\nwaits_for: 成本",
    )


def publish_sales(cast: Cast, simulated: str) -> None:
    metrics(cast.lin, sales=SALES + f"\nsimulated: {simulated}")


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_a_question_is_answered_with_picture_table_and_where_it_rests(cast: Cast) -> None:
    page = of(cast.wu).get("/explore/?m=sales&m=orders&compare=previous").content.decode()
    text = text_of(page)
    assert page.count("data-chart=") == 2, "money and counts do not share a chart"
    assert "90.00" in text and "100.00" in text and "−10.0% worse" in text and "+25.0%" in text
    assert "data until 15 Mar 2026" in text and "data version #" in text


def test_only_the_panel_comes_back_with_its_address_when_the_form_changes(cast: Cast) -> None:
    said = {"HX-Request": "true", "HX-Target": "div#explore"}
    answer = of(cast.wu).get("/explore/?m=sales&m=&grain=week&by=department&by=&last=&shows=bar", headers=said)
    assert answer.headers["HX-Push-Url"] == "/explore/?m=sales&by=department&shows=bar"
    assert "<html" not in answer.content.decode() and "food" in answer.content.decode()


def test_whatever_stands_in_the_address_the_page_stands(cast: Cast) -> None:
    client = of(cast.wu)
    text = text_of(
        client.get("/explore/?m=sales&m=nonsense&grain=aeon&from=x&by=nowhere&w.shop=south").content.decode()
    )
    assert "There is no metric nonsense" in text and "aeon is not known" in text and "x is not a day" in text
    assert client.get("/explore/?m=margin").status_code == 200
    assert "Choose a metric above" in client.get("/explore/").content.decode()


def test_a_filter_offers_the_values_of_its_dimension(cast: Cast) -> None:
    page = of(cast.wu).get("/explore/?m=sales&pick=shop&w.shop=south").content.decode()
    assert 'name="w.shop" value="south" checked' in page and 'name="w.shop" value="west">' in page
    assert "25.00" in text_of(page)


def test_figures_are_taken_along_as_they_stand_and_recorded(cast: Cast) -> None:
    answer = of(cast.lin).post("/explore/?m=sales&by=shop&last=1", {"export": "csv"})
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [line[1:] for line in lines[1:]] == [["north", "55.0"], ["south", "25.0"], ["west", "10.0"]]
    entry = Entry.objects.order_by("-pk").first()
    assert entry is not None and entry.act == "explore.export"
    assert of(cast.wu).post("/explore/?m=sales", {"export": "csv"}).status_code == 403


def test_a_sheet_opens_in_excel(cast: Cast) -> None:
    answer = of(cast.lin).post("/explore/?m=sales", {"export": "xlsx"})
    assert answer.content[:2] == b"PK"


def test_a_view_is_saved_beside_it_and_shown_on_the_dashboard(cast: Cast) -> None:
    client = of(cast.lin)
    form = client.get("/explore/save/?m=sales&by=shop&shows=bar").content.decode()
    assert 'name="new_dashboard"' in form and 'value="sales"' in form
    said = {"address": "m=sales&by=shop&shows=bar", "title": "By shop", "new_dashboard": "Mine"}
    answer = client.post("/explore/save/", said)
    board = Dashboard.objects.get()
    assert answer.headers["Location"] == board.get_absolute_url()
    page = client.get(board.get_absolute_url()).content.decode()
    assert "By shop" in page and "data-chart=" in page and "south" in page
    assert client.post("/explore/save/", {**said, "new_dashboard": ""}).status_code == 422


def test_a_sentence_says_why_and_parts_add_up(cast: Cast) -> None:
    page = of(cast.wu).get("/explore/explain/?metric=sales").content.decode()
    text = text_of(page)
    assert (
        "sales 90.00, −10.00 on the week before (−10.0%): orders contributes +25.00, average_order contributes −35.00."
        in text
    )
    by_department = text.split("By department")[1].split("By shop")[0]
    assert "food 60.00 80.00 −20.00" in by_department and "fuel 30.00 20.00 +10.00" in by_department
    assert "Sum 90.00 100.00 −10.00" in by_department
    assert "/explore/rows/?m=sales&amp;from=2026-03-09&amp;to=2026-03-15&amp;w.department=fuel" in page


def test_what_is_counted_in_several_parts_leads_to_no_rows(cast: Cast) -> None:
    metrics(cast.lin, buyers="value: {count: customer, distinct: true}\nby: [shop]")
    page = of(cast.wu).get("/explore/explain/?metric=buyers").content.decode()
    line = page.split("counted in several of them")[1].split("</tr>")[0]
    assert "<a " not in line and "unknown" not in text_of(page)
    assert not re.search(r"<a [^>]*>counted in several", page) and "w.shop=south" in page


def test_other_days_are_named_and_what_cannot_be_explained_is_said(cast: Cast) -> None:
    client = of(cast.wu)
    text = text_of(
        client.get(
            "/explore/explain/?metric=sales&a=2026-03-10&b=2026-03-15&c=2026-03-02&d=2026-03-04"
        ).content.decode()
    )
    assert "on 2026-03-02 to 2026-03-04" in text
    assert "成本" in client.get("/explore/explain/?metric=margin").content.decode()
    assert client.get("/explore/explain/?metric=nothing").status_code == 404
    assert client.get("/explore/explain/").status_code == 200


def test_the_rows_behind_a_part_are_those_that_make_it(cast: Cast) -> None:
    address = "/explore/rows/?m=sales&from=2026-03-09&to=2026-03-15&w.shop=south"
    text = text_of(of(cast.lin).get(address).content.decode())
    assert "2 rows" in text and "5.00" in text and "20.00" in text and "25.00" not in text
    by_department = of(cast.wu).get("/explore/rows/?m=sales&from=2026-03-02&to=2026-03-15&w.department=fuel")
    assert "2 rows" in text_of(by_department.content.decode())


def test_who_may_not_read_identities_sees_pseudonyms(cast: Cast) -> None:
    text = text_of(of(cast.wu).get("/explore/rows/?m=sales&from=2026-03-09&to=2026-03-15").content.decode())
    assert " ann " not in text and " bob " not in text and "north" in text


def test_moments_are_shown_in_the_companys_zone(cast: Cast) -> None:
    publish("moments", [("2026-03-09", "2026-03-09 04:30:00+00")], {"day": "date", "at": "timestamp with time zone"})
    metrics(cast.lin, moments="from: moments\nvalue: {count: rows}")
    text = text_of(of(cast.wu).get("/explore/rows/?m=moments&from=2026-03-09&to=2026-03-15").content.decode())
    local = datetime(2026, 3, 9, 4, 30, tzinfo=UTC).astimezone(ZoneInfo(settings.TIME_ZONE))
    assert "1 row" in text and f"{local:%Y-%m-%d %H:%M}" in text


def test_a_metric_of_others_leads_to_their_rows(cast: Cast) -> None:
    page = of(cast.wu).get("/explore/rows/?m=average-order&from=2026-03-09&to=2026-03-15").content.decode()
    assert "m=sales&amp;from=2026-03-09" in page and "m=orders&amp;from=2026-03-09" in page


STANDARD = {
    "title": "Manager",
    "for": ["operations-manager"],
    "groups": [
        {"title": "Business", "tiles": [{"metric": "sales"}, {"metric": "margin"}, {"metric": "gone"}]},
        {
            "title": "Pictures",
            "tiles": [{"metric": "sales", "shows": "bar", "by": ["shop"]}, {"metric": "orders", "shows": "line"}],
        },
    ],
}  # fmt: skip


@pytest.fixture
def board() -> Dashboard:
    return make(Dashboard, ident="manager", title="Manager", definition=STANDARD)


def test_a_tile_has_value_comparisons_target_and_leads_to_why(cast: Cast, board: Dashboard) -> None:
    page = of(cast.wu).get(board.get_absolute_url()).content.decode()
    tile = page.split("<article")[1]
    text = text_of(tile)
    assert "90.00" in text and "−10.0% worse" in text and "Same period last year none" in text
    assert "48% reached" in text and "48% of the time" in text, "190 of 400 in 15 of 31 days"
    assert "/explore/explain/?metric=sales&amp;a=2026-03-09" in tile and "data until 03-15" in text
    assert "成本" in text_of(page.split("<article")[2]) and "gone is not in force" in text_of(page)
    assert page.count("data-chart=") == 2


def test_a_made_up_target_says_so_and_a_true_value_does_not(cast: Cast, board: Dashboard) -> None:
    def tile() -> str:
        return text_of(of(cast.wu).get(board.get_absolute_url()).content.decode().split("<article")[1])

    assert "Simulated" not in tile()
    publish_sales(cast, "[target]")
    assert "48% reached Simulated" in tile() and tile().count("Simulated") == 1
    assert "48% reached Simulated" in text_of(of(cast.wu).get("/metrics/sales/?grain=week").content.decode())
    publish_sales(cast, "[values]")
    assert "90.00" in tile() and tile().count("Simulated") == 1


def test_it_stands_on_the_start_page_of_its_position_and_of_whoever_pins_it(cast: Cast, board: Dashboard) -> None:
    client = of(cast.lin)
    assert "/explore/dashboards/manager/tiles/" in client.get("/").content.decode()
    assert "90.00" in client.get("/explore/dashboards/manager/tiles/").content.decode()
    other = of(cast.wu)
    assert "/explore/dashboards/manager/tiles/" not in other.get("/").content.decode()
    make(Pin, person=cast.wu, dashboard=board)
    assert "/explore/dashboards/manager/tiles/" in other.get("/").content.decode()


def test_dashboards_are_listed_by_whose_they_are(cast: Cast, board: Dashboard) -> None:
    make(Dashboard, title="Private", owner=cast.chen, definition={"tiles": []})
    make(Dashboard, title="For all", owner=cast.chen, shared=True, definition={"tiles": []})
    text = text_of(of(cast.lin).get("/explore/dashboards/").content.decode())
    assert text.index("For my position") < text.index("Manager") and "For all" in text and "Private" not in text
    assert of(cast.wu).get("/explore/dashboards/nothing/").status_code == 404
    assert of(cast.wu).get(f"/explore/dashboards/{Dashboard.objects.get(title='Private').pk}/").status_code == 404


def test_it_takes_the_right_to_see_metrics(cast: Cast) -> None:
    blind = of(person("Blind", position("blind", sees={"*": "all", "metrics": "none"}), cast.ops))
    for path in ("", "explain/", "rows/?m=sales", "dashboards/"):
        assert blind.get(f"/explore/{path}").status_code == 403
        assert Client().get(f"/explore/{path}").status_code == 302


def test_the_tiles_of_ones_own_dashboard_are_counted_together(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    by_shop = "m=sales&by=shop&shows=bar&compare=previous"
    views = ["m=sales", by_shop, "m=orders&grain=day", "m=margin", "m=sales&by=nowhere"]
    mine = make(
        Dashboard, title="Mine", owner=cast.lin,
        definition={"tiles": [{"title": f"T{n}", "address": one} for n, one in enumerate(views)]},
    )  # fmt: skip
    ran: list[str] = []
    run = engines.DuckDB.run
    monkeypatch.setattr(engines.DuckDB, "run", lambda self, sql: ran.append(sql) or run(self, sql))
    counting.RESULTS.clear()
    page = of(cast.lin).get(mine.get_absolute_url()).content.decode()
    assert len(ran) == 1, "one statement over the one relation"
    tiles = [text_of(one) for one in page.split("<article")[1:]]
    assert "90.00" in tiles[0] and "south" in tiles[1] and page.count("data-chart=") == 3
    assert "成本" in tiles[3] and "cannot be split by nowhere" in tiles[4]


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "someday"])
def test_days_out_of_reach_are_left_out(cast: Cast, day: str) -> None:
    for address in (f"explain/?metric=sales&a={day}&b={day}&c={day}&d={day}", f"?m=sales&from={day}&to={day}",
                    f"rows/?m=sales&from={day}&to={day}"):  # fmt: skip
        assert of(cast.wu).get(f"/explore/{address}").status_code == 200, address


def test_why_it_moved_is_doubted_by_its_own_days_and_takes_explores_word_for_the_metric(cast: Cast) -> None:
    make(Control, source="sales", day=C, figure="amount", ours=100, control=90, limit=1, state=State.OPEN)
    client = of(cast.lin)
    said = client.get("/explore/explain/?m=sales").content.decode()
    assert "Why it moved: sales" in said and 'class="doubt"' in said, "the week before, with which it is compared"
    days = f"a={A}&b={A}&c={C + timedelta(days=1)}&d={C + timedelta(days=1)}"
    assert 'class="doubt"' not in client.get(f"/explore/explain/?metric=sales&{days}").content.decode()
    assert client.get("/explore/explain/?m=nothing").status_code == 404
    for address, doubted in ((f"from={C}&to={C}", True), (f"from={A}&to={A}", False)):
        said = client.get(f"/explore/?m=sales&grain=day&{address}").content.decode()
        assert ('class="doubt"' in said) is doubted, address
