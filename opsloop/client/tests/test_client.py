"""`import opsloop.client`: over HTTP with a token, and beside a workspace."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from typing import Any

import pytest

import opsloop.client as ops
from opsloop.base.testing import Cast
from opsloop.client import asking
from opsloop.data.lake import keys
from opsloop.data.sql.tests.test_actions import keep, there
from opsloop.data.sql.tests.test_feeds import token

__all__ = ["there"]


@pytest.fixture(autouse=True)
def _nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "_way", None)
    for name in ("OPSLOOP_URL", "OPSLOOP_TOKEN"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.django_db(transaction=True)
def test_over_http_tables_and_queries_come_masked_as_arrow(there: Cast, live_server: Any) -> None:
    query = keep(there, text="select product, sum(sales) as sales from shop group by all order by all")
    ops.connect(live_server.url, token=token(there.wu))
    found = ops.table("shop")
    assert found.num_rows == 200 and keys.pseudonym("H1") in found["household"].to_pylist()
    assert ops.query(query.pk).to_pylist()[0] == {"product": 0, "sales": 6633.0}
    with pytest.raises(ops.ClientError, match="404"):
        ops.table("nothing")
    with pytest.raises(ops.ClientError):
        ops.metric("nothing")


@pytest.mark.django_db(transaction=True)
def test_a_wrong_token_or_no_server_is_told_in_words(there: Cast, live_server: Any) -> None:
    ops.connect(live_server.url, token="opsloop_wrong")
    with pytest.raises(ops.ClientError, match="401"):
        ops.table("shop")
    ops.connect("http://127.0.0.1:9", token="opsloop_x")
    with pytest.raises(ops.ClientError, match="could not be reached"):
        ops.table("shop")
    with pytest.raises(ops.ClientError, match="token"):
        ops.connect(live_server.url)


@pytest.mark.django_db
def test_beside_a_workspace_everything_personal_is_masked(there: Cast, settings: Any) -> None:
    ops.connect(workspace=settings.WORKSPACE.root)
    row = ops.table("shop").slice(0, 1).to_pylist()[0]
    assert "****" in row["phone"] and len(row["household"]) == keys.LENGTH
    query = keep(there, text="select max(phone) as phone from shop")
    assert ops.query(query.pk).to_pylist() == [{"phone": "138****5679"}]
    with pytest.raises(ops.ClientError):
        ops.connect(workspace=settings.WORKSPACE.root, by="nobody")
    with pytest.raises(ops.ClientError, match="no table"):
        ops.table("nothing")


def test_rows_of_a_metric_become_typed_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[Any] = []

    class Way:
        def metric(self, name: str, words: list[tuple[str, str]]) -> dict[str, Any]:
            said.append((name, words))
            return {"rows": [{"period": "2026-03-02", "department": "肉", "value": 1.5}]}

    monkeypatch.setattr(asking, "_way", Way())
    found = ops.metric(
        "sales", grain="week", by=["department"], since=date(2026, 3, 1), where={"department": ["肉", "菜"]}
    )
    assert found.to_pylist() == [{"period": date(2026, 3, 2), "department": "肉", "value": 1.5}]
    assert said == [
        ("sales", [("grain", "week"), ("by", "department"), ("from", "2026-03-01"), ("where", "department=肉"),
                   ("where", "department=菜")])
    ]  # fmt: skip


def test_rows_that_have_more_than_others_are_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    class Way:
        def metric(self, name: str, words: list[tuple[str, str]]) -> dict[str, Any]:
            first = {"period": "2025-03-03", "value": 1.0, "then": None, "change": None, "why": "no data for last year"}
            return {
                "rows": [first, {"period": "2026-03-02", "value": 2.0, "then": 1.0, "change": 1.0, "steps": [4, 2]}]
            }

    monkeypatch.setattr(asking, "_way", Way())
    found = ops.metric("sales", compare="year").to_pylist()
    assert [(one["why"], one["then"], one["steps"]) for one in found] == [
        ("no data for last year", None, None), (None, 1.0, [4.0, 2.0]),
    ]  # fmt: skip


def test_the_module_loads_without_django() -> None:
    code = "import opsloop.client, sys; sys.exit('django' in sys.modules or 'pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
