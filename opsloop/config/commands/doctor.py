"""doctor: every missing or weak part, with its remedy."""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone
from django.utils.translation import gettext as _t

from opsloop.config.sqlite import sqlite3

SAFE_SQLITE = (3, 51, 3)
FLOOR_BYTES = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One part: state is ok, weak or missing; `remedy` is empty when ok."""

    part: str
    state: str
    found: str
    remedy: str = ""


Check = Callable[[], Iterator[Finding]]


def _sqlite() -> Iterator[Finding]:
    if connection.vendor != "sqlite":
        return
    version = sqlite3.sqlite_version
    safe = tuple(map(int, version.split("."))) >= SAFE_SQLITE
    remedy = "" if safe else _t("Install the wheel pysqlite3: system SQLite below 3.51.3 can corrupt the database.")
    yield Finding("sqlite", "ok" if safe else "missing", version, remedy)


def _postgresql() -> Iterator[Finding]:
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "select current_setting('server_version'), datcollate, pg_encoding_to_char(encoding)"
            " from pg_database where datname = current_database()"
        )
        version, collate, encoding = cursor.fetchone()
    fine = encoding == "UTF8"
    remedy = "" if fine else _t("Create the database with ENCODING 'UTF8' and LC_COLLATE 'C.UTF-8'.")
    yield Finding("postgresql", "ok" if fine else "weak", f"{version}, {collate}, {encoding}", remedy)


def _migrations() -> Iterator[Finding]:
    from opsloop.config.commands.workspace import behind

    try:
        late = behind()
    except DatabaseError as error:
        yield Finding("database", "missing", str(error), _t("Check that the database runs and its address is right."))
        return
    yield Finding(
        "database", "missing" if late else "ok", connection.vendor, _t("Run: opsloop upgrade") if late else ""
    )


def _fonts() -> Iterator[Finding]:
    listed = shutil.which("fc-list")
    names = ""
    if listed:
        command = [listed, ":lang=zh", "family"]
        names = subprocess.run(command, capture_output=True, text=True, check=False).stdout  # noqa: S603
    found = len(set(names.splitlines()))
    remedy = "" if found else _t("PDFs need a Chinese font. Debian: apt-get install fonts-noto-cjk fontconfig")
    yield Finding("fonts", "ok" if found else "weak", f"{found} zh", remedy)


def _pango() -> Iterator[Finding]:
    try:
        import weasyprint  # noqa: F401
    except OSError as error:
        yield Finding(
            "pango", "weak", str(error)[:80], _t("PDFs need Pango. Debian: apt-get install libpangoft2-1.0-0")
        )
        return
    yield Finding("pango", "ok", "")


def _space() -> Iterator[Finding]:
    free = shutil.disk_usage(settings.WORKSPACE.var).free
    enough = free >= FLOOR_BYTES
    remedy = "" if enough else _t("Less than 1 GB is free: loads stop before the disk is full. Free some space.")
    yield Finding("space", "ok" if enough else "missing", f"{free / 1e9:.1f} GB", remedy)


def _clock() -> Iterator[Finding]:
    from opsloop.base.ledger.models import Entry

    newest = Entry.objects.order_by("-id").values_list("at", flat=True).first()
    ahead = newest is not None and datetime.fromtimestamp(newest / 1e6, UTC) > timezone.now() + timedelta(minutes=5)
    remedy = _t("The newest ledger entry lies in the future: set the machine's clock (NTP).") if ahead else ""
    yield Finding("clock", "weak" if ahead else "ok", f"{timezone.now():%Y-%m-%d %H:%M} UTC", remedy)


def _rights() -> Iterator[Finding]:
    for file in (settings.WORKSPACE.ledger_key, settings.WORKSPACE.secrets / "django.key"):
        name = f"rights {file.name}"
        if not file.exists():
            yield Finding(name, "missing", "", _t("Put {file} back from the backup.").format(file=file))
            continue
        mode = file.stat().st_mode & 0o777
        loose = bool(mode & 0o077)
        yield Finding(name, "weak" if loose else "ok", oct(mode), f"chmod 600 {file}" if loose else "")


def _writable() -> Iterator[Finding]:
    import os

    for folder in (settings.WORKSPACE.var, settings.WORKSPACE.files, settings.WORKSPACE.lake, settings.WORKSPACE.drop):
        if not os.access(folder, os.W_OK):
            remedy = _t("Let the user that runs Opsloop write to {folder}.").format(folder=folder)
            yield Finding("rights", "missing", str(folder), remedy)


def _holidays() -> Iterator[Finding]:
    from opsloop.base.calendar.queries import unannounced_years

    years = unannounced_years()
    remedy = _t("Update chinesecalendar when the holidays are announced, or add a calendar file to the playbook.")
    found = ", ".join(map(str, years))
    yield Finding("holidays", "weak" if years else "ok", found, remedy if years else "")


def _static() -> Iterator[Finding]:
    built = Path(settings.STATIC_ROOT) / "staticfiles.json"
    remedy = "" if built.exists() else _t("The pages' files are missing. In a clone run: make setup")
    yield Finding("static", "ok" if built.exists() else "missing", str(len(list(built.parent.glob("*")))), remedy)


def _ledger_head() -> Iterator[Finding]:
    from opsloop.base.ledger.models import Entry

    there = settings.WORKSPACE.ledger_head.exists()
    needed = Entry.objects.exists()
    weak = needed and not there
    remedy = _t("Run opsloop verify; the head beside the database is gone.") if weak else ""
    yield Finding("ledger head", "weak" if weak else "ok", "", remedy)


def _erased() -> Iterator[Finding]:
    from opsloop.base.people.erasing import erased
    from opsloop.base.people.models import Person

    rows = Person.objects.filter(pk__in=map(int, erased()), erased_at=None)
    back = ", ".join(str(pk) for pk in rows.values_list("pk", flat=True))
    remedy = _t("A restored backup brought erased people back: {ids}. Run: opsloop erase-again").format(ids=back)
    yield Finding("erased people", "missing" if back else "ok", "", remedy if back else "")


def _connections() -> Iterator[Finding]:
    from opsloop.base.things.errors import OutsideError
    from opsloop.data.sources.arrivals import connections as these

    try:
        there = these.connections()
    except OutsideError as error:
        yield Finding("connections", "missing", str(error), _t("Mend this line; docs/guide has every word."))
        return
    wanted = these.wanted()
    if these.file().exists():
        remedy = _t("Others may read its passwords. Run: chmod 600 {file}").format(file=these.file())
        open_ = these.open_to_others()
        yield Finding("connections", "weak" if open_ else "ok", ", ".join(there), remedy if open_ else "")
    for name in sorted(set(wanted) - set(there)):
        titles, ever = wanted[name]
        text = _t("Add a section [{name}] to {file}; passwords are in no backup. Sources that wait: {sources}")
        remedy = text.format(name=name, file=these.file(), sources=", ".join(titles))
        yield Finding(f"connection {name}", "missing" if ever else "weak", "", remedy)


CHECKS: tuple[Check, ...] = (
    _sqlite, _postgresql, _migrations, _static, _fonts, _pango, _space, _clock, _rights, _writable, _ledger_head,
    _holidays, _erased, _connections,
)  # fmt: skip


def findings() -> list[Finding]:
    """All checks; one that breaks is itself a finding."""
    out: list[Finding] = []
    for check in CHECKS:
        try:
            out += check()
        except Exception as error:
            name = check.__name__.strip("_")
            out.append(
                Finding(name, "missing", f"{type(error).__name__}: {error}", _t("Report this with the text above."))
            )
    return out


def doctor(said: argparse.Namespace) -> int:
    """0 when nothing is missing (weak parts are only named), else 1."""
    found = findings()
    missing = any(f.state == "missing" for f in found)
    if said.json:
        print(json.dumps({"ok": not missing, "findings": [asdict(f) for f in found]}, ensure_ascii=False))
        return int(missing)
    marks = {"ok": "✓", "weak": "!", "missing": "✗"}
    for one in found:
        print(f"{marks[one.state]} {one.part:20} {one.found}" + (f"\n    {one.remedy}" if one.remedy else ""))
    return int(missing)
