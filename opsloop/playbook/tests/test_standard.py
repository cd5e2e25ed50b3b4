"""The operating standard that is shipped: without an error, translated, publishable into an empty workspace."""

from __future__ import annotations

from pathlib import Path

import pytest

from opsloop.base.calendar.models import CalendarSpec
from opsloop.base.people.models import Position
from opsloop.base.policy.models import Mandate
from opsloop.base.testing import Cast
from opsloop.playbook import commands
from opsloop.playbook.book import load
from opsloop.playbook.translations import words

STANDARD = Path(__file__).parents[3] / "playbooks/standard.zh"

pytestmark = pytest.mark.django_db


def test_it_has_no_error_and_every_file_is_read() -> None:
    book = load(STANDARD)
    assert [str(one) for one in book.checked.errors] == []
    assert book.strays == []


def test_its_translations_are_those_of_its_texts() -> None:
    """After changing a text, bring translations/en up to date and run `opsloop playbook stamp`."""
    book = load(STANDARD)
    items = [item for item in book.items.values() if item.kind != "translation"]
    said = {item.path: words(book, item, "en") for item in items}
    assert [path for path, one in said.items() if not one.texts] == []
    assert [path for path, one in said.items() if one.stale] == []


def test_it_is_published_into_an_empty_workspace(cast: Cast) -> None:
    report = commands.publish(STANDARD, by=cast.robot, reason="The first edition.")
    assert (report.code, report.data["state"]) == (0, "published")
    assert Position.objects.filter(withdrawn_at__isnull=True, title_en__gt="").count() == 16
    assert CalendarSpec.objects.count() == 3


def test_the_analyst_may_issue_a_token_for_programs(cast: Cast) -> None:
    """Excel's refresh, the client and the files for BI tools stand behind one."""
    assert commands.publish(STANDARD, by=cast.robot, reason="The first edition.").code == 0
    may = Mandate.objects.filter(position__code="data-analyst").order_by("-from_day")[0].may
    assert {"sql.*", "people.issue_token"} <= set(may)
