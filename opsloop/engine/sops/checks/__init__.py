"""What is said of an SOP's file before it is published."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from opsloop.base.kinds.registry import Book, Said
from opsloop.engine.sops.checks.asked import asked
from opsloop.engine.sops.checks.authority import authority
from opsloop.engine.sops.checks.conditions import conditions
from opsloop.engine.sops.checks.doing import doing
from opsloop.engine.sops.checks.holders import holders
from opsloop.engine.sops.checks.limits import limits
from opsloop.engine.sops.checks.structure import structure
from opsloop.engine.sops.checks.texts import texts

if TYPE_CHECKING:
    from opsloop.engine.sops.definition import SopFile

__all__ = ["check_sop"]


def check_sop(ident: str, obj: SopFile, book: Book) -> Iterable[Said]:
    """Errors keep it from being published; warnings and notes are shown to whoever writes it."""
    yield from structure(ident, obj, book)
    yield from asked(obj)
    yield from conditions(obj)
    yield from limits(obj, book)
    yield from authority(obj, book)
    yield from doing(obj)
    yield from texts(obj)
    yield from holders(obj)
