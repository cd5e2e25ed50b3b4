"""A machine that fails a command: one line and 1; a fault of our own is seen in full."""

from __future__ import annotations

import errno

import pytest
from django.db import OperationalError

from opsloop.config import cli


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "The disk is full or cannot be written"),
        (OperationalError("database or disk is full"), "Free some space, then try again."),
        (OperationalError("disk I/O error"), "Free some space, then try again."),
        (OperationalError("connection failed: refused"), "The database of Opsloop does not work (connection failed"),
    ],
)
def test_what_the_machine_does_is_one_line(
    error: Exception, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_said: object) -> None:
        raise error

    monkeypatch.setattr(cli, "_prepare", fail)
    assert cli.main(["load", "orders"]) == 1
    told = capsys.readouterr().err
    assert said in told and told.count("\n") == 1


def test_a_fault_of_our_own_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_said: object) -> None:
        raise KeyError("ours")

    monkeypatch.setattr(cli, "_prepare", fail)
    with pytest.raises(KeyError):
        cli.main(["load", "orders"])
