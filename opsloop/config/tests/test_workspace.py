"""A workspace is found from inside it, keeps what is there, and names its mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest

from opsloop.config import workspace


def test_making_a_workspace_twice_keeps_its_keys(tmp_path: Path) -> None:
    first = workspace.make(tmp_path, name="惠邻")
    key = first.ledger_key.read_text()
    again = workspace.make(tmp_path)
    assert again.name == "惠邻"
    assert again.ledger_key.read_text() == key
    assert again.ledger_key.stat().st_mode & 0o077 == 0


def test_it_is_found_from_a_folder_inside(tmp_path: Path) -> None:
    made = workspace.make(tmp_path)
    inside = made.playbook / "sops"
    inside.mkdir()
    assert workspace.find(inside).root == made.root


def test_a_folder_without_workspace_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(workspace.NoWorkspace, match="opsloop init"):
        workspace.find(tmp_path)


def test_an_unknown_setting_is_named_with_the_known_ones(tmp_path: Path) -> None:
    workspace.make(tmp_path)
    (tmp_path / workspace.FILE).write_text('langauge = "en"\n')
    with pytest.raises(ValueError, match=r"unknown setting langauge; known are .*language"):
        workspace.load(tmp_path)


def test_a_broken_file_names_its_place(tmp_path: Path) -> None:
    workspace.make(tmp_path)
    (tmp_path / workspace.FILE).write_text("name = \n")
    with pytest.raises(ValueError, match="line 1"):
        workspace.load(tmp_path)
