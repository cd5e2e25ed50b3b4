"""A workspace is one company's folder: opsloop.toml, playbook/, drop/ and var/."""

from __future__ import annotations

import os
import secrets
import shutil
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FILE = "opsloop.toml"
FOLDERS = ("playbook", "drop", "var", "var/files", "var/lake", "var/backups", "var/secrets", "var/run")


class NoWorkspace(Exception):
    """No opsloop.toml in the folder or its parents."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """Where a company's things lie. Every setting has a default; none is mandatory."""

    root: Path
    name: str = ""
    demo: bool = False
    language: str = "zh-hans"
    timezone: str = "Asia/Shanghai"
    currency: str = "CNY"
    upload_mb: int = 30
    lake_days: int = 90
    alerts_a_day: int = 3
    originals_days: int = 400
    report_template: str = ""
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")
    origins: tuple[str, ...] = ()
    oidc: dict[str, Any] = field(default_factory=dict)
    mail: dict[str, Any] = field(default_factory=dict)

    @property
    def playbook(self) -> Path:
        return self.root / "playbook"

    @property
    def drop(self) -> Path:
        return self.root / "drop"

    @property
    def templates(self) -> Path:
        """Templates of documents, such as the company's for Word; absent where there are none."""
        return self.root / "templates"

    @property
    def var(self) -> Path:
        return self.root / "var"

    @property
    def database(self) -> Path:
        return self.var / "opsloop.sqlite3"

    @property
    def files(self) -> Path:
        return self.var / "files"

    @property
    def lake(self) -> Path:
        return self.var / "lake"

    @property
    def backups(self) -> Path:
        return self.var / "backups"

    @property
    def secrets(self) -> Path:
        return self.var / "secrets"

    @property
    def run(self) -> Path:
        return self.var / "run"

    @property
    def ledger_key(self) -> Path:
        """The key of the ledger's chain; OPSLOOP_LEDGER_KEY_FILE puts it elsewhere."""
        return Path(os.environ.get("OPSLOOP_LEDGER_KEY_FILE") or self.secrets / "ledger.key")

    @property
    def ledger_head(self) -> Path:
        return self.var / "ledger.head"


def make(root: Path, *, demo: bool = False, name: str = "") -> Workspace:
    """Create what is missing of a workspace; what is there stays."""
    root.mkdir(parents=True, exist_ok=True)
    for folder in FOLDERS:
        (root / folder).mkdir(exist_ok=True)
    (root / "var/secrets").chmod(0o700)
    file = root / FILE
    if not file.exists():
        lines = ["# Every line may be left out; docs/guide has them all."]
        lines += [f'name = "{name}"'] if name else []
        lines += ["demo = true"] if demo else []
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    for secret in ("django.key", "ledger.key"):
        secret_bytes(root / "var/secrets" / secret)
    return load(root)


def put_standard(to: Workspace) -> bool:
    """Copy the standard that Opsloop ships into an empty playbook folder; False when there is something already."""
    if any(to.playbook.iterdir()):
        return False
    package = Path(__file__).resolve().parent.parent
    inside = package / "playbooks" / "standard.zh"  # in the wheel; a clone has it beside the package
    source = inside if inside.exists() else package.parent / "playbooks" / "standard.zh"
    shutil.copytree(source, to.playbook, dirs_exist_ok=True)
    return True


def load(root: Path) -> Workspace:
    """Read opsloop.toml in `root`. Raises NoWorkspace when it is missing, ValueError naming a wrong line."""
    file = root / FILE
    if not file.exists():
        raise NoWorkspace(f"{file} is missing; make a workspace with: opsloop init {root}")
    try:
        said = tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{file}: {error}") from error
    known = set(Workspace.__dataclass_fields__) - {"root"}
    if unknown := sorted(said.keys() - known):
        raise ValueError(f"{file}: unknown setting {', '.join(unknown)}; known are {', '.join(sorted(known))}")
    for name in ("hosts", "origins"):
        if name in said:
            said[name] = tuple(said[name])
    return Workspace(root=root.resolve(), **said)


def find(start: Path) -> Workspace:
    """The workspace of `start` or its nearest parent that has one. Raises NoWorkspace."""
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / FILE).exists():
            return load(folder)
    raise NoWorkspace(f"{start.resolve()} and its parents hold no {FILE}; make one with: opsloop init DIR")


def current() -> Workspace:
    """The workspace that OPSLOOP_WORKSPACE names, else the one around the current folder."""
    named = os.environ.get("OPSLOOP_WORKSPACE")
    return load(Path(named)) if named else find(Path.cwd())


def secret_bytes(file: Path, size: int = 32) -> bytes:
    """The key in `file`, made at first use, readable by its owner only."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as out:
            out.write(secrets.token_hex(size))
    return bytes.fromhex(file.read_text().strip())
