"""backup FILE and restore FILE: one archive with database, lake, files, playbook and keys, each file with its hash.

The database in the archive is always SQLite, whatever the workspace runs on; after a restore `move-to` brings
it to PostgreSQL again. The archive holds the workspace's own keys: it is written for its owner only. The passwords of
other systems (var/connections.toml) are not in it; it knows the names of its sections, and a restore says what must be
typed again. Who was erased since is erased again: the list of erasures is kept beside the archive.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from opsloop import __version__
from opsloop.config import workspace
from opsloop.config.cli import Failed
from opsloop.config.commands import erased
from opsloop.config.sqlite import sqlite3

MANIFEST = "manifest.json"
DATABASE = "var/opsloop.sqlite3"
CONNECTIONS = "var/connections.toml"
KEPT = ("opsloop.toml", "playbook", "templates", "drop", "var/lake", "var/files", "var/secrets", "var/ledger.head")


def _digest(file: Path) -> str:
    with file.open("rb") as body:
        return hashlib.file_digest(body, "sha256").hexdigest()


def _files(root: Path) -> list[Path]:
    found: list[Path] = []
    for name in KEPT:
        path = root / name
        found += [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
    return found


def _snapshot_database(file: Path) -> dict[str, int]:
    """A consistent copy of the database as SQLite. Answers table -> rows."""
    from django.conf import settings
    from django.db import connection, connections

    from opsloop.config.commands import move

    if connection.vendor == "sqlite":
        source = sqlite3.connect(settings.WORKSPACE.database)
        target = sqlite3.connect(file)
        with target:
            source.backup(target)
        source.close()
        target.close()
        return _count(file)
    move.add_connection("archive", {"ENGINE": "django.db.backends.sqlite3", "NAME": str(file)})
    from django.core.management import call_command

    call_command("migrate", database="archive", interactive=False, verbosity=0)
    move.copy("default", "archive")
    connections["archive"].close()
    return _count(file)


def _count(file: Path) -> dict[str, int]:
    database = sqlite3.connect(file)
    try:
        names = database.execute("select name from sqlite_master where type = 'table' and name not like 'sqlite_%'")
        return {n: database.execute(f'select count(*) from "{n}"').fetchone()[0] for (n,) in names.fetchall()}  # noqa: S608
    finally:
        database.close()


def write(file: Path) -> dict[str, Any]:
    """Write the archive atomically. Answers its manifest."""
    from django.conf import settings

    root: Path = settings.WORKSPACE.root
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(file.name + ".part")
    try:
        with tempfile.TemporaryDirectory(dir=settings.WORKSPACE.var) as folder:
            database = Path(folder) / "database.sqlite3"
            tables = _snapshot_database(database)
            contents = {str(p.relative_to(root)): p for p in _files(root)} | {DATABASE: database}
            manifest = {
                "opsloop": __version__,
                "tables": tables,
                "connections": connections_there(root),
                "files": {name: _digest(path) for name, path in contents.items()},
            }
            _pack(part, contents, manifest)
        part.replace(file)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise Failed(f"the backup was not written: {error.strerror or error}; free some space and try again") from error
    return manifest


def connections_there(root: Path) -> list[str]:
    """The names of the sections in connections.toml, which itself stays out of the archive."""
    file = root / CONNECTIONS
    if not file.exists():
        return []
    try:
        return sorted(tomllib.loads(file.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return []  # doctor says what is wrong with it


def _pack(part: Path, contents: dict[str, Path], manifest: dict[str, Any]) -> None:
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as out, tarfile.open(fileobj=out, mode="w:gz", compresslevel=3) as tar:
        said = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
        info = tarfile.TarInfo(MANIFEST)
        info.size = len(said)
        tar.addfile(info, io.BytesIO(said))
        for name, path in contents.items():
            tar.add(path, arcname=name, recursive=False)


def backup(said: argparse.Namespace) -> int:
    from opsloop.base.people.erasing import copy_beside

    file = Path(said.file).resolve()
    manifest = write(file)
    copy_beside(file)
    rows, size = sum(manifest["tables"].values()), file.stat().st_size
    if said.json:
        print(json.dumps({"file": str(file), "bytes": size, "rows": rows, "files": len(manifest["files"])}))
    else:
        print(f"{file}: {rows} rows, {len(manifest['files'])} files, {size / 1e6:.1f} MB")
    return 0


def restore(said: argparse.Namespace) -> int:
    """Unpack into an empty folder, compare every hash and count, walk the ledger, and erase again who was erased."""
    target = said.to or said.workspace
    if not target:
        raise Failed("name the empty folder with --to DIR")
    root, file = Path(target).resolve(), Path(said.file)
    if root.exists() and any(root.iterdir()):
        raise Failed(f"{root} is not empty; a restore never writes over anything")
    if not file.exists():
        raise Failed(f"{file} is not there")
    try:
        manifest = _unpack(file, root)
    except (tarfile.TarError, EOFError, KeyError, ValueError, OSError) as error:
        shutil.rmtree(root, ignore_errors=True)
        raise Failed(f"{file} is not a whole backup: {error}") from error
    _verify(root)
    again = erased.again(root, erased.lists(root, file, said))
    rows, sections = sum(manifest["tables"].values()), manifest.get("connections", [])
    if said.json:
        answer = {"dir": str(root), "rows": rows, "files": len(manifest["files"]), "ledger": "whole"}
        print(json.dumps({**answer, "erased_again": again, "connections": sections}))
        return 0
    print(f"{root}: {rows} rows and {len(manifest['files'])} files restored, hashes and counts are equal")
    print(erased.told(again, file))
    if sections:
        print(f"Type again into {root / CONNECTIONS}: [{'], ['.join(sections)}]; passwords are in no backup")
    return 0


def _unpack(file: Path, root: Path) -> dict[str, Any]:
    root.mkdir(parents=True, exist_ok=True)
    with tarfile.open(file) as tar:
        tar.extractall(root, filter="data")
    manifest: dict[str, Any] = json.loads((root / MANIFEST).read_text(encoding="utf-8"))
    (root / MANIFEST).unlink()
    for name, digest in manifest["files"].items():
        if _digest(root / name) != digest:
            raise ValueError(f"{name} differs from its hash")
    if _count(root / DATABASE) != manifest["tables"]:
        raise ValueError("the database's row counts differ from the manifest")
    workspace.make(root)
    return manifest


def _verify(root: Path) -> None:
    env = {k: v for k, v in os.environ.items() if k not in ("OPSLOOP_WORKSPACE", "OPSLOOP_DATABASE_URL")}
    command = [sys.executable, "-m", "opsloop", "-C", str(root), "verify"]
    got = subprocess.run(command, capture_output=True, text=True, check=False, env=env)  # noqa: S603
    if got.returncode:
        raise Failed(f"restored, but the ledger has faults:\n{got.stdout}{got.stderr}")
