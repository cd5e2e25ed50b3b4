"""Where drafts of a kind are changed: the playbook's own form, or a page of the app that owns the kind."""

from __future__ import annotations

from collections.abc import Callable

_editors: dict[str, Callable[[str], str]] = {}


def edited_at(kind: str, address: Callable[[str], str]) -> None:
    """Where a draft of this kind is changed by people who do not read files: `address(ident)` of the app's own page.

    It keeps its changes in the playbook's drafts; the playbook's form and text stay for whoever wants them.
    """
    _editors[kind] = address


def editor_of(kind: str, ident: str) -> str:
    """The address of that page; empty where the playbook's form is the only one."""
    return _editors[kind](ident) if kind in _editors else ""
