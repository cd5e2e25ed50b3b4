"""The people of the demo company fit the standard's positions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from opsloop.demo.company import MEMBERS
from opsloop.playbook.book import load

STANDARD = Path(__file__).parents[3] / "playbooks" / "standard.zh"


def test_everybody_but_the_general_manager_has_somebody_above_them_who_is_there() -> None:
    posts: dict[str, Any] = dict(load(STANDARD).all("position"))
    held = {member.position for member in MEMBERS}
    assert {one for one in held if not posts[one].reports_to} == {"general-manager"}
    assert {posts[one].reports_to for one in held} - {None} <= held
