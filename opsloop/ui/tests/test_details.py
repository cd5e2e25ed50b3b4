"""A thing's page: facts masked, files, links, history as sentences."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from opsloop.base.acts import registry
from opsloop.base.files.models import Attachment
from opsloop.base.links.actions import tie
from opsloop.base.people.models import Person
from opsloop.base.testing import Cast, make
from opsloop.ui.details import facts_of
from opsloop.ui.lists import Column
from opsloop.ui.testing import signed_in

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc0000000030001"
    "5bc5a4ac0000000049454e44ae426082"
)


def png(name: str = "till.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PNG, content_type="image/png")


def test_facts_are_masked_for_those_who_do_not_read_them(crowd: Cast) -> None:
    ann = make(Person, name="Ann", phone="13812345678")
    names = ("name", "phone", Column(name="n", label="Letters", value=lambda one: len(one.name), kind="number"))
    assert [(f.label, f.shown) for f in facts_of(ann, crowd.wu, names)] == [
        ("Full name", "Ann"), ("Phone", "138****5678"), ("Letters", "3"),
    ]  # fmt: skip
    assert facts_of(ann, crowd.lin, ("phone",))[0].shown == "13812345678"


def test_facts_are_escaped(crowd: Cast) -> None:
    ann = make(Person, name="<i>Ann</i>")
    assert facts_of(ann, crowd.lin, ("name",))[0].shown == "&lt;i&gt;Ann&lt;/i&gt;"


def test_history_is_told_in_sentences(lin: Client, crowd: Cast) -> None:
    registry["uitest.leave"].run(crowd.wu, by=crowd.lin, reason="Moves away.", left_on=date(2026, 3, 31))
    text = lin.get(f"/crowd/{crowd.wu.pk}/").content.decode()
    assert "Lin let Wu leave: Moves away." in text.split("history-title")[2]
    assert "Nothing was done with it yet." in lin.get(f"/crowd/{crowd.zhao.pk}/").content.decode()


def test_files_are_attached_from_the_page_and_removed_by_an_act(lin: Client, crowd: Cast) -> None:
    url = f"/attach/people.person:{crowd.wu.pk}/"
    answer = lin.post(url, {"file": [png(), png("slip.png")], "_next": f"/crowd/{crowd.wu.pk}/"})
    assert answer["Location"] == f"/crowd/{crowd.wu.pk}/"
    text = lin.get(f"/crowd/{crowd.wu.pk}/").content.decode()
    assert "till.png" in text
    assert "/act/files.remove/" in text


def test_who_may_not_attach_sees_no_button(chen: Client, crowd: Cast) -> None:
    assert "/attach/" not in chen.get(f"/crowd/{crowd.chen.pk}/").content.decode()
    assert chen.post(f"/attach/people.person:{crowd.chen.pk}/", {"file": png()}).status_code == 403


def test_nothing_chosen_is_said(lin: Client, crowd: Cast) -> None:
    answer = lin.post(f"/attach/people.person:{crowd.wu.pk}/", {}, follow=True)
    assert "Choose a file first." in answer.content.decode()


def test_an_act_with_a_file_takes_the_upload(lin: Client, crowd: Cast) -> None:
    page = lin.get("/act/files.attach/").content.decode()
    assert 'enctype="multipart/form-data"' in page and 'type="file"' in page
    sent = {"stored": png(), "about": f"people.person:{crowd.wu.pk}", "name": "Slip"}
    assert lin.post("/act/files.attach/", sent).status_code == 302
    assert Attachment.objects.get().name == "Slip"


def test_an_upload_that_may_not_be_kept_is_said_beside_its_field(lin: Client, crowd: Cast) -> None:
    evil = SimpleUploadedFile("x.png", b"MZ\x90\x00 not a picture")
    answer = lin.post("/act/files.attach/", {"stored": evil, "about": f"people.person:{crowd.wu.pk}"})
    assert answer.status_code == 422
    assert 'id="f_stored_error"' in answer.content.decode()
    assert not Attachment.objects.exists()


@pytest.mark.usefixtures("crowd")
def test_links_show_the_other_end_to_those_who_see_it(crowd: Cast) -> None:
    from opsloop.base.links.kinds import link_kinds

    kind = next(iter(link_kinds))
    tie(crowd.wu, kind, crowd.zhao, by=crowd.lin)
    text = signed_in(crowd.lin).get(f"/crowd/{crowd.wu.pk}/").content.decode()
    links = text.split("links-title")[2].split("</section>")[0]
    assert "Zhao" in links
    assert 'title="Remove a link"' in links and '<span class="visually-hidden">Remove a link</span></a>' in links
