"""Files in the rows of a list: sent once, kept when the row is changed, read on the page of the case."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from opsloop.base.files.models import Attachment, Stored
from opsloop.base.policy.models import Mandate
from opsloop.base.testing import given
from opsloop.engine.cases import actions
from opsloop.engine.cases.models import Case
from opsloop.engine.cases.tests.crewed import again, item
from opsloop.engine.cases.tests.published import publish
from opsloop.engine.sops.tests.samples import sop
from opsloop.ui.testing import signed_in

pytestmark = pytest.mark.both

PROOFS = sop(
    "- {id: work, title: Work, do: operations-specialist, form: [proofs, note]}\n"
    "- {id: more, title: More, do: operations-specialist, form: [proofs]}\n",
    "start: {form: [{field: first, may: write}]}\n"
    "fields:\n"
    "  - {id: note, title: Note}\n"
    "  - {id: first, title: First, type: list, columns: [{id: scan, title: Scan, type: file}]}\n"
    "  - {id: proofs, title: Proofs, type: list, columns: [{id: of, title: Of}, {id: proof, title: P, type: file}]}\n",
)


@pytest.fixture
def chen(crew: Any) -> Client:
    publish(PROOFS, "proofs")
    with given():
        for mandate in Mandate.objects.all():
            mandate.may = ["cases.*", "files.keep", "files.attach"]
            mandate.save()
    return signed_in(crew.chen)


def rows(*said: tuple[str, str, Any], begun: int = 0) -> dict[str, Any]:
    """What the page sends: of each row its text, the file that is kept and the one that is uploaded."""
    out: dict[str, Any] = {"f-proofs-TOTAL_FORMS": str(len(said)), "f-proofs-INITIAL_FORMS": str(begun)}
    for n, (of, kept, upload) in enumerate(said):
        out |= {f"f-proofs-{n}-of": of, f"f-proofs-{n}-proof-kept": kept}
        out |= {f"f-proofs-{n}-proof": upload} if upload else {}
    return out


def pdf(name: str, body: bytes = b"one") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1.4\n" + body, "application/pdf")


def sent(chen: Client, case: Case, node: str, **more: Any) -> Any:
    return chen.post(case.get_absolute_url(), {"item": str(item(again(case), node).no), **more})


def test_a_file_in_a_row_is_kept_read_and_stays_when_its_row_is_changed(crew: Any, chen: Client) -> None:
    case = actions.start(by=crew.wang, sop="proofs")
    assert sent(chen, case, "work", **{"f-note": "x", **rows(("Poster", "", pdf("poster.pdf")))}).status_code == 302
    [first] = again(case).values["proofs"]
    stored = Stored.objects.get(pk=first["proof"])
    page = chen.get(case.get_absolute_url()).content.decode()
    file = Attachment.objects.get(stored=stored)
    assert f'<a href="/files/{file.pk}/?show">poster.pdf</a>' in page and "A file is there" in page
    changed = rows(("Big poster", str(stored.pk), None), ("Song", "", pdf("song.pdf", b"two")), begun=1)
    assert sent(chen, case, "more", **changed).status_code == 302
    big, song = again(case).values["proofs"]
    assert (big["of"], big["proof"]) == ("Big poster", stored.pk) and song["proof"] not in (None, stored.pk)


def test_what_was_uploaded_need_not_be_sent_again_when_something_else_is_missing(crew: Any, chen: Client) -> None:
    case = actions.start(by=crew.wang, sop="proofs")
    refused = sent(chen, case, "work", **rows(("Poster", "", pdf("poster.pdf"))))
    stored = Stored.objects.get()
    assert refused.status_code == 422
    assert f'name="f-proofs-0-proof-kept" value="{stored.pk}"' in refused.content.decode()
    assert sent(chen, case, "work", **{"f-note": "x", **rows(("Poster", str(stored.pk), None))}).status_code == 302
    assert again(case).values["proofs"] == [{"of": "Poster", "proof": stored.pk}]


def test_a_file_that_one_may_not_read_is_not_taken(crew: Any, chen: Client) -> None:
    case = actions.start(by=crew.wang, sop="proofs")
    sent(chen, case, "work", **{"f-note": "x", **rows(("Poster", "", pdf("poster.pdf")))})
    other = actions.start(by=crew.wang, sop="proofs")
    assert sent(chen, other, "work", **{"f-note": "x", **rows(("Stolen", "99999", None))}).status_code == 422
    assert "proofs" not in again(other).values


def test_a_file_in_a_row_of_the_start_stands_at_the_case(crew: Any, chen: Client) -> None:
    given_ = {"f-first-TOTAL_FORMS": "1", "f-first-INITIAL_FORMS": "0", "f-first-0-scan": pdf("scan.pdf")}
    assert chen.post("/cases/start/proofs/", given_).status_code == 302
    case = Case.objects.get()
    [row] = case.values["first"]
    assert Attachment.objects.get(stored_id=row["scan"]).name == "scan.pdf"
    assert "scan.pdf</a>" in chen.get(case.get_absolute_url()).content.decode()
