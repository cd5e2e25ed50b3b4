"""Dashboards of one's own: saved, shared, archived, pinned; refused, forbidden and recorded."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils.translation import override

from opsloop.base.acts import Call, Forbidden, Invalid, Refused, perform
from opsloop.base.ledger.models import Entry
from opsloop.base.policy.scopes import visible
from opsloop.base.testing import Cast, make, person, position
from opsloop.data.explore.actions import archive_dashboard, pin_dashboard, save_view, share_dashboard
from opsloop.data.explore.models import Dashboard, Pin

pytestmark = [pytest.mark.django_db, pytest.mark.both]
VIEW = "m=sales&grain=week&by=department"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture
def mine(cast: Cast) -> Dashboard:
    return save_view(by=cast.lin, address=VIEW, title="Sales by department", new_dashboard="My week")


def last() -> Entry:
    found = Entry.objects.order_by("-pk").first()
    assert found is not None
    return found


def on(name: str, cast: Cast, dashboard: Dashboard, **values: object) -> object:
    return perform(name, values, Call(by=cast.lin, via="page"), on=dashboard.pk)


def test_a_view_begins_a_dashboard_and_another_joins_it(cast: Cast, mine: Dashboard) -> None:
    again = save_view(by=cast.lin, address="?m=orders", title="Orders", dashboard=mine)
    assert again.pk == mine.pk and again.owner == cast.lin
    assert [one["title"] for one in again.definition["tiles"]] == ["Sales by department", "Orders"]
    assert again.definition["tiles"][1]["address"] == "m=orders"
    assert last().act == "explore.save"


def test_a_view_without_a_metric_or_without_a_place_is_no_view(cast: Cast, mine: Dashboard) -> None:
    with pytest.raises(Invalid, match="names no metric"):
        save_view(by=cast.lin, address="grain=week", title="x", dashboard=mine)
    for both in ({}, {"dashboard": mine, "new_dashboard": "Two"}):
        with pytest.raises(Invalid, match="Choose a dashboard"):
            save_view(by=cast.lin, address=VIEW, title="x", **both)


def test_a_dashboard_has_an_end(cast: Cast, mine: Dashboard) -> None:
    for n in range(23):
        save_view(by=cast.lin, address=VIEW, title=str(n), dashboard=mine)
    with pytest.raises(Refused, match="at most 24"):
        save_view(by=cast.lin, address=VIEW, title="one more", dashboard=mine)


def test_a_tile_comes_off_and_the_name_changes(cast: Cast, mine: Dashboard) -> None:
    on("explore.rename", cast, mine, title="Monday")
    on("explore.drop_tile", cast, mine, tile=1)
    mine.refresh_from_db()
    assert (mine.title, mine.definition["tiles"]) == ("Monday", [])
    with pytest.raises(Refused, match="no tile 1"):
        on("explore.drop_tile", cast, mine, tile=1)


def test_others_see_it_only_while_it_is_shared(cast: Cast, mine: Dashboard) -> None:
    assert not visible(cast.wu, Dashboard).exists()
    on("explore.share", cast, mine)
    assert visible(cast.wu, Dashboard).get() == mine
    make(Pin, person=cast.wu, dashboard=mine)
    make(Pin, person=cast.lin, dashboard=mine)
    on("explore.unshare", cast, mine)
    assert not visible(cast.wu, Dashboard).exists()
    assert [one.person for one in Pin.objects.all()] == [cast.lin]
    with pytest.raises(Refused, match="not shared"):
        on("explore.unshare", cast, mine)


def test_whoever_sees_no_metrics_sees_no_dashboards(cast: Cast) -> None:
    blind = person("Blind", position("blind", sees={"*": "all", "metrics": "none"}), cast.ops)
    make(Dashboard, ident="manager", title="Manager", definition={})
    assert visible(cast.wu, Dashboard).exists() and not visible(blind, Dashboard).exists()


def test_nobody_changes_what_is_not_theirs(cast: Cast, mine: Dashboard) -> None:
    other = person("Other", cast.manager, cast.ops)
    share_dashboard(mine, by=cast.lin)
    for name, values in (("rename", {"title": "x"}), ("drop_tile", {"tile": 1}), ("archive", {}), ("unshare", {})):
        with pytest.raises(Forbidden):
            perform(f"explore.{name}", values, Call(by=other, via="page"), on=mine.pk)
    with pytest.raises(Forbidden):
        save_view(by=other, address=VIEW, title="x", dashboard=mine)
    with pytest.raises(Forbidden):
        share_dashboard(mine, by=cast.chen)


def test_the_standards_dashboards_change_by_publication_only(cast: Cast) -> None:
    standard = make(Dashboard, ident="manager", title="Manager", definition={"groups": []})
    for name in ("share", "archive"):
        with pytest.raises(Refused, match="belongs to the standard"):
            on(f"explore.{name}", cast, standard)


def test_archived_it_leaves_every_start_page(cast: Cast, mine: Dashboard) -> None:
    pin_dashboard(mine, by=cast.lin)
    archive_dashboard(mine, by=cast.lin)
    assert not Pin.objects.exists() and Dashboard.objects.get().withdrawn
    with pytest.raises(Refused, match="no longer in force"):
        on("explore.pin", cast, mine)


def test_a_pin_stands_once_and_comes_off(cast: Cast, mine: Dashboard) -> None:
    assert pin_dashboard(mine, by=cast.lin) == pin_dashboard(mine, by=cast.lin)
    on("explore.unpin", cast, mine)
    assert not Pin.objects.exists()


def test_taking_figures_out_is_recorded(cast: Cast) -> None:
    said = {"what": "Sales", "address": VIEW, "rows": 13}
    perform("explore.export", {**said, "kind": "csv"}, Call(by=cast.lin, via="page"))
    assert last().act == "explore.export"
    with pytest.raises(Refused, match="CSV or as Excel"):
        perform("explore.export", {**said, "kind": "exe"}, Call(by=cast.lin, via="page"))
    with pytest.raises(Forbidden):
        perform("explore.export", {**said, "kind": "csv"}, Call(by=cast.chen, via="page"))
