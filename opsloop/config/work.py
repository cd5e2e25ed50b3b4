"""One worker process of its own: `python -m opsloop.config.work [--slots N]`, besides the one that serve starts."""

from __future__ import annotations

import os
import sys

from opsloop.config.starting import set_up


def main(words: list[str] | None = None) -> None:
    """Run a worker for the workspace around the current folder or in OPSLOOP_WORKSPACE; never returns."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opsloop.config.settings")
    set_up()
    from opsloop.base.jobs.worker import main as work

    work(words)


if __name__ == "__main__":
    main(sys.argv[1:])
