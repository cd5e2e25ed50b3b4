"""Views, forms and templates hold no writes: business rows change in acts only."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.layout.tree import PACKAGE, files, tree, where

WRITES = {"save", "delete", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
ROWS = {"objects", "filter", "exclude", "all", "_base_manager", "_default_manager"}
TECHNICAL = {
    "opsloop/ui/exports.py",  # files that wait to be fetched: technical rows, swept after a week
    "opsloop/ui/writing.py",  # the same
    "opsloop/ui/signin",  # sessions, passwords and second factors are sign-in technique, done by allauth's forms
}


def page_code() -> list[Path]:
    everywhere = [one for one in files("*.py") if one.name in ("views.py", "forms.py", "lists.py")]
    return sorted({*everywhere, *(one for one in files("*.py") if one.is_relative_to(PACKAGE / "ui"))})


def rows_changed(node: ast.AST) -> str | None:
    """The word of a call that writes rows, or None."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return None
    word, on = node.func.attr, node.func.value
    if word == "update":
        chain = {part.attr for part in ast.walk(on) if isinstance(part, ast.Attribute)}
        return word if chain & ROWS else None
    return word if word in WRITES else None


def test_pages_hold_no_writes() -> None:
    found = [
        f"{where(file, node.lineno)} .{word}()"
        for file in page_code()
        if not any(where(file).startswith(part) for part in TECHNICAL) and file.name != "actions.py"
        for node in ast.walk(tree(file))
        if (word := rows_changed(node)) is not None and isinstance(node, ast.Call)
    ]
    assert found == [], "write an act in actions.py and call it"


def test_the_look_finds_what_it_is_for() -> None:
    bad = ["row.save()", "Risk.objects.create(x=1)", "Risk.objects.filter(pk=1).update(x=1)", "row.delete()"]
    good = ["said.update(x=1)", "risk_save(1)", "perform('risks.save', {}, call)"]
    assert all(rows_changed(ast.parse(code, mode="eval").body) for code in bad)
    assert not any(rows_changed(ast.parse(code, mode="eval").body) for code in good)
