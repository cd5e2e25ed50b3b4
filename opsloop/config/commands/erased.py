"""Who was erased stays erased: a restore finds the list of erasures and does them again; `erase-again` alone too."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from opsloop.base.people.erased_list import COPY, Noted, company_of, merged, read, write
from opsloop.config.cli import Failed

LIST = "var/erased.json"


def lists(root: Path, file: Path, said: argparse.Namespace) -> list[Path]:
    """Every list of erasures of this company that can be found: named, beside the archive, in the workspace it is of.

    Raises Failed for a named one that is not there.
    """
    company = company_of(root)
    found = [file.resolve().parent / COPY.format(company=company)]
    if said.erased:
        if not Path(said.erased).exists():
            raise Failed(f"{said.erased} is not there")
        found.append(Path(said.erased))
    places = {os.environ.get("OPSLOOP_WORKSPACE"), said.workspace, file.resolve().parent.parent.parent}
    for place in (Path(one).resolve() for one in places if one):
        if place != root and (place / "var/secrets/django.key").exists() and company_of(place) == company:
            found.append(place / LIST)
    return [one for one in found if one.exists()]


def again(root: Path, found: list[Path]) -> dict[str, int] | None:
    """Put the lists together in the restored workspace and erase by them. None when there is no list anywhere."""
    if not found:
        return None
    whole: dict[str, Noted] = {}
    for one in found:
        whole = merged(whole, read(one))
    write(root / LIST, {part: rows for part, rows in whole.items() if part != "copies"})
    if not any(rows for part, rows in whole.items() if part != "copies"):
        return {}
    env = {k: v for k, v in os.environ.items() if k not in ("OPSLOOP_WORKSPACE", "OPSLOOP_DATABASE_URL")}
    command = [sys.executable, "-m", "opsloop", "-C", str(root), "erase-again", "--json"]
    got = subprocess.run(command, capture_output=True, text=True, check=False, env=env)  # noqa: S603
    if got.returncode:
        raise Failed(
            f"restored, but people who were erased since are back:\n{got.stdout}{got.stderr}"
            f"Mend this, then run: opsloop -C {root} erase-again"
        )
    done: dict[str, int] = json.loads(got.stdout.splitlines()[-1])
    return done


def told(done: Mapping[str, int] | None, file: Path) -> str:
    """One line about it."""
    if done is None:
        return (
            f"No list of erasures was found beside {file}: whoever was erased since this backup is back. "
            "If there is one, put it to var/erased.json and run: opsloop erase-again"
        )
    n = sum(done.values())
    return f"{n} erasures done again" if n else "Nobody who was erased came back"


def erase_again(said: argparse.Namespace) -> int:
    """Do every erasure of var/erased.json that this database does not know of. Safe to run twice."""
    from opsloop.base.acts import acting
    from opsloop.base.jobs.robot import for_itself
    from opsloop.base.people.erasing import noted, repeaters
    from opsloop.base.things.errors import ActError
    from opsloop.base.things.frame import Call

    done: dict[str, int] = {}
    by = for_itself(MAY)
    try:
        with acting(Call(by=by, via="cli")):
            for part, repeat in repeaters().items():
                if rows := noted(part):
                    done[part] = repeat(rows, by)
    except ActError as error:
        raise Failed(str(error)) from error
    if said.json:
        print(json.dumps(done))
    else:
        print(told(done, Path(LIST)))
    return 0


MAY = ("people.repeat_erasure", "lake.erase", "lake.forget")
