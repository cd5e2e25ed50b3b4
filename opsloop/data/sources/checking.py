"""Corrected rows against the same contract that loads are held against, before anything is written."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from opsloop.data.cleaning.asides import ASIDE
from opsloop.data.cleaning.engine import connected
from opsloop.data.cleaning.readers import Manner
from opsloop.data.sources.contracts import contract_of
from opsloop.data.sources.loading.preparing import clean
from opsloop.data.sources.models import Source

MEMORY = "256MB"
FILE = "rows.jsonl"


def check(source: Source, rows: Sequence[Mapping[str, str | None]]) -> list[tuple[str, ...]]:
    """The codes of what is still wrong with each row, in their order; nothing for a row that would be loaded."""
    if not rows:
        return []
    contract = contract_of(source)
    with tempfile.TemporaryDirectory(prefix="opsloop-check-") as folder:
        path = Path(folder) / FILE
        blank = dict.fromkeys(contract.names)
        text = "\n".join(json.dumps({**blank, **row}, ensure_ascii=False) for row in rows)
        path.write_text(text + "\n", encoding="utf-8")
        with connected(Path(folder), MEMORY) as con:
            clean(con, contract, Manner(), path, FILE, 0, Path(folder))
            found = con.execute(f"select _line, _reasons from {ASIDE}").fetchall()  # noqa: S608  # a name of ours
    codes: dict[int, tuple[str, ...]] = {line: tuple(said or ()) for line, said in found}
    return [codes.get(n, ()) for n in range(1, len(rows) + 1)]
