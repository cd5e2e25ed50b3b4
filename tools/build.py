"""Makes what the clone does not carry: browser files from npm, message catalogues, hashed and compressed static files.

Each part is skipped when its result is newer than everything it is made from.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "opsloop"
BUILT = PACKAGE / "static_built"


def newest(*patterns: str) -> float:
    """The time of the newest file under the patterns, seconds since 1970."""
    return max((file.stat().st_mtime for p in patterns for file in ROOT.glob(p) if file.is_file()), default=0.0)


def tool(name: str, *args: str) -> None:
    subprocess.run([sys.executable, str(ROOT / "tools" / name), *args], check=True)  # noqa: S603


def static() -> None:
    """collectstatic, with hashes and brotli, when a source is newer than the last result."""
    stamp = BUILT / ".built"
    sources = newest("opsloop/**/static/**/*", "opsloop/ui/vendor/**/*", "uv.lock")
    if stamp.exists() and stamp.stat().st_mtime >= sources:
        return
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "OPSLOOP_WORKSPACE": folder, "DJANGO_SETTINGS_MODULE": "opsloop.config.settings"}
        code = "from pathlib import Path; from opsloop.config.workspace import make; import os;"
        code += "make(Path(os.environ['OPSLOOP_WORKSPACE'])); import django; django.setup();"
        code += "from django.core.management import call_command as c;"
        code += "c('collectstatic', '--noinput', '--clear', verbosity=0)"
        subprocess.run([sys.executable, "-c", code], check=True, env=env, cwd=ROOT)  # noqa: S603
    stamp.touch()


def main() -> None:
    if (ROOT / "node_modules").exists():
        tool("assets.py")
    tool("messages.py", "compile")
    static()


if __name__ == "__main__":
    main()
