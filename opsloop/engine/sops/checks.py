"""What is said of an SOP's file before it is published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from opsloop.base.kinds.registry import Book, Level, Said
from opsloop.engine.sops import walk
from opsloop.engine.sops.blocks import Step

if TYPE_CHECKING:
    from opsloop.engine.sops.definition import SopFile


def check_sop(ident: str, obj: SopFile, book: Book) -> Iterable[Said]:
    """Everybody has something to do, every id is there once."""
    placed = list(walk.walk(obj.steps))
    yield from _owners(placed)
    yield from _ids(placed)


def _owners(placed: list[walk.Placed]) -> Iterator[Said]:
    for one in placed:
        if isinstance(one.block, Step) and not one.block.do:
            yield Said(
                f"{one.path}.do", _("Nobody does this step."), Level.ERROR, _("Add do: and the id of a position.")
            )


def _ids(placed: list[walk.Placed]) -> Iterator[Said]:
    seen: set[str] = set()
    for one in placed:
        if one.id in seen:
            yield Said(f"{one.path}.id", _("Another block has this id."), Level.ERROR, _("Give it an id of its own."))
        seen.add(one.id)
