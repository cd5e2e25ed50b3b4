"""A file is looked at, tried, loaded by a job; whoever may not load sees none of it."""

from __future__ import annotations

import io

import pytest
from django.test import Client

from opsloop.base.jobs import lease
from opsloop.base.jobs.models import Job, JobState
from opsloop.base.jobs.run import run
from opsloop.base.testing import Cast, hold, position
from opsloop.data.lake import store
from opsloop.data.sources.models import Load, LoadState, Source
from opsloop.data.sources.tests import samples
from opsloop.data.sources.tests.test_pages import signed_in

pytestmark = pytest.mark.django_db(transaction=True)
FILE = """订单编号,付款时间,实付金额,status,备注
ORDERNO-1,2026-03-02 12:00:00,10.50,已付,x
ORDERNO-2,2026-02-30 12:00:00,11.00,已付,
ORDERNO-3,2026-03-02 13:00:00,-5,已付,
"""
MAY = ["sources.load", "sources.recognise", "sources.hold", "sources.fail", "files.keep"]


@pytest.fixture
def source(cast: Cast) -> Source:
    samples.source(
        "title: 商品\nowner: data-analyst\narrives: {drop: 'goods*'}\nkey: [sku]\ncolumns:\n  sku: {required: true}\n",
        "goods",
    )
    return samples.source(samples.ORDERS.replace("order_id: {", "order_id: {personal: identity, "))


@pytest.fixture
def wu(cast: Cast, source: Source) -> Client:
    hold(cast.wu, position("importer", may=MAY, sees={"*": "all"}), cast.data)
    return signed_in(cast.wu)


def sent(client: Client, text: str = FILE, encoding: str = "gb18030", name: str = "orders.csv") -> str:
    file = io.BytesIO(text.encode(encoding))
    file.name = name
    said = client.post("/imports/", {"file": file})
    assert said.status_code == 302, said.content.decode()
    return str(said.headers["Location"])


def work() -> Job:
    job = None
    while (one := lease.claim()) is not None:
        run(one)
        job = one if one.task == "imports.load" else job
    assert job is not None
    return Job.objects.get(pk=job.pk)


def test_a_file_is_recognised_by_its_columns(wu: Client) -> None:
    text = wu.get(sent(wu)).content.decode()
    fit, others = text.split("It does not fit these")
    assert "订单</a>" in fit and "4 columns known" in fit
    assert ("商品" in others and "Columns are missing" in others) or "None of the columns is found" in others


def test_what_a_load_would_do_is_said_before_anything_is_done(wu: Client) -> None:
    text = wu.get(f"{sent(wu)}orders/").content.decode()
    for part in ("Load 3 rows", "付款时间 is no moment", "实付金额 is less than 0", "2026-02-30 12:00:00", "备注"):
        assert part in text, part
    assert "ORDERNO-1" not in text, "identities are masked for those who do not read them"
    assert not Load.objects.exists()


def test_the_file_is_loaded_by_a_job_as_the_person(cast: Cast, wu: Client, source: Source) -> None:
    at = sent(wu)
    run_at = wu.post(f"{at}orders/").headers["Location"]
    assert "No worker is running" in wu.get(run_at).content.decode()
    job = work()
    assert job.state == JobState.DONE, job.error
    load = Load.objects.get()
    assert (load.source, load.state, load.rows_in, load.kept, load.set_aside) == (source, LoadState.LOADED, 3, 1, 2)
    assert store.fetch("select order_id from orders", ["orders"]) == [("ORDERNO-1",)]
    text = wu.get(run_at).content.decode()
    assert load.get_absolute_url() in text and "Repair the rows aside" in text
    assert "The same content was loaded" in wu.get(f"{at}orders/").content.decode()


def test_a_file_that_fits_nothing_says_what_to_do(wu: Client) -> None:
    at = sent(wu, "a,b\n1,2\n", "utf-8")
    assert "No source knows these columns." in wu.get(at).content.decode()
    said = wu.get(f"{at}orders/")
    assert (
        said.status_code == 422 and "Columns are missing" in said.content.decode()
    ) or "None of the" in said.content.decode()


def test_bad_input_is_answered(cast: Cast, wu: Client) -> None:
    assert wu.post("/imports/", {}).status_code == 422
    assert wu.get("/imports/999/").status_code == 404
    assert wu.get(f"{sent(wu)}nothing/").status_code == 404
    assert wu.get("/imports/runs/999/").status_code == 404
    hold(cast.chen, position("other", may=MAY, sees={"*": "all"}), cast.ops)
    assert signed_in(cast.chen).get(sent(wu)).status_code == 404, "another person's upload"


def test_the_pages_need_a_sign_in_and_the_right(cast: Cast, wu: Client) -> None:
    at = sent(wu)
    for path in ("/imports/", at, f"{at}orders/"):
        assert Client().get(path).status_code == 302
        assert signed_in(cast.chen).get(path).status_code == 403
