"""Bringing a file, putting right what was recognised, and the draft that comes of it."""

from __future__ import annotations

from typing import Any

import hypothesis
import pytest
from django.test import Client
from hypothesis import strategies as st

from opsloop.base.kinds.registry import kinds
from opsloop.base.people.models import Position
from opsloop.base.testing import Cast, given
from opsloop.engine.sops.importing.composing import values_of
from opsloop.engine.sops.importing.documents import Document, Table, Text
from opsloop.engine.sops.importing.recognising import recognise
from opsloop.engine.sops.importing.tests import files
from opsloop.playbook.models import Draft
from opsloop.playbook.reader.files import read_text
from opsloop.playbook.store import texts_of
from opsloop.playbook.tests.forms import fields
from opsloop.ui.testing import signed_in as of

pytestmark = pytest.mark.django_db
UPLOAD = "/sops/-/import/"


def brought(client: Client, name: str, data: bytes) -> str:
    answer = client.post(UPLOAD, {"file": files.upload(name, data)})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return str(answer["Location"])


def form(client: Client, url: str) -> dict[str, Any]:
    page = client.get(url).content.decode()
    return fields(page.replace('class="import-map"', 'class="editor"'))


def test_a_table_becomes_a_draft_that_the_step_list_opens(cast: Cast) -> None:
    client = of(cast.lin)
    url = brought(client, "退货.xlsx", files.titled())
    page = client.get(url).content.decode()
    for said in ("提交退货申请", "仓库管理员", "What the columns of table 1 mean"):
        assert said in page, said
    sent = form(client, url) | {"owner": "operations-manager", "ident": "return-goods", "title": "退货", "verb": "make",
                                "s.0.who": "operations-specialist", "s.0.within.all.n": "3"}  # fmt: skip
    answer = client.post(url, sent)
    assert answer.status_code == 302 and answer["Location"] == "/sops/return-goods/edit/"
    draft = Draft.objects.get(kind="sop", ident="return-goods")
    text = texts_of([draft.sha256])[draft.sha256]
    obj = read_text(kinds["sop"], "return-goods", "x", text).obj
    assert obj is not None and obj.steps[0].do == "operations-specialist"
    assert obj.steps[0].within == {"*": "3 working days"} and obj.steps[0].evidence == ("退货申请单", "照片")
    assert "责任人（原文）：仓库管理员" in obj.body.text
    page = client.get("/sops/return-goods/edit/").content.decode()
    todos = page.partition('id="todos"')[2].partition("</details>")[0]
    assert "提交退货申请" in page and "Nobody does this step" in todos


def test_a_reader_of_english_need_not_choose_the_positions_that_the_file_names_in_chinese(cast: Cast) -> None:
    with given():
        post = Position.objects.get(pk=cast.specialist.pk)
        post.title, post.title_en = "运营专员", "Operations Specialist"
        post.save()
    client = of(cast.lin)
    url = brought(client, "退货.docx", files.word(files.table))
    assert form(client, url)["s.0.who"] == cast.specialist.code
    page = client.get(url).content.decode()
    assert "Operations Specialist" in page


def test_unticked_rows_go_into_the_text_and_columns_are_read_anew(cast: Cast) -> None:
    client = of(cast.lin)
    url = brought(client, "退货.docx", files.word(files.table))
    sent = form(client, url) | {"c.0.5": "", "verb": "look"}
    assert "注意事项：不收口头申请" in client.post(url, sent).content.decode()
    del sent["s.2.use"]
    client.post(url, sent | {"verb": "make", "owner": "operations-manager", "ident": "goods", "title": "退货"})
    draft = Draft.objects.get(ident="goods")
    text = texts_of([draft.sha256])[draft.sha256]
    assert "id: step-3" not in text and "通知仓库收货" in text and "注意事项：不收口头申请" in text


@pytest.mark.parametrize(
    "wrong", [{"ident": "Nicht gut"}, {"owner": ""}, {"owner": "nobody"}, {"title": ""}, {"ident": ""}]
)
def test_what_is_missing_is_said_and_nothing_is_made(cast: Cast, wrong: dict[str, str]) -> None:
    client = of(cast.lin)
    url = brought(client, "退货.docx", files.word(files.numbered))
    sent = form(client, url) | {"owner": "operations-manager", "verb": "make"} | wrong
    answer = client.post(url, sent)
    assert answer.status_code == 422 and 'role="alert"' in answer.content.decode()
    assert not Draft.objects.exists()


def test_an_id_that_is_taken_and_no_step_are_refused(cast: Cast) -> None:
    client = of(cast.lin)
    url = brought(client, "退货.docx", files.word(files.numbered))
    sent = form(client, url) | {"owner": "operations-manager", "verb": "make"}
    assert client.post(url, {k: v for k, v in sent.items() if not k.endswith(".use")}).status_code == 422
    assert client.post(url, sent).status_code == 302
    assert client.post(url, sent).status_code == 422


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.docx", b"nothing"),
        ("a.txt", b"1. a\n2. b"),
        ("a.docx", files.word(lambda made: None)),
        ("a.xlsx", b"PK\x03\x04x"),
    ],
)
def test_a_bad_file_is_refused_in_words(cast: Cast, name: str, data: bytes) -> None:
    answer = of(cast.lin).post(UPLOAD, {"file": files.upload(name, data)})
    assert answer.status_code == 422 and 'role="alert"' in answer.content.decode()
    assert of(cast.lin).post(UPLOAD).status_code == 422


def test_only_writers_bring_files_and_nobody_sees_those_of_others(cast: Cast) -> None:
    assert Client().get(UPLOAD).status_code == 302
    assert of(cast.chen).get(UPLOAD).status_code == 403
    assert of(cast.chen).post(UPLOAD, {"file": files.upload("a.docx", b"x")}).status_code == 403
    url = brought(of(cast.lin), "退货.docx", files.word(files.numbered))
    assert of(cast.wu).get(url).status_code in (403, 404)
    assert of(cast.lin).get("/sops/-/import/999999/").status_code == 404


@hypothesis.given(st.lists(st.lists(st.text("步骤责任岗位时限1.、（）| \n#-:", max_size=8), max_size=5), max_size=6))
def test_any_table_is_read_without_a_fault(rows: list[list[str]]) -> None:
    parts: list[Any] = [Text(" ".join(row)) for row in rows if any(row)]
    parts += [Table(tuple(tuple(row) for row in rows if any(row)))] if any(map(any, rows)) else []
    found = recognise(Document(tuple(parts)), "x")
    values_of("t", "o", found.steps, found.rest, {})
