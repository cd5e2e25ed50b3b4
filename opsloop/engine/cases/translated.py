"""Editions in the reader's language. A case on an older version is read as it was written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from opsloop.base.kinds.loading import typed
from opsloop.base.kinds.registry import kinds
from opsloop.base.kinds.translated import language
from opsloop.engine.cases import building
from opsloop.engine.cases.models import Edition
from opsloop.engine.sops import walk
from opsloop.engine.sops.definition import SopFile
from opsloop.engine.sops.models import Sop
from opsloop.engine.sops.wording import names_of, proof_names

_made: dict[tuple[str, str, str, int], SopFile] = {}
MOST = 128
"""So many translated versions are kept ready; the row's revision is in the key, so none grows old."""


def said(edition: Edition) -> SopFile:
    """The file of an edition as the reader reads it. Options stay as written, since values name them."""
    return said_all([edition])[edition.pk]


def said_all(editions: Iterable[Edition]) -> dict[int, SopFile]:
    """The same for several, by their keys, with one query."""
    found = list({one.pk: one for one in editions}.values())
    rows = {
        (row.ident, row.sha256): row
        for row in Sop.objects.filter(ident__in={one.sop for one in found}).defer("definition")
    }
    return {one.pk: _said(one, rows.get((one.sop, one.sha256))) for one in found}


def _said(edition: Edition, row: Sop | None) -> SopFile:
    if row is None or not row.texts:
        return building.definition(edition)
    key = (edition.sop, edition.sha256, language(), row.revision)
    if key not in _made:
        if len(_made) >= MOST:
            _made.pop(next(iter(_made)))
        _made[key] = cast("SopFile", typed(kinds["sop"].cls, row.said))
    return _made[key]


def step_titles(file: SopFile) -> dict[str, str]:
    """node -> its title."""
    return {walk.block_id(one): one.title for one in walk.blocks_of(file)}


def words_of(edition: Edition) -> dict[str, str]:
    """Ids of fields, levels and steps, and proofs as written -> as the reader reads them."""
    file = said(edition)
    return {**step_titles(file), **names_of(file), **proof_names(file, building.definition(edition))}
