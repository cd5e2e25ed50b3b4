"""Positions that nobody holds: a remark, since people come and go without the standard changing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.db import DatabaseError
from django.utils.translation import gettext_lazy as _

from opsloop.base.kinds.registry import Level, Said
from opsloop.base.people.models import Holding
from opsloop.engine.sops import walk
from opsloop.engine.sops.checks.asked import named
from opsloop.engine.sops.saying import FIELD
from opsloop.playbook.reader.errors import say

if TYPE_CHECKING:
    from opsloop.engine.sops.definition import SopFile


def holders(obj: SopFile) -> Iterator[Said]:
    """One remark for each position without a holder today, where it is first named."""
    first: dict[str, str] = {}
    for one in walk.walk(obj.steps):
        for path, who in named(one):
            if who and not who.startswith(FIELD):
                first.setdefault(who, path)
    held = _held(set(first))
    for who, path in first.items():
        if held is not None and who not in held:
            yield Said(path, say(_("Nobody holds the position {position}."), position=who), Level.NOTE)


def _held(codes: set[str]) -> set[str] | None:
    """Those of the positions that somebody holds; None where there is no database yet."""
    try:
        return set(Holding.objects.at().filter(position__code__in=codes).values_list("position__code", flat=True))
    except DatabaseError:
        return None
