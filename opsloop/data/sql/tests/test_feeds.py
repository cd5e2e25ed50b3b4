"""What programs fetch: with a token as bearer or as Basic's password, masked, and noted."""

from __future__ import annotations

import base64
import io
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from opsloop.base.acts import Forbidden
from opsloop.base.jobs.lease import claim
from opsloop.base.jobs.models import Job
from opsloop.base.jobs.run import run
from opsloop.base.ledger.models import Entry
from opsloop.base.people.bearers import new_secret
from opsloop.base.people.models import Person, Token
from opsloop.base.testing import Cast, given, make
from opsloop.data.lake import keys
from opsloop.data.metrics.engines import bounded
from opsloop.data.metrics.tests import shop as metrics_shop
from opsloop.data.sql import actions, feeds, snapshot
from opsloop.data.sql.tests.test_actions import keep, there
from opsloop.data.sql.tests.test_running import dataset
from opsloop.ui.testing import signed_in

__all__ = ["there"]
pytestmark = pytest.mark.django_db
TABLE = "/sql/tables/shop.parquet"


def token(person: Person, *acts: str) -> str:
    secret, digest = new_secret()
    ends = timezone.now() + timedelta(days=9)
    make(Token, person=person, title="notebook", digest=digest, acts=list(acts or ("sql.*",)), ends_at=ends)
    return secret


def bearer(person: Person, *acts: str) -> Client:
    return Client(HTTP_AUTHORIZATION=f"Bearer {token(person, *acts)}", HTTP_ACCEPT_LANGUAGE="en")


def basic(secret: str) -> Client:
    return Client(HTTP_AUTHORIZATION="Basic " + base64.b64encode(f"any:{secret}".encode()).decode())


def body(answer: object) -> bytes:
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def test_a_table_comes_as_parquet_masked_and_is_noted(there: Cast) -> None:
    found = pq.read_table(io.BytesIO(body(bearer(there.wu).get(TABLE))))
    assert found.num_rows == 200
    row = found.filter(found["basket"].to_numpy() == 1).to_pylist()[0]
    assert (row["household"], row["phone"]) == (keys.pseudonym("H1"), "138****5671")
    entry = Entry.objects.get(act="sql.take")
    assert '"rows":200' in entry.body and entry.by_id == there.wu.pk
    assert not any((settings.WORKSPACE.run / "feeds").iterdir())


def test_a_dataset_comes_as_parquet_too_over_masked_tables(there: Cast) -> None:
    dataset(there, "homes-sales", "select household, phone, sum(sales) as sales from shop group by all")
    found = pq.read_table(io.BytesIO(body(bearer(there.wu).get("/sql/tables/homes_sales.parquet")))).to_pylist()
    assert {row["household"] for row in found} == {keys.pseudonym(f"H{n}") for n in range(7)}
    assert not any("1234" in row["phone"] for row in found)


def test_a_table_comes_as_it_was_at_a_version(there: Cast) -> None:
    client = bearer(there.wu)
    assert client.get(TABLE + "?at=0").status_code == 404
    assert client.get(TABLE + "?at=x").status_code == 422
    assert client.get("/sql/tables/nothing.parquet").status_code == 404


def test_a_kept_query_refreshes_in_excel_by_basic(there: Cast) -> None:
    query = keep(there, text="select product, count(*) as n from shop group by all order by all")
    answer = basic(token(there.wu)).get(f"/sql/saved/{query.pk}/rows.csv")
    assert body(answer).decode("utf-8-sig").splitlines() == ["product,n", "0,67", "1,67", "2,66"]
    assert answer["Content-Type"].startswith("text/csv") and answer["Cache-Control"] == "no-store"
    assert bearer(there.chen).get(f"/sql/saved/{query.pk}/rows.csv").status_code == 404


@pytest.mark.parametrize("path", [TABLE, "/sql/saved/1/rows.csv", "/sql/metrics/sales.json", "/sql/opsloop.duckdb"])
def test_without_a_token_it_is_asked_for(there: Cast, path: str) -> None:
    wrong = [
        Client(),
        basic("opsloop_wrong"),
        Client(HTTP_AUTHORIZATION="Bearer x"),
        Client(HTTP_AUTHORIZATION="Basic !"),
    ]
    for client in wrong:
        answer = client.get(path)
        assert answer.status_code == 401 and answer["WWW-Authenticate"].startswith("Basic")
    assert bearer(there.wu).post(path).status_code == 405


def test_a_token_does_no_more_than_its_acts_and_ends(there: Cast) -> None:
    assert bearer(there.wu, "lake.publish").get(TABLE).status_code == 403
    secret = token(there.wu)
    with given():
        Token.objects.update(revoked_at=timezone.now())
    assert basic(secret).get(TABLE).status_code == 401


def test_a_metric_that_is_not_there_is_refused_in_words(there: Cast) -> None:
    client = bearer(there.wu)
    assert client.get("/sql/metrics/nothing.json").status_code in (404, 409, 422)
    for bad in ("grain=hour", "from=yesterday", "where=x"):
        assert client.get(f"/sql/metrics/nothing.json?{bad}").status_code in (409, 422)


def test_a_program_is_told_in_json_and_a_person_on_a_page(there: Cast) -> None:
    program, page = bearer(there.wu), signed_in(there.wu)
    for path, status, code in (
        ("/sql/saved/99/rows.csv", 404, "not_found"), (f"{TABLE}?at=x", 422, "invalid"),
        ("/sql/metrics/nothing.json", 409, "refused"),
    ):  # fmt: skip
        answer = program.get(path)
        assert (answer.status_code, answer["Content-Type"], answer.json()["code"]) == (status, "application/json", code)
        assert page.get(path).status_code == status and page.get(path)["Content-Type"].startswith("text/html")
    answer = bearer(there.wu, "lake.publish").get(TABLE)
    assert answer.status_code == 403 and answer.json()["message"]
    assert basic(token(there.wu)).get("/sql/saved/99/rows.csv").json()["code"] == "not_found"


@pytest.mark.django_db(transaction=True)
def test_the_snapshot_holds_every_table_masked_and_nothing_else(there: Cast) -> None:
    snapshot.snapshot_file().unlink(missing_ok=True)
    client = bearer(there.wu)
    assert client.get("/sql/opsloop.duckdb").status_code == 404
    with pytest.raises(Forbidden):
        actions.make_snapshot(by=there.zhao)
    actions.make_snapshot(by=there.wu)
    job = claim()
    assert job is not None
    run(job)
    assert Job.objects.get(pk=job.pk).state == "done", Job.objects.get(pk=job.pk).error
    content = body(client.get("/sql/opsloop.duckdb"))
    assert b"1381234567" not in content and keys.key().encode() not in content
    file = Path(settings.WORKSPACE.run) / "fetched.duckdb"
    file.write_bytes(content)
    with duckdb.connect(str(file), read_only=True) as there_:
        assert there_.execute("select count(*), min(phone) from shop").fetchall() == [(200, "138****5670")]
        assert there_.execute("select count(*) from duckdb_views() where not internal").fetchall() == [(0,)]
    assert snapshot.made_of() > 0
    file.unlink()


def test_a_metric_of_too_many_values_is_refused_before_it_fills_the_web_process(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = date(2026, 3, 2)
    metrics_shop.shop(cast.lin, [(f"o{n}", "ann", "p1", f"s{n}", "1", "0", 1, day) for n in range(3)])
    metrics_shop.metrics(cast.lin, sales="value: {sum: amount}\nby: [shop]")
    monkeypatch.setattr(feeds, "bounded", lambda: bounded(rows=2))
    client = bearer(cast.wu)
    refused = client.get("/sql/metrics/sales.json?by=shop")
    assert refused.status_code == 409 and b"s2" not in refused.content
    assert client.get("/sql/metrics/sales.json").json()["rows"][0]["value"] == 3
