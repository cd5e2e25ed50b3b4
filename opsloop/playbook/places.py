"""Where drafts of a kind are changed (the playbook's own form, or a page of the app that owns the kind), and what apps
above put beside a published thing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from opsloop.base.people.models import Person


@dataclass(frozen=True, slots=True)
class Beside:
    """A sentence about a published thing that leads to a page of another app."""

    text: str
    url: str


_editors: dict[str, Callable[[str], str]] = {}
_beginnings: dict[str, Callable[[], str]] = {}


def edited_at(kind: str, address: Callable[[str], str]) -> None:
    """Where a draft of this kind is changed by people who do not read files: `address(ident)` of the app's own page.

    It keeps its changes in the playbook's drafts; the playbook's form and text stay for whoever wants them.
    """
    _editors[kind] = address


def editor_of(kind: str, ident: str) -> str:
    """The address of that page; empty where the playbook's form is the only one."""
    return _editors[kind](ident) if kind in _editors else ""


def begun_at(kind: str, address: Callable[[], str]) -> None:
    """Where a new file of this kind is begun by people who do not read files: the address of the app's own page.

    It takes `?about=findings.finding:12`, what the new file is because of.
    """
    _beginnings[kind] = address


def beginning_of(kind: str) -> str:
    """The address of that page; empty where the playbook's own asks for an id."""
    return _beginnings[kind]() if kind in _beginnings else ""


_beside: dict[str, list[Callable[[str, Person], Beside | None]]] = {}


def put_beside(kind: str, tell: Callable[[str, Person], Beside | None]) -> None:
    """What an app has to say about things of a kind that are in force: `tell(ident, reader)`, None for nothing.

    It stands on the pages of the thing and of the publication that brought it.
    """
    _beside.setdefault(kind, []).append(tell)


def beside(kind: str, ident: str, reader: Person) -> list[Beside]:
    """In the order in which apps were loaded."""
    return [said for tell in _beside.get(kind, ()) if (said := tell(ident, reader)) is not None]
