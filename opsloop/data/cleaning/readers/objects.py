"""JSON lines: one object a line. A JSON list of objects is turned into such lines first."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from opsloop.data.cleaning import sql
from opsloop.data.cleaning.contract import Contract
from opsloop.data.cleaning.readers import encodings
from opsloop.data.cleaning.readers.headings import mapped
from opsloop.data.cleaning.readers.lines import Scan
from opsloop.data.cleaning.reading import Dropped, Reading, Unreadable

SAMPLE_LINES = 1000
MOST_LIST_BYTES = 200 * 1024**2
NEVER = "\x01"
"""A separator that valid JSON cannot hold, so that a line is one cell."""


def read(
    path: Path, contract: Contract, folder: Path, *, encoding: Sequence[str] = (), by_line: bool = False,
    one_line_end: bool = False,
) -> Reading:  # fmt: skip
    """The relation of a file of JSON objects. Raises Unreadable."""
    plain, dropped = _lines(path, folder, encoding, by_line=by_line, one_line_end=one_line_end)
    paths = _paths(plain)
    found = mapped(contract, list(paths))
    said = list(paths.values())
    relation = (
        f"(select c0, case when json_valid(c0) then c0 end as _json from read_csv({sql.literal(str(plain))},"
        f" columns = {{'c0': 'VARCHAR'}}, header = false, auto_detect = false, delim = chr(1), quote = '', escape = '',"
        " max_line_size = 2000000, store_rejects = true, rejects_limit = 0) where c0 is not null)"
    ).replace("chr(1)", sql.literal(NEVER))
    return Reading(
        relation, {name: _value(said[place]) for name, place in found.columns.items()},
        {name: _value(said[place]) for name, place in found.extras.items()}, rejects=True,
        broken=("row:not_json", "json_type(_json) is distinct from 'OBJECT'"), text="c0", ignored=found.ignored,
        lines=Scan(plain, 1, NEVER, "", dropped), dropped=dropped,
    )  # fmt: skip


def headings(path: Path, folder: Path, encoding: Sequence[str] = ()) -> list[str]:
    """The keys of the first objects, as columns may be called. Raises Unreadable."""
    return list(_paths(_lines(path, folder, encoding)[0]))


def _lines(
    path: Path, folder: Path, encoding: Sequence[str], *, by_line: bool = False, one_line_end: bool = False
) -> tuple[Path, tuple[Dropped, ...]]:
    """One object a line in UTF-8, and the lines that fit no encoding."""
    text = encodings.decoded(path, encoding, folder, by_line=by_line)
    plain = encodings.unified(text.path, folder) if one_line_end else text.path
    return _as_lines(plain, folder) if _is_list(plain) else plain, text.dropped


def _value(path: str) -> str:
    return f"nullif(json_extract_string(_json, {sql.literal(path)}), '')"


def _is_list(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4096).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"[")


def _as_lines(path: Path, folder: Path) -> Path:
    if path.stat().st_size > MOST_LIST_BYTES:
        raise Unreadable("list_too_long", size=MOST_LIST_BYTES // 1024**2)
    try:
        rows = json.loads(path.read_text(encoding="utf-8-sig"))
    except json.JSONDecodeError as error:
        raise Unreadable("broken_json", error.lineno) from None
    except RecursionError:
        raise Unreadable("broken_json", 1) from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise Unreadable("encoding", line, names=error.encoding) from None
    out = folder / "lines.jsonl"
    with out.open("wb") as target:
        for row in rows:
            target.write((_written(row) or json.dumps(row).encode()) + b"\n")
    return out


def _written(row: Any) -> bytes | None:
    """As one line; None where an escape is half a character, which DuckDB sets aside as no JSON."""
    try:
        return json.dumps(row, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return None


def _objects(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8-sig", errors="replace") as file:  # what is no text is found when it is staged
        for _n, line in zip(range(SAMPLE_LINES), file, strict=False):
            try:
                row = json.loads(line)
            except (json.JSONDecodeError, RecursionError):
                continue
            if isinstance(row, dict) and _written(row) is not None:
                yield row


def _paths(path: Path) -> dict[str, str]:
    """Every key of the first rows, one level deep as well: `buyer` and `buyer.name`, with its JSON path."""
    out: dict[str, str] = {}
    for row in _objects(path):
        for key, value in row.items():
            out.setdefault(key, "$." + _quoted(key))
            for inner in value if isinstance(value, dict) else ():
                out.setdefault(f"{key}.{inner}", f"$.{_quoted(key)}.{_quoted(inner)}")
    if not out:
        raise Unreadable("no_objects", 1)
    return out


def _quoted(key: str) -> str:
    return '"' + key.replace("\\", "\\\\").replace('"', '\\"') + '"'
