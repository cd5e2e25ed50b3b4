"""Dashboards as files: read, checked, and compiled into rows by publication."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils.translation import override

from opsloop.base.testing import Cast
from opsloop.data.explore.models import Dashboard
from opsloop.playbook import changes, queries
from opsloop.playbook.actions import propose, publish
from opsloop.playbook.book import load
from opsloop.playbook.store import keep_all
from opsloop.playbook.tests import samples

pytestmark = [pytest.mark.django_db, pytest.mark.both]

MANAGER = """title: 运营经理首页
for: [operations-manager]
grain: 周
groups:
  - title: 销售
    tiles:
      - {metric: sales}
      - {metric: orders, shows: 折线, grain: 日, compare: [环比]}
      - {metric: sales, shows: 柱形, by: [department], where: {department: [DELI, MEAT]}, note: 只看两个部门}
"""
METRIC = "title: x\nmeaning: x\nclass: key\nowner: operations-manager\nwaits_for: data\n"


def folder(path: Path, text: str) -> Path:
    samples.write(path)
    (path / "metrics").mkdir(exist_ok=True)
    for name in ("sales", "orders"):
        (path / f"metrics/{name}.yaml").write_text(METRIC, encoding="utf-8")
    (path / "dashboards").mkdir(exist_ok=True)
    (path / "dashboards/manager.yaml").write_text(text, encoding="utf-8")
    return path


def said(path: Path, text: str) -> list[str]:
    with override("en"):
        return [str(one) for one in load(folder(path, text)).checked.errors]


def publish_folder(cast: Cast, path: Path) -> None:
    book = load(path)
    keep_all(item.text for item in book.items.values())
    lines = changes.against(book, queries.latest())
    publish(propose(by=cast.robot, reason="A dashboard for the trial.", lines=lines), by=cast.robot)


def test_a_file_of_the_standard_is_read_with_its_chinese_words(tmp_path: Path) -> None:
    assert said(tmp_path, MANAGER) == []
    read = load(tmp_path).get("dashboard", "manager")
    assert (read.grain, read.groups[0].tiles[1].grain, read.groups[0].tiles[1].shows) == ("week", "day", "line")
    assert read.groups[0].tiles[0].compare == ("previous", "year", "target")


def test_a_single_value_has_no_dimensions(tmp_path: Path) -> None:
    wrong = MANAGER.replace("{metric: sales}", "{metric: sales, by: [department]}")
    assert said(tmp_path, wrong) == [
        "dashboards/manager.yaml:7:25 [groups.0.tiles.0.by]: A single value has no dimensions. "
        "Show it as bars or as a table."
    ]


def test_a_dashboard_shows_something(tmp_path: Path) -> None:
    assert "shows nothing" in said(tmp_path, "title: 空\ngroups: []\n")[0]


def test_publication_writes_a_row_and_a_withdrawal_marks_it(cast: Cast, tmp_path: Path) -> None:
    publish_folder(cast, folder(tmp_path, MANAGER))
    row = Dashboard.objects.get(ident="manager")
    assert (row.title, row.number, row.owner, row.withdrawn) == ("运营经理首页", 1, None, False)
    assert row.positions == ("operations-manager",) and row.groups[0]["tiles"][0] == {"metric": "sales"}
    folder(tmp_path, MANAGER.replace("首页", "看板"))
    publish_folder(cast, tmp_path)
    row = Dashboard.objects.get(ident="manager")
    assert (row.title, row.number) == ("运营经理看板", 2)
    (tmp_path / "dashboards/manager.yaml").unlink()
    publish_folder(cast, tmp_path)
    assert Dashboard.objects.get(ident="manager").withdrawn
