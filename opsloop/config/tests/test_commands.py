"""The commands on a real workspace, each in a process of its own, as a user calls them.

Those on the one company are forks of a process that has loaded the product.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests import workspace
from tests.console import Console
from tests.postgres import database

SEED = """
import os, sys
from opsloop.config.cli import start
from pathlib import Path
start(Path(sys.argv[1]))
from opsloop.base.testing import cast
from opsloop.data.lake.actions import publish_snapshot
from opsloop.base.testing import person
people = cast()
person("Second", people.manager, people.ops)
for i in range(5):
    publish_snapshot(by=people.lin, table="shop", batch=f"b{i}", reason=f"load {i}", added=[])
"""


consoles: dict[str, Console] = {}


def run(*args: str, **env: str) -> subprocess.CompletedProcess[str]:
    if args[0] == "-C" and args[1] in consoles and not env:
        return consoles[args[1]].opsloop(*args)
    clean = {k: v for k, v in os.environ.items() if not k.startswith("OPSLOOP_")}
    command = [sys.executable, "-m", "opsloop", *args]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**clean, **env})


@contextmanager
def loaded(root: Path) -> Iterator[Console]:
    """Until the block ends, `run` on this workspace forks a process that has loaded it."""
    with closing(Console(workspace.environment(root))) as one:
        consoles[str(root)] = one
        yield one
        del consoles[str(root)]


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A workspace with the cast, five ledger entries and a file in the lake."""
    root = tmp_path_factory.mktemp("company") / "ws"
    workspace.put_database(root / "var/opsloop.sqlite3")
    assert run("init", str(root), "--name", "惠邻").returncode == 0
    clean = {k: v for k, v in os.environ.items() if not k.startswith("OPSLOOP_")}
    subprocess.run([sys.executable, "-c", SEED, str(root)], check=True, env=clean)
    (root / "var/lake/one.parquet").write_bytes(b"rows")
    with loaded(root):
        yield root


def test_init_twice_is_refused_in_one_line(company: Path) -> None:
    again = run("init", str(company))
    assert again.returncode == 1
    assert again.stderr.count("\n") == 1


def test_wrong_usage_is_exit_code_2() -> None:
    assert run("no-such-command").returncode == 2


def test_a_command_outside_a_workspace_says_how_to_make_one(tmp_path: Path) -> None:
    out = run("-C", str(tmp_path), "verify")
    assert (out.returncode, "opsloop init" in out.stderr) == (1, True)


LATER = ("docx", "duckdb", "httpx", "numpy", "openpyxl", "pandas", "pptx", "pyarrow", "scipy", "sqlglot", "weasyprint")


def test_what_few_processes_need_is_loaded_when_they_need_it(company: Path) -> None:
    assert consoles[str(company)](f"import sys; print([one for one in {LATER!r} if one in sys.modules])") == "[]"


def test_verify_answers_json_and_finds_a_change(company: Path, tmp_path: Path) -> None:
    said = json.loads(run("-C", str(company), "verify", "--json").stdout)
    assert (said["entries"], said["whole"], said["faults"]) == (5, True, [])
    copy = tmp_path / "copy"
    archive = tmp_path / "one.tar.gz"
    assert run("-C", str(company), "backup", str(archive)).returncode == 0
    assert run("restore", str(archive), "--to", str(copy)).returncode == 0
    database = sqlite3.connect(copy / "var/opsloop.sqlite3")
    database.execute("drop trigger ledger_entry_no_update")
    database.execute("update ledger_entry set body = '{}' where id = 3")
    database.commit()
    database.close()
    out = run("-C", str(copy), "verify", "--json")
    assert out.returncode == 1
    assert [f["entry"] for f in json.loads(out.stdout)["faults"]] == [3]


def test_backup_and_restore_give_identical_counts_and_hashes(company: Path, tmp_path: Path) -> None:
    archive, copy = tmp_path / "b.tar.gz", tmp_path / "copy"
    made = json.loads(run("-C", str(company), "backup", str(archive), "--json").stdout)
    assert archive.stat().st_mode & 0o077 == 0
    back = json.loads(run("restore", str(archive), "--to", str(copy), "--json").stdout)
    assert (back["rows"], back["files"], back["ledger"]) == (made["rows"], made["files"], "whole")
    assert (copy / "var/lake/one.parquet").read_bytes() == b"rows"
    assert (copy / "var/ledger.head").read_bytes() == (company / "var/ledger.head").read_bytes()


ERASE = """
from datetime import date
from opsloop.base.people.actions import ask_to_erase, confirm_erasure, leave, register
from opsloop.base.people.models import Person
from opsloop.data.lake import keys
from opsloop.data.lake.actions import ask_erasure
lin = Person.objects.filter(name="Lin").first()
"""
REGISTER = ERASE + 'register(by=lin, name="王芳", number="A001", phone="13800138000")'
CONFIRM = (
    ERASE
    + """
wang = leave(Person.objects.get(name="王芳"), by=lin, last_day=date(2024, 1, 1), reason="gone")
confirm_erasure(ask_to_erase(wang, by=lin, reason="by law"), by=Person.objects.get(name="Second"))
ask_erasure(by=lin, subject=keys.pseudonym("13912345678"), reason="asked by letter")
"""
)
COUNT = ERASE + 'print(Person.objects.filter(name="王芳").count())'


def erased_after(backup: Path, company: Path) -> Path:
    """Somebody is in the backup and erased afterwards; answers the list of erasures beside the backup."""
    with loaded(company) as there:
        there(REGISTER)
        (company / "var/connections.toml").write_text('[erp]\nurl = "mysql://reader:secret-word@10.0.0.5/erp"\n')
        made = run("-C", str(company), "backup", str(backup))
        assert made.returncode == 0, made.stderr
        (company / "var/connections.toml").unlink()
        there(CONFIRM)
    (copy,) = backup.parent.glob("opsloop-erased-*.json")
    said = copy.read_text()
    assert "13800138000" not in said and "13912345678" not in said  # short parts may occur in hashes and moments
    return copy


def test_a_restored_backup_brings_nobody_back_who_was_erased_since(company: Path, tmp_path: Path) -> None:
    archive, one, two = tmp_path / "old/b.tar.gz", tmp_path / "one", tmp_path / "two"
    # a copy, since the other tests count on the five entries
    copy = erased_after(archive, Path(shutil.copytree(company, tmp_path / "company")))
    said = run("restore", str(archive), "--to", str(one))
    assert said.returncode == 0 and "1 erasures done again" in said.stdout, said.stderr
    assert "[erp]" in said.stdout and not (one / "var/connections.toml").exists()
    with loaded(one) as there:
        assert there(COUNT) == "0"
    assert b"secret-word" not in gzip.decompress(archive.read_bytes())
    kept = copy.rename(tmp_path / "list.json")
    bare = run("restore", str(archive), "--to", str(two))
    with loaded(two) as there:
        assert "No list of erasures" in bare.stdout and there(COUNT) == "1"
        (two / "var/erased.json").write_bytes(kept.read_bytes())
        assert "1 erasures done again" in run("-C", str(two), "erase-again").stdout
        assert there(COUNT) == "0"
        assert "Nobody" in run("-C", str(two), "erase-again").stdout


def test_restore_writes_over_nothing_and_refuses_half_an_archive(company: Path, tmp_path: Path) -> None:
    archive = tmp_path / "b.tar.gz"
    assert run("-C", str(company), "backup", str(archive)).returncode == 0
    assert "not empty" in run("restore", str(archive), "--to", str(company)).stderr
    half = tmp_path / "half.tar.gz"
    half.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
    out = run("restore", str(half), "--to", str(tmp_path / "new"))
    assert (out.returncode, "not a whole backup" in out.stderr) == (1, True)
    assert not (tmp_path / "new").exists()


def test_where_names_the_code_behind_a_page(company: Path) -> None:
    said = json.loads(run("-C", str(company), "where", "http://127.0.0.1:8000/metrics/sales/?days=90", "--json").stdout)
    assert (said["file"], said["view"]) == ("opsloop/data/metrics/views.py", "opsloop.data.metrics.views.metric_page")
    assert run("-C", str(company), "where", "/no/such/").returncode == 1


def test_doctor_names_a_loose_key_with_its_remedy(company: Path) -> None:
    key = company / "var/secrets/ledger.key"
    key.chmod(0o644)
    try:
        said = json.loads(run("-C", str(company), "doctor", "--json").stdout)
    finally:
        key.chmod(0o600)
    found = {f["part"]: f for f in said["findings"]}
    assert found["rights ledger.key"]["state"] == "weak"
    assert found["rights ledger.key"]["remedy"].startswith("chmod 600")
    assert found["sqlite"]["state"] == "ok"


def test_doctor_names_loose_and_wrong_connections(company: Path) -> None:
    file = company / "var/connections.toml"
    try:
        file.write_text('[erp]\nurl = "mysql://reader:secret-word@10.0.0.5/erp"\n')
        file.chmod(0o644)
        first = run("-C", str(company), "doctor", "--json").stdout
        file.write_text("[erp]\npassword = 'secret-word'\n")
        second = run("-C", str(company), "doctor", "--json").stdout
    finally:
        file.unlink()
    found = [{f["part"]: f for f in json.loads(said)["findings"]}["connections"] for said in (first, second)]
    assert (found[0]["state"], found[0]["found"]) == ("weak", "erp") and "chmod 600" in found[0]["remedy"]
    assert found[1]["state"] == "missing" and "password" in found[1]["found"]
    assert "secret-word" not in first + second


def test_move_to_postgresql_copies_everything_and_the_chain_holds(company: Path) -> None:
    url = database("moved")
    said = run("-C", str(company), "move-to", url, "--json")
    assert said.returncode == 0, said.stderr
    assert json.loads(said.stdout)["tables"]["ledger_entry"] == 5
    moved = json.loads(run("-C", str(company), "verify", "--json", OPSLOOP_DATABASE_URL=url).stdout)
    assert (moved["entries"], moved["whole"]) == (5, True)
    again = run("-C", str(company), "move-to", url)
    assert (again.returncode, "empty database" in again.stderr) == (1, True)


def test_upgrade_with_nothing_to_do_says_so(company: Path) -> None:
    assert run("-C", str(company), "upgrade").stdout.strip() == "nothing to upgrade"
