"""What `opsloop playbook check|diff|publish|export|pull|stamp` do. Each answers a report and an exit code.

Exit codes: 0 fine (open references and remarks included), 1 something is wrong or was refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import override

from opsloop.base.acts import Call, operation
from opsloop.base.kinds.registry import kinds
from opsloop.base.people.models import Person
from opsloop.base.things.errors import ActError
from opsloop.playbook import actions, changes, diff, printing, queries, translations
from opsloop.playbook.book import Checked, Playbook, Remark, load
from opsloop.playbook.models import Publication, State, Version
from opsloop.playbook.reader.text import hash_of
from opsloop.playbook.store import keep_all, texts_of

FORMS = ("files", "html", "pdf")
MANY = 3
"""Remarks in the same words that are told in one line."""


@dataclass(frozen=True)
class Report:
    """What a command has to say: lines for a person, and the same as plain values for --json."""

    lines: list[str]
    data: dict[str, Any]
    code: int = 0

    def __str__(self) -> str:
        return "\n".join(self.lines)


@dataclass
class _Saying:
    lines: list[str] = field(default_factory=list)

    def __call__(self, text: str, **values: Any) -> None:
        self.lines.append(text.format(**values) if values else text)


def check(folder: Path) -> Report:
    """Read every file and check every reference. Open references are listed and no fault."""
    book = load(folder)
    found = book.checked
    say = _Saying()
    for error in found.errors:
        say(str(error))
    _say_remarks(say, found)
    _say_open(say, found)
    say(
        _t("{files} files, {errors} errors, {open} open references, {remarks} remarks"),
        files=len(book.items), errors=len(found.errors), open=len(found.open), remarks=len(found.remarks),
    )  # fmt: skip
    return Report(say.lines, _check_data(book, found), 1 if found.errors else 0)


def _say_remarks(say: _Saying, found: Checked) -> None:
    """One line each; what is remarked in the same words again and again has one line in all."""
    alike: dict[tuple[str, str], list[Remark]] = {}
    for one in found.remarks:
        alike.setdefault((one.level, f"{one.text} {one.remedy}".rstrip()), []).append(one)
    for (level, text), remarks in alike.items():
        where = [f"{one.path}:{one.line}" if one.line else one.path for one in remarks]
        if len(remarks) < MANY:
            for place, one in zip(where, remarks, strict=True):
                say(f"{level}: {place} [{one.field}] {text}")
        else:
            told = _t("{text} ({n} places, first {first})").format(text=text, n=len(where), first=where[0])
            say(f"{level}: {told}")


def _say_open(say: _Saying, found: Checked) -> None:
    """One line per id that is open, with the number of places that name it."""
    places: dict[tuple[str, str], list[str]] = {}
    for one in found.open:
        places.setdefault((one.ident, "/".join(one.refs)), []).append(f"{one.path}:{one.line}")
    for (ident, refs), where in sorted(places.items()):
        say(
            _t("open: {what} {ident} ({n} places, first {first})"), what=refs, ident=ident, n=len(where), first=where[0]
        )


def _check_data(book: Playbook, found: Checked) -> dict[str, Any]:
    return {
        "files": len(book.items),
        "errors": [error.answer() for error in found.errors],
        "open": [
            {"file": one.path, "line": one.line, "field": one.field, "id": one.ident, "of": list(one.refs)}
            for one in found.open
        ],
        "remarks": [
            {
                "level": str(one.level), "file": one.path, "line": one.line, "field": one.field,
                "message": str(one.text), "remedy": str(one.remedy),
            }
            for one in found.remarks
        ],
    }  # fmt: skip


def compare(folder: Path) -> Report:
    """What publishing the folder would change, field by field and as text."""
    book, latest = load(folder), queries.latest()
    rows = changes.against(book, latest)
    old_texts = texts_of(v.sha256 for row in rows if (v := latest.get((row.kind, row.ident))))
    say, data = _Saying(), []
    for row in rows:
        was, item = latest.get((row.kind, row.ident)), book.item(row.kind, row.ident)
        old = old_texts.get(was.sha256, "") if was else ""
        one = kinds[row.kind]
        differences = diff.fields(one, was.data if was else {}, item.data if item else {})
        path, new = one.path(row.ident), item.text if item and row.sha256 else ""
        verb = _t("new") if not old else _t("withdrawn") if not row.sha256 else _t("changed")
        say(f"{verb}: {path}")
        later = was.effective_from if was and was.effective_from > timezone.localdate() else None
        if was and later:
            text = _t("compared with version {n}, which holds from {day}")
            say("  " + text.format(n=was.number, day=later.isoformat()))
        for d in differences if old and new else ():
            say(f"  {d.label}: {diff.show(d.old)} → {diff.show(d.new)}")
        text = diff.text(path, old, new)
        say.lines += text.splitlines() if old else []
        data.append(
            {
                "file": path, "kind": row.kind, "id": row.ident, "base": row.base, "text": text, "base_from": later,
                "fields": [{"path": d.path, "label": d.label, "old": d.old, "new": d.new} for d in differences],
            }
        )  # fmt: skip
    if not rows:
        say(_t("Nothing differs from what is published."))
    return Report(say.lines, {"changes": data}, 0)


def publish(
    folder: Path,
    *,
    by: Person,
    reason: str,
    small: bool = False,
    effective_from: date | None = None,
    remove: bool = True,
    via: str = "cli",
) -> Report:
    """Propose the folder's changes and publish them; what changes rights is proposed and waits for a second person.

    `remove` withdraws what is published and missing in the folder.
    """
    book = load(folder)
    if book.checked.errors:
        report = check(folder)
        return Report([*report.lines, _t("Nothing was published.")], report.data, 1)
    rows = changes.against(book, queries.latest(), remove=remove)
    if not rows:
        return Report([_t("Nothing differs from what is published.")], {"publication": None, "versions": []})
    keep_all(item.text for item in book.items.values())
    first = not Version.objects.exists()
    try:
        with operation(Call(by=by, via=via)):
            made = actions.propose(by=by, reason=reason, lines=rows, small=small, effective_from=effective_from)
            if first or not made.rights_of:
                actions.publish(made, by=by)
    except ActError as error:
        return Report([str(error), _t("Nothing was published.")], error.answer(), 1)
    return _published(made, rows)


def _published(made: Publication, rows: list[changes.LineRow]) -> Report:
    say = _Saying()
    for row in rows:
        say(f"  {kinds[row.kind].path(row.ident)} v{row.base + 1}" + ("" if row.sha256 else f" ({_t('withdrawn')})"))
    if made.state == State.PUBLISHED:
        text = _t("Publication {number}: {n} files are in force from {day}.")
    else:
        text = _t("Proposal {number} with {n} files changes the rights of {who}; a second person must approve it.")
    say(text, number=made.number, n=len(rows), day=made.effective_from.isoformat(), who=", ".join(made.rights_of))
    data = {"publication": made.number, "state": made.state, "rights_of": made.rights_of, "files": len(rows)}
    return Report(say.lines, data)


def pull(folder: Path, *, force: bool = False) -> Report:
    """Write the newest published files into the folder, byte by byte as they were published.

    A file that was changed there and never published is left alone and named, unless `force`; others stay.
    """
    newest = [v for v in queries.latest().values() if not v.withdrawn]
    texts = texts_of(v.sha256 for v in newest)
    say, written, kept = _Saying(), 0, []
    for version in sorted(newest, key=lambda v: v.path):
        target, text = folder / version.path, texts[version.sha256]
        here = target.read_bytes() if target.exists() else None
        if here == text.encode():
            continue
        if here is not None and not force and not _was_published(version, here):
            kept.append(version.path)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode())
        written += 1
    later = {v.path: v.effective_from for v in newest if v.effective_from > timezone.localdate()}
    for path, day in sorted(later.items()):
        say(_t("{path} holds from {day}."), path=path, day=day.isoformat())
    for path in kept:
        say(_t("{path} was changed here and never published; it stays as it is."), path=path)
    say(_t("{n} files written, {same} were the same."), n=written, same=len(newest) - written - len(kept))
    return Report(say.lines, {"written": written, "kept": kept, "later": later}, 1 if kept else 0)


def _was_published(version: Version, here: bytes) -> bool:
    try:
        sha256 = hash_of(here.decode("utf-8"))
    except UnicodeDecodeError:
        return False
    return Version.objects.filter(kind=version.kind, ident=version.ident, sha256=sha256).exists()


def export(target: Path, form: str = "files", language: str = "zh-hans") -> Report:
    """What is in force today: `files` into a folder, or the whole book as one file of `html` or `pdf`."""
    if form not in FORMS:
        return Report([_t("One of {options}").format(options=", ".join(FORMS))], {"wrong": form}, 1)
    if form == "files":
        versions = queries.in_force().values()
        texts = texts_of(v.sha256 for v in versions)
        for version in versions:
            (target / version.path).parent.mkdir(parents=True, exist_ok=True)
            (target / version.path).write_bytes(texts[version.sha256].encode())
        return Report(
            [_t("{n} files written, {same} were the same.").format(n=len(texts), same=0)], {"written": len(texts)}
        )
    with override(language):
        book = queries.published()
        data = printing.pdf(book) if form == "pdf" else printing.html(book).encode()
    target.write_bytes(data)
    return Report(
        [_t("{path}: {size} bytes").format(path=target, size=len(data))], {"file": str(target), "size": len(data)}
    )


def stamp(folder: Path) -> Report:
    """Mark every translation as made from the file as it is now; do this after bringing the translations up to date."""
    done = translations.stamp(folder)
    return Report([_t("{n} translations stamped.").format(n=len(done))], {"stamped": done})
