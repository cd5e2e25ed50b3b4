from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from django.http.response import HttpResponseBase
from django.test import RequestFactory
from django.urls import reverse

from opsloop.base.acts.about import ref
from opsloop.base.files.actions import attach_file, remove_file
from opsloop.base.files.keep import store
from opsloop.base.files.models import Attachment
from opsloop.base.files.tests.conftest import clean_shelf  # noqa: F401
from opsloop.base.files.tests.samples import PDF, PNG, upload
from opsloop.base.people.models import Holding, Person
from opsloop.base.testing import Cast
from opsloop.base.things.errors import NotFound
from opsloop.ui.files.views import attachment_file, stored_file


def ask(view: Any, pk: int, person: Person | None, query: str = "", **headers: str) -> HttpResponseBase:
    request = RequestFactory().get(f"/files/{pk}/{query}", headers=headers)
    request.person = person
    return view(request, pk=pk)


@pytest.fixture
def at_ops(cast: Cast) -> Attachment:
    stored = store(upload("采购合同 2026.pdf", PDF), cast.lin)
    return attach_file(by=cast.lin, stored=stored, about=ref(Holding.objects.get(person=cast.lin)))


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_a_file_is_handed_out_with_its_chinese_name(cast: Cast, at_ops: Attachment) -> None:
    response = ask(attachment_file, at_ops.pk, cast.chen)
    assert body(response) == PDF
    assert response["Content-Disposition"] == f"attachment; filename*=utf-8''{quote('采购合同 2026.pdf')}"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-cache"
    assert response["Content-Length"] == str(len(PDF))


def test_pdf_and_pictures_show_when_asked(cast: Cast, at_ops: Attachment) -> None:
    assert ask(attachment_file, at_ops.pk, cast.chen, "?show")["Content-Disposition"].startswith("inline")
    picture = store(upload("图.png", PNG), cast.lin)
    response = ask(stored_file, picture.pk, cast.lin, "?show")
    assert response["Content-Type"] == "image/png" and "sandbox" in response["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["页.html", "图.svg", "数据.xml", "a.txt"])
def test_what_could_run_script_never_shows(cast: Cast, name: str) -> None:
    stored = store(upload(name, "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"), cast.lin)
    response = ask(stored_file, stored.pk, cast.lin, "?show")
    assert response["Content-Disposition"].startswith("attachment")
    assert "sandbox" in response["Content-Security-Policy"]


def test_a_stranger_gets_the_answer_of_a_file_that_is_not_there(cast: Cast, at_ops: Attachment) -> None:
    with pytest.raises(NotFound) as stranger:
        ask(attachment_file, at_ops.pk, cast.zhao)
    with pytest.raises(NotFound) as nothing:
        ask(attachment_file, 10**9, cast.zhao)
    assert str(stranger.value) == str(nothing.value)
    with pytest.raises(NotFound):
        ask(stored_file, at_ops.stored_id, cast.zhao)


def test_without_sign_in_one_is_sent_to_it(cast: Cast, at_ops: Attachment) -> None:
    assert ask(attachment_file, at_ops.pk, None).status_code == 302


def test_permission_is_asked_before_the_browser_may_use_its_copy(cast: Cast, at_ops: Attachment) -> None:
    etag = ask(attachment_file, at_ops.pk, cast.chen)["ETag"]
    assert ask(attachment_file, at_ops.pk, cast.chen, **{"If-None-Match": etag}).status_code == 304
    with pytest.raises(NotFound):
        ask(attachment_file, at_ops.pk, cast.zhao, **{"If-None-Match": etag})
    remove_file(at_ops, by=cast.lin, reason="not needed")
    with pytest.raises(NotFound):
        ask(attachment_file, at_ops.pk, cast.chen, **{"If-None-Match": etag})


def test_missing_bytes_are_said_not_crashed_on(cast: Cast, at_ops: Attachment) -> None:
    at_ops.stored.path.unlink()
    with pytest.raises(NotFound, match="missing"):
        ask(attachment_file, at_ops.pk, cast.chen)


def test_the_address_is_the_nouns() -> None:
    assert reverse("file", args=[7]) == "/files/7/"
