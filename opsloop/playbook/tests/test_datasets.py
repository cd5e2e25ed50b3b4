"""Versions of the standard as an own table."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from opsloop.base.testing import Cast, own_rows
from opsloop.playbook import changes, queries
from opsloop.playbook.actions import propose, publish
from opsloop.playbook.book import load
from opsloop.playbook.models import Version
from opsloop.playbook.store import keep_all
from opsloop.playbook.tests import samples

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def test_every_version_is_a_row_with_who_brought_it(cast: Cast, tmp_path: Path) -> None:
    began = timezone.now()
    book = load(samples.write(tmp_path))
    keep_all(item.text for item in book.items.values())
    lines = changes.against(book, queries.latest())
    publish(propose(by=cast.robot, reason="Because of the trial.", lines=lines), by=cast.robot)
    rows = own_rows("playbook_versions")
    assert len(rows) == Version.objects.count() > 0
    assert {(row["number"], row["publication"], row["withdrawn"]) for row in rows} == {(1, 1, False)}
    assert {row["proposed_by_id"] for row in rows} == {cast.robot.pk}
    assert own_rows("playbook_versions", since=began) == rows
    assert own_rows("playbook_versions", since=began + timedelta(days=1)) == []
