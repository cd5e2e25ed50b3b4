"""A wrong SOP file is refused with its line and the remedy; the published one stays and cases go on by it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils.translation import override

from opsloop.base.testing import Cast
from opsloop.engine.sops.models import Sop
from opsloop.engine.sops.tests.samples import sop
from opsloop.playbook import commands
from opsloop.playbook.models import Publication, Version
from opsloop.playbook.tests import samples

pytestmark = [pytest.mark.django_db, pytest.mark.both]
RIGHT = sop("- {id: pay, title: Pay, do: operations-manager, within: 2 working days}")


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("within: 2 working days", "within: soon", 6, "2 working days"),
        ("within: 2 working days", "wihtin: 2 working days", 6, "within"),
        ("do: operations-manager", "do: nobody-at-all", 6, "nobody-at-all"),
        ("title: Pay, ", "", 6, "title"),
        ("steps:", "steps: [", 6, ""),
    ],
)
def test_a_wrong_file_is_refused_and_the_published_one_stays(
    cast: Cast, tmp_path: Path, old: str, new: str, line: int, said: str
) -> None:
    folder = samples.write(tmp_path / "book")
    file = folder / "sops/refund.md"
    file.parent.mkdir(exist_ok=True)
    file.write_text(RIGHT, encoding="utf-8")
    with override("en"):
        first = commands.publish(folder, by=cast.robot, reason="The first edition.")
        assert first.code == 0, first.lines
        before = Sop.objects.values().get(ident="refund"), Publication.objects.count(), Version.objects.count()
        assert RIGHT.count(old) == 1
        file.write_text(RIGHT.replace(old, new), encoding="utf-8")
        report = commands.publish(folder, by=cast.robot, reason="Quicker.")
    assert report.code == 1
    told = [one for one in report.lines if "sops/refund.md:" in one]
    assert told and said in " ".join(told), report.lines
    assert f"sops/refund.md:{line}" in told[0]
    assert before == (
        Sop.objects.values().get(ident="refund"), Publication.objects.count(), Version.objects.count(),
    )  # fmt: skip
