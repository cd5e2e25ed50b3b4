"""A file is looked at, mapped or made a source of, tried, loaded by a job; whoever may not sees none of it."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from opsloop.base.jobs import lease
from opsloop.base.jobs.models import Job, JobState
from opsloop.base.jobs.run import run
from opsloop.base.people.models import Person
from opsloop.base.testing import Cast, hold, position
from opsloop.data.imports import findings
from opsloop.data.imports.models import Import, State
from opsloop.data.imports.tests import samples
from opsloop.data.lake import store
from opsloop.data.sources.models import Headings, Load, LoadState, Source
from opsloop.data.sources.tests import samples as sources
from opsloop.ui.testing import signed_in

pytestmark = pytest.mark.django_db(transaction=True)
SYCM = "统计日期,商品ID,商品名称,商品访客数,商品加购件数,支付金额,店内排名\n2026-11-01,880011,苹果,10,2,30.50,1\n"


@pytest.fixture
def person(cast: Cast) -> Person:
    return samples.importer(cast, "playbook.propose", "playbook.publish")


@pytest.fixture
def wu(person: Person) -> Client:
    return signed_in(person)


@pytest.fixture
def source(cast: Cast) -> Source:
    sources.source(
        "title: 商品\nowner: data-analyst\narrives: {drop: 'goods*'}\nkey: [sku]\ncolumns:\n  sku: {required: true}\n",
        "goods",
    )
    return sources.source(sources.ORDERS.replace("order_id: {", "order_id: {personal: identity, "))


def post(client: Client, content: bytes, name: str) -> Any:
    file = io.BytesIO(content)
    file.name = name
    return client.post("/imports/", {"file": file})


def sent(client: Client, text: str = samples.ORDERS, encoding: str = "gb18030", name: str = "orders.csv") -> str:
    said = post(client, text.encode(encoding), name)
    assert said.status_code == 302, said.content.decode()
    return str(said.headers["Location"])


def work() -> None:
    while (one := lease.claim()) is not None:
        run(one)


def text_of(client: Client, at: str) -> str:
    said = client.get(at)
    assert said.status_code == 200, said.content.decode()
    return said.content.decode()


def fields(text: str) -> dict[str, str]:
    """What a browser would send of the page's form as it stands."""
    body = text[text.index("new-fields") :]
    out = {}
    for tag in re.findall(r"<input[^>]*>", body):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ("checkbox" not in tag or " checked" in tag):
            out[name[1]] = value[1] if value else ""
    for name, inside in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', body, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', inside) or re.search(
            r"<option selected>([^<]*)", inside
        )
        first = re.search(r'<option value="([^"]*)"', inside)
        out[name] = chosen[1] if chosen else first[1] if first else ""
    return out


def test_a_file_like_the_last_is_tried_and_loaded_as_the_person(cast: Cast, wu: Client, source: Source) -> None:
    at = sent(wu)
    text = text_of(wu, at)
    assert "has all its columns" in text and "ORDERNO-1" in text and "4 columns known" in text
    assert wu.post(f"{at}to/orders/", {}).status_code == 422
    said = {
        "column-order_id": "订单编号",
        "column-paid_at": "付款时间",
        "column-amount": "实付金额",
        "column-status": "status",
    }
    assert wu.post(f"{at}to/orders/", said).headers["Location"] == f"{at}try/"
    text = text_of(wu, f"{at}try/")
    for part in ("Load 3 rows", "付款时间 is no moment", "实付金额 is less than 0", "2026-02-30 12:00:00", "备注"):
        assert part in text, part
    assert "ORDERNO-1" not in text, "identities are masked for those who do not read them"
    assert not Load.objects.exists() and not Headings.objects.exists()
    assert wu.post(f"{at}try/").headers["Location"] == f"{at}run/"
    assert "No worker is running" in text_of(wu, f"{at}run/")
    work()
    load = Load.objects.get()
    assert (load.source, load.state, load.rows_in, load.kept, load.set_aside) == (source, LoadState.LOADED, 3, 1, 2)
    assert store.fetch("select order_id from orders", ["orders"]) == [("ORDERNO-1",)]
    text = text_of(wu, f"{at}run/")
    assert load.get_absolute_url() in text and "Repair the rows aside" in text
    again = sent(wu)
    wu.post(f"{again}to/orders/", said)
    text = text_of(wu, f"{again}try/")
    assert "The same content was loaded" in text and again != at


def test_other_headings_are_mapped_once_and_then_map_themselves(cast: Cast, wu: Client, source: Source) -> None:
    other = samples.ORDERS.replace("订单编号", "票据号").replace("status", "情况").replace("实付金额", "实付金额（元）")
    at = sent(wu, other)
    text = text_of(wu, f"{at}to/orders/")
    assert "Renamed? Please check" in text, "实付金额（元） is proposed for 实付金额"
    said = {"column-order_id": "票据号", "column-paid_at": "付款时间", "column-amount": "实付金额（元）"}
    refused = wu.post(f"{at}to/orders/", said)
    assert refused.status_code == 422 and "status" in refused.content.decode()
    wu.post(f"{at}to/orders/", {**said, "column-status": "情况"})
    assert "Load 3 rows" in text_of(wu, f"{at}try/")
    wu.post(f"{at}try/")
    work()
    assert Load.objects.get().state == LoadState.LOADED and Headings.objects.get().columns["status"] == "情况"
    at = sent(wu, other.replace("ORDERNO", "NEXT"), name="orders-12.csv")
    assert "mapped before" in text_of(wu, at) and "as said before" in text_of(wu, f"{at}to/orders/")
    wu.post(f"{at}to/orders/", {"do": "forget"})
    assert Headings.objects.get().forgotten_at and "mapped before" not in text_of(wu, at)


def test_an_unknown_file_becomes_a_source_that_is_published_and_loaded(cast: Cast, wu: Client, tmp_path: Path) -> None:
    samples.publish_standard(cast, tmp_path)
    at = sent(wu, samples.LEDGER, name="门店台账2026-11.csv")
    assert "Make a new source" in text_of(wu, at)
    form = fields(text_of(wu, f"{at}new/"))
    assert (form["ident"], form["key-0"], form["type-3"]) == ("store-register", "1", "money")
    wrong = wu.post(f"{at}new/", {**form, "owner": "nobody", "name-3": "Not A Name"})
    assert wrong.status_code == 422 and "invalid-feedback" in wrong.content.decode() and not Source.objects.exists()
    assert form["whose"] == "", "nothing in the file tells whose its rows are"
    strange = wu.post(f"{at}new/", {**form, "owner": "operations-manager", "whose": f"department={form['name-2']}"})
    assert strange.headers["Location"] == f"{at}try/" and "None of the first values (店1" in text_of(wu, f"{at}new/")
    wrong = wu.post(f"{at}new/", {**form, "owner": "operations-manager", "whose": "department=nothing"})
    assert wrong.status_code == 422 and "department=nothing" in wrong.content.decode()
    form |= {"whose": "everyone"}
    form |= {"owner": "operations-manager", "title-3": "实收", "meaning": "一张单据。", "every": "month"}
    del form["take-4"]
    assert wu.post(f"{at}new/", form).headers["Location"] == f"{at}try/"
    text = text_of(wu, f"{at}try/")
    assert "Publish the source and load" in text and "sources/store-register.yaml" in text and "备注" in text
    assert not Source.objects.exists(), "a trial writes nothing"
    wu.post(f"{at}try/")
    work()
    source, load = Source.objects.get(), Load.objects.get()
    assert (source.ident, source.title, load.kept, load.set_aside) == ("store-register", "门店台账", 30, 0)
    assert source.definition["whose"] == {"everyone": True}
    assert source.definition["columns"][form["name-3"]] == {
        "type": "money", "title": "实收", "required": True, "from": ["金额"]
    }  # fmt: skip
    assert store.fetch(f"select sum({form['name-3']}) from store_register", ["store_register"])[0][0] == 480
    assert "The source in the standard" in text_of(wu, f"{at}run/")
    assert "has all its columns" in text_of(wu, sent(wu, samples.LEDGER.replace("D1,", "E1,"), name="12.csv"))


def test_a_known_export_is_recognised_and_its_mapping_taken(cast: Cast, wu: Client, tmp_path: Path) -> None:
    samples.publish_standard(cast, tmp_path)
    at = sent(wu, SYCM, name="sycm.csv")
    text = text_of(wu, at)
    assert "This looks like 生意参谋" in text and "Not checked against a real export" in text and "店内排名" in text
    said = wu.post(f"{at}new/", {"template": "shengyicanmou-products"})
    text = text_of(wu, said.headers["Location"])
    form = fields(text)
    assert form["ident"] == "shengyicanmou-products" and form["name-1"] == "product_id" and "key-1" in form
    assert "take-6" not in form and "Not checked against a real export" in text
    assert wu.post(f"{at}new/", {**form, "owner": "operations-manager"}).status_code == 302
    assert "Would be kept" in text_of(wu, f"{at}try/")
    assert wu.post(f"{at}new/", {"template": "jd-orders"}).status_code == 404


def test_who_may_not_publish_waits_and_the_file_is_loaded_later(cast: Cast, tmp_path: Path) -> None:
    from importlib import import_module

    hold(cast.chen, position("proposer", may=[*samples.MAY, "playbook.propose"], sees={"*": "all"}), cast.ops)
    client = signed_in(cast.chen)
    samples.publish_standard(cast, tmp_path)
    at = sent(client, samples.LEDGER, name="台账.csv")
    client.post(f"{at}new/", {**fields(text_of(client, f"{at}new/")), "owner": "operations-manager"})
    assert "Propose the source" in text_of(client, f"{at}try/")
    client.post(f"{at}try/")
    assert "loaded by itself once the source is published" in text_of(client, f"{at}run/")
    book = import_module("opsloop.playbook.models").Publication.objects.get(number=2)
    import_module("opsloop.playbook.actions").publish(book, by=cast.robot)
    work()
    work()
    one = Import.objects.get()
    assert one.state == State.DONE and Load.objects.get().kept == 30


def test_a_large_file_is_read_and_tried_by_jobs(wu: Client, source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings, "SMALL", 10)
    at = sent(wu)
    assert "a job reads it" in text_of(wu, at) or "No worker is running" in text_of(wu, at)
    work()
    assert wu.get(at, headers={"HX-Target": "section#reading"}).headers["HX-Refresh"] == "true"
    assert "has all its columns" in text_of(wu, at)
    said = {
        "column-order_id": "订单编号",
        "column-paid_at": "付款时间",
        "column-amount": "实付金额",
        "column-status": "status",
    }
    wu.post(f"{at}to/orders/", said)
    assert 'id="reading"' in text_of(wu, f"{at}try/") and "ORDERNO" not in text_of(wu, f"{at}try/")
    work()
    assert "Load 3 rows" in text_of(wu, f"{at}try/")
    assert set(Job.objects.filter(task=findings.TASK).values_list("state", flat=True)) == {JobState.DONE}


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"", "empty"), ("a.xlsx", b"PK\x03\x04", "a.xlsx"), ("a.jsonl", b'[{"a": 1,\n{', "line 2"),
        ("a.parquet", b"PAR1xx", "Parquet file is damaged"), ("a.csv.gz", b"\x1f\x8bxx", "cut off"),
        ("b.parquet", sources.damaged_parquet(["a", "b"]), "Parquet file is damaged"), ("a.exe", b"MZ", "not accepted"),
    ],
)  # fmt: skip
def test_a_bad_file_is_told_at_once_and_nothing_is_begun(wu: Client, name: str, content: bytes, said: str) -> None:
    answer = post(wu, content, name)
    assert answer.status_code == 422 and said in answer.content.decode(), answer.content.decode()
    assert not Import.objects.filter(state=State.OPEN).exists()


def test_an_upload_survives_and_can_be_read_otherwise_or_given_up(wu: Client) -> None:
    at = sent(wu, "甲,乙,丙\n单号,日期,金额\n1,2026-01-01,5\n", "utf-8", "x.csv")
    assert 'href="' + at in text_of(wu, "/imports/") and "headings in line 1" in text_of(wu, at)
    assert sent(wu, "甲,乙,丙\n单号,日期,金额\n1,2026-01-01,5\n", "utf-8", "x.csv") == at
    wu.post(f"{at}read/", {"line": "2"})
    assert "headings in line 2" in text_of(wu, at)
    assert wu.post(f"{at}read/", {"line": "zero"}).status_code == 409
    wu.post(f"{at}give-up/")
    assert 'href="' + at not in text_of(wu, "/imports/") and wu.get(at).status_code == 302


def test_headings_found_by_hand_are_used_for_the_file_and_the_next(wu: Client, source: Source) -> None:
    above = "导出说明,a,b,c,d,e\n甲,乙,丙,丁,戊,己\n"
    at = sent(wu, above + samples.ORDERS)
    wu.post(f"{at}read/", {"line": "3"})
    said = {"order_id": "订单编号", "paid_at": "付款时间", "amount": "实付金额", "status": "status"}
    wu.post(f"{at}to/orders/", {f"column-{name}": heading for name, heading in said.items()})
    assert "Load 3 rows" in text_of(wu, f"{at}try/")
    wu.post(f"{at}try/")
    work()
    kept = Headings.objects.get()
    assert (kept.skip, kept.columns) == (2, said) and Load.objects.get().kept == 1


def test_bad_input_is_answered(cast: Cast, wu: Client, source: Source) -> None:
    assert wu.post("/imports/", {}).status_code == 422
    assert wu.get("/imports/999/").status_code == 404
    at = sent(wu)
    assert wu.get(f"{at}to/nothing/").status_code == 404
    assert wu.get(f"{at}try/").headers["Location"] == at, "for no source yet"
    hold(cast.chen, position("other", may=samples.MAY, sees={"*": "all"}), cast.ops)
    for page in ("", "new/", "try/", "run/", "to/orders/"):
        assert signed_in(cast.chen).get(f"{at}{page}").status_code == 404, "another person's upload"


def test_the_pages_need_a_sign_in_and_the_right(cast: Cast, wu: Client, source: Source) -> None:
    at = sent(wu)
    for path in ("/imports/", at, f"{at}new/", f"{at}try/", f"{at}run/", f"{at}to/orders/"):
        assert Client().get(path).status_code == 302
        assert signed_in(cast.chen).get(path).status_code == 403
    for path in (f"{at}read/", f"{at}give-up/"):
        assert Client().post(path).status_code == 302
        assert signed_in(cast.chen).post(path).status_code == 403
