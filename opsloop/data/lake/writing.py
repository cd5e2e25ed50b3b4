"""One writer a table: a lock of the operating system that ends with its process, however it ends."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _t

from opsloop.base.things.errors import Refused

POLL_S = 0.05


@contextmanager
def writer(tables: Iterable[str], *, wait_s: float = 60.0) -> Iterator[None]:
    """Be the only one on this machine who prepares versions of these tables. Raises Refused after `wait_s`.

    It spares double work; what decides is `after` of lake.publish, also between machines. Locks are taken in the
    order of the names, so that two writers of several tables never wait for each other.
    """
    with ExitStack() as held:
        until = time.monotonic() + wait_s
        for table in sorted(set(tables)):
            held.enter_context(_locked(table, until))
        yield


@contextmanager
def _locked(table: str, until: float) -> Iterator[None]:
    folder: Path = settings.WORKSPACE.run / "lake"
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder / f"{table}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        while not _taken(handle):
            if time.monotonic() >= until:
                raise Refused(_t("The table {name} is being written; try again in a minute.").format(name=table))
            time.sleep(POLL_S)
        yield
    finally:
        os.close(handle)  # ends the lock too


@contextmanager
def turn(name: str, places: int, *, wait_s: float) -> Iterator[None]:
    """One of `places` places on this machine for work of this name. Raises Refused when none gets free in time."""
    folder: Path = settings.WORKSPACE.run / "turns"
    folder.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + wait_s
    handles = [os.open(folder / f"{name}-{n}.lock", os.O_RDWR | os.O_CREAT, 0o600) for n in range(places)]
    try:
        while not any(_taken(handle) for handle in handles):
            if time.monotonic() >= until:
                raise Refused(_t("Others are being served just now; try again in a moment."))
            time.sleep(POLL_S)
        yield
    finally:
        for handle in handles:
            os.close(handle)


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
