"""The archive: an index to be read in a browser, tables, one folder a case, the versions they ran on, and hashes.

Nothing in it asks the network for anything. Made again of the same data it is the same, byte for byte.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.template.loader import render_to_string
from django.utils import timezone

from opsloop.base.files.models import Attachment
from opsloop.engine.audits.gathering import Gathered, Row
from opsloop.engine.audits.models import AuditPack
from opsloop.engine.cases.models import Edition
from opsloop.playbook.models import Content

STYLE = """body{font:15px/1.6 system-ui,"PingFang SC","Microsoft YaHei",sans-serif;max-width:70rem;margin:2rem auto;
padding:0 1rem;color:#1f2933}h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}table{border-collapse:collapse;
width:100%}th,td{border:1px solid #d5dbe1;padding:.3rem .5rem;text-align:left;vertical-align:top}th{background:#f3f5f7}
.late,.no{color:#b42318}.quiet{color:#66707a}@media print{a{color:inherit;text-decoration:none}}"""
SUMMARY = (
    "number", "title", "state", "initiator", "department", "level", "happened", "started", "due", "ended", "sop",
    "version", "approvals", "evidence", "late",
)  # fmt: skip
LOG = ("seq", "at", "verb", "step", "round", "item", "by", "for", "entry")


class Archive:
    """A zip that is being written; every file's hash is kept for HASHES.txt."""

    def __init__(self, path: Path, at: datetime) -> None:
        self.zip = ZipFile(path, "w", ZIP_DEFLATED)
        self.at = timezone.localtime(at).timetuple()[:6]
        self.hashes: list[tuple[str, str]] = []

    def add(self, name: str, content: str | bytes) -> None:
        body = content.encode() if isinstance(content, str) else content
        info = ZipInfo(name, self.at)
        info.compress_type = ZIP_DEFLATED
        info.external_attr = 0o644 << 16
        self.zip.writestr(info, body)
        self.hashes.append((sha256(body).hexdigest(), name))

    def close(self) -> None:
        """The hashes last: they are of everything but themselves."""
        self.add("HASHES.txt", "".join(f"{digest}  {name}\n" for digest, name in self.hashes))
        self.zip.close()


def write(pack: AuditPack, gathered: Iterable[Gathered], path: Path) -> None:
    """The whole archive."""
    archive = Archive(path, pack.made_at)
    editions: dict[str, Edition] = {}
    told: list[Row] = []
    for one in gathered:
        plain = one.plain()
        told.append(plain)
        editions.setdefault(one.case.edition.sha256, one.case.edition)
        _case(archive, one, plain)
    for edition in editions.values():
        _edition(archive, edition)
    about = _about(pack)
    archive.add("style.css", STYLE)
    archive.add("sample.json", as_json(about))
    archive.add("cases.csv", as_csv(SUMMARY, [summary(one) for one in told]))
    archive.add(
        "index.html", render_to_string("audits/archive/index.html", {"pack": pack, "about": about, "cases": told})
    )
    archive.close()


def _case(archive: Archive, one: Gathered, plain: Row) -> None:
    folder = f"cases/{plain['number']}"
    held: dict[str, str] = {}
    for number, file in one.files.items():
        name = f"files/{number}-{Path(file.name).name}"
        if (body := _bytes(file)) is not None:
            archive.add(f"{folder}/{name}", body)
            held[str(number)] = name
    for row in plain["evidence"]:
        row["path"] = held.get(str(row["number"]), "")
    archive.add(f"{folder}/case.json", as_json(plain))
    archive.add(f"{folder}/log.csv", as_csv(LOG, plain["log"]))
    archive.add(f"{folder}/index.html", render_to_string("audits/archive/case.html", {"case": plain}))


def _bytes(file: Attachment) -> bytes | None:
    """None where the content is gone; its hash stands in the case all the same."""
    path = file.stored.path
    return path.read_bytes() if path.exists() else None


def _edition(archive: Archive, edition: Edition) -> None:
    """As it was compiled, and as it was written where the text is here."""
    name = f"editions/{edition.sop}-v{edition.number}-{edition.sha256[:8]}"
    archive.add(f"{name}.json", as_json(edition.definition))
    text = Content.objects.filter(sha256=edition.sha256).values_list("text", flat=True).first()
    if text is not None:
        archive.add(f"{name}.md", text)


def _about(pack: AuditPack) -> Row:
    return {
        "pack": str(pack), "drawn_by": pack.made_by.name, "drawn_at": _iso(pack.made_at), "reason": pack.reason,
        "sop": pack.sop, "since": str(pack.since), "until": str(pack.until),
        "department": pack.department.title if pack.department else "", "size": pack.size, "seed": pack.seed,
        "cases_to_draw_from": pack.found, "drawn": pack.cases, "personal_data": pack.personal,
        "how": "Python random.Random(str(seed)).sample(keys in ascending order, size)",
    }  # fmt: skip


def _iso(moment: datetime) -> str:
    return timezone.localtime(moment).isoformat(timespec="seconds")


def summary(plain: Row) -> Row:
    """One line of cases.csv."""
    version = plain["version"]
    counts = {name: len(plain[name]) for name in ("approvals", "evidence", "late")}
    return {**plain, **counts, "sop": version["sop"], "version": version["number"]}


def as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, default=str) + "\n"


def as_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """With a mark of its encoding, so that Excel reads Chinese; a cell is never a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([_cell(row.get(name)) for name in columns] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _cell(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
