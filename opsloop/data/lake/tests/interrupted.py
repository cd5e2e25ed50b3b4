"""Work on the lake in children that are killed: `python -m opsloop.data.lake.tests.interrupted WHAT DATABASE`.

Each line of its input is after how many seconds to kill the next child; how that ended is answered, as an exit code. It
is a process of its own that never opens DuckDB: a fork of one that did has none of DuckDB's threads, and crashes.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable


def work(what: str) -> Callable[[], object]:
    """What the children do."""
    from opsloop.data.lake import compaction, erasing, keys  # needs loaded apps

    if what == "compact":
        return lambda: compaction.compact("shop")
    return lambda: list(erasing.rewrites([keys.pseudonym("H1")], erasing.Manner.DETACH))


def killed(do: Callable[[], object], after_s: float) -> int:
    """The exit code of a child that does the work and is killed so long after its beginning."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            do()
            code = 0
        finally:
            os._exit(code)
    time.sleep(after_s)
    os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main(what: str, database: str) -> None:
    import django  # only where this file is run

    django.setup()
    import duckdb  # noqa: F401  # once here, opened in the children only
    from django.db import connections  # needs loaded apps

    connections["default"].settings_dict["NAME"] = database
    connections.close_all()
    do = work(what)
    for line in sys.stdin:
        sys.stdout.write(f"{killed(do, float(line))}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
