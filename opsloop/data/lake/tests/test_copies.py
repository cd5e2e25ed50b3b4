"""Which files hold an erased person, and that their going is noted."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from opsloop.base.acts import Forbidden, operation
from opsloop.base.files.keep import store as keep
from opsloop.base.files.models import Stored
from opsloop.base.ledger.models import Entry
from opsloop.base.people import erasing
from opsloop.base.testing import Cast
from opsloop.base.things.frame import Call
from opsloop.data.lake import actions, copies, forgetting, keys, listeners
from opsloop.data.lake.erasing import Manner

VALUE = "M20260001"


@pytest.fixture
def gone(db: None) -> forgetting.Gone:
    return forgetting.Gone(frozenset([keys.pseudonym(VALUE)]), Manner.DETACH, frozenset([VALUE, "7"]))


def packed(path: Path, text: str) -> bytes:
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("xl/sharedStrings.xml", f"<sst><t>{text}</t></sst>")
    return path.read_bytes()


def test_a_value_is_met_in_text_in_packed_files_and_on_seams(
    gone: forgetting.Gone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "PIECE", 1000)
    pseudonym = keys.pseudonym(VALUE)
    bodies = {
        True: [
            f"a,{VALUE},b".encode(), f"会员{VALUE}先生".encode("gb18030"), gzip.compress(f"x {VALUE}".encode()),
            b"-" * 995 + VALUE.encode() + b"-" * 50, f"{pseudonym};1".encode(), packed(tmp_path / "a.xlsx", VALUE),
        ],
        False: [
            f"a,{VALUE}9,b".encode(), f"x{VALUE}".encode(), b"7,7,7", packed(tmp_path / "b.xlsx", "M2026"),
            b"PK\x03\x04 spoiled",
        ],
    }  # fmt: skip
    for met, files in bodies.items():
        for n, body in enumerate(files):
            path = tmp_path / f"{met}-{n}"
            path.write_bytes(body)
            assert copies.stands_in(path, gone) is met, (met, n)


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_an_erasure_of_the_list_is_done_again_and_noted_without_the_value(cast: Cast) -> None:
    mine = keep(SimpleUploadedFile("list.csv", f"n\n{keys.pseudonym(VALUE)}\n".encode()), cast.lin)
    with operation(Call(by=cast.lin)):
        actions.order(keys.pseudonym(VALUE), Manner.REMOVE)
    assert erasing.noted("lake")[keys.pseudonym(VALUE)]["manner"] == "remove"
    mine_only = {keys.pseudonym(VALUE): {"manner": "remove"}}
    assert listeners.erase_again(mine_only, cast.lin) == 1
    assert Stored.objects.get(pk=mine.pk).erased_at is not None and not mine.path.exists()
    assert mine.sha256 in Entry.objects.get(act="lake.forget").body
    assert listeners.erase_again(mine_only, cast.lin) == 0
    assert (settings.WORKSPACE.var / "erased.json").stat().st_mode & 0o077 == 0


def test_only_the_machine_notes_it(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        actions.note_forgotten(by=cast.chen, what="original files", which="a.csv", rows=1)
