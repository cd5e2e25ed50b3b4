"""Each app explains itself on half a page."""

from __future__ import annotations

from pathlib import Path

from django.apps import apps

from opsloop.base.registry import modules
from tests.layout.tree import PACKAGE, where

PAGES = PACKAGE / "ui"
"""Pages of base's apps lie in ui/<noun>; the app itself has the README."""


def test_every_app_has_a_readme() -> None:
    ours = [one for one in apps.get_app_configs() if one.name.startswith("opsloop.") and one.label != "config"]
    folders = {Path(one.path) for one in ours} | {PACKAGE.parent / one.package.replace(".", "/") for one in modules()}
    bare = [where(one) for one in folders if not (one / "README.md").exists() and one.parent != PAGES]
    assert sorted(bare) == [], "write half a page: what it is for, what others use of it"
