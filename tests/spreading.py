"""How pytest-xdist spreads the tests: a class or file goes to one process whole, the longest first.

Fixtures of a file are so made once; and no long test begins when the others are nearly through.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xdist.scheduler import LoadScopeScheduling

if TYPE_CHECKING:
    import pytest
    from xdist.remote import Producer

TOGETHER = ("tests/journeys/",)
"""Folders whose files share what is dear to make."""
LONG = (
    "tests/journeys/", "tests/matrix/", "tests/torture/", "opsloop/config/tests/test_commands.py", "tests/processes/",
    "opsloop/ui/tests/test_browser.py", "opsloop/data/sql/tests/test_sandbox.py",
)  # fmt: skip
"""What takes longest, in this order."""


def unit(nodeid: str) -> str:
    """What goes to one process with it."""
    return next((one for one in TOGETHER if nodeid.startswith(one)), nodeid.partition("[")[0].rpartition("::")[0])


def rank(nodeid: str) -> int:
    """Where it stands in the order of beginning."""
    return next((n for n, one in enumerate(LONG) if nodeid.startswith(one)), len(LONG))


class LongestFirst(LoadScopeScheduling):
    """By `unit`, in the order of collection, which conftest.py puts by `rank`."""

    def _split_scope(self, nodeid: str) -> str:
        return unit(nodeid)


def made(config: pytest.Config, log: Producer) -> LongestFirst:
    config.option.loadscopereorder = False
    return LongestFirst(config, log)
