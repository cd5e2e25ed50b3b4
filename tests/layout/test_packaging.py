"""What is installed from is what is locked; what is shipped carries what it needs; every app says what it is."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from opsloop.base.registry import modules
from tests.layout.tree import PACKAGE, ROOT

WHAT = {
    "requirements.txt": ["--no-dev", "--extra", "demo"],
    "requirements-dev.txt": ["--all-extras", "--group", "dev"],
}
PIN = re.compile(r"^([A-Za-z0-9_.\-]+(?:\[[^]]*\])?)==(\S+)", re.MULTILINE)


@pytest.mark.parametrize("name", sorted(WHAT))
def test_the_requirements_are_those_of_the_lock(name: str) -> None:
    text = (ROOT / "deploy" / name).read_text(encoding="utf-8")
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    locked = {(one["name"], one["version"]) for one in lock["package"] if "version" in one}
    pinned = {(found[0].partition("[")[0].lower(), found[1]) for found in PIN.findall(text)}
    assert len(pinned) > 30
    assert pinned - locked == set(), "make lock"
    assert text.count("--hash=sha256:") >= len(pinned)


@pytest.mark.skipif(shutil.which("uv") is None, reason="uv is missing; the lock's own file is compared above")
@pytest.mark.parametrize("name", sorted(WHAT))
def test_the_requirements_are_what_uv_exports(name: str) -> None:
    words = ["uv", "export", "--offline", "--quiet", "--frozen", *WHAT[name], "--no-emit-project", "--no-header"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == (ROOT / "deploy" / name).read_text(encoding="utf-8"), "make lock"


def test_the_wheel_carries_what_is_built() -> None:
    said = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]
    assert said["wheel"]["packages"] == ["opsloop"]
    carried = " ".join(said["wheel"]["artifacts"])
    for built in ("opsloop/static_built/**", "opsloop/ui/vendor/**", "opsloop/**/*.mo"):
        assert built in carried, "users need no Node and no Babel"


def folders() -> list[Path]:
    """Every app's folder; pages of base's apps stand in ui without one of their own."""
    base = [one for one in (PACKAGE / "base").iterdir() if (one / "__init__.py").exists()]
    found = [Path(*module.package.split(".")).relative_to("opsloop") for module in modules() if module.app]
    return [*base, *(PACKAGE / one for one in found if (PACKAGE / one).is_dir())]


def test_every_app_says_what_it_is() -> None:
    silent = sorted(str(one.relative_to(ROOT)) for one in folders() if not (one / "README.md").exists())
    assert silent == [], "half a page in a README.md"
