"""Kills a sender of group messages while the service hangs, some times over, then lets one finish and counts.

    python -m tests.torture.kill_sender SERVICE ADDRESS ARRIVED KILLS

ADDRESS is a webhook of a service on loopback, for `email` the port of its server; the file ARRIVED grows by a line
with each message that has arrived there and is not answered. Runs on the workspace of the environment. Prints one JSON
object.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import time
from pathlib import Path

import django

django.setup()

from django.conf import settings
from django.db import connections

from opsloop.base.acts import Call, operation
from opsloop.base.inbox.broadcasting import broadcast, bulletin_kind
from opsloop.base.jobs import outbox
from opsloop.base.jobs.mail import SMTP
from opsloop.base.jobs.models import Outbox
from opsloop.base.people.models import Person
from opsloop.base.testing import cast, hold, position
from opsloop.connectors.channels import actions, delivering, vault
from opsloop.connectors.channels.models import Line

SERVICE, ADDRESS, ARRIVED, KILLS = sys.argv[1], sys.argv[2], Path(sys.argv[3]), int(sys.argv[4])
LEASE_S, PATIENCE_S = 0.3, 60.0
outbox.SEND_S = delivering.SEND_S = LEASE_S
settings.CHANNELS_LOOPBACK = True


def channel() -> Person:
    """A channel that takes news; answers who says them."""
    people = cast()
    hold(people.lin, position("keeper", may=["channels.*"], sees={"channels": "all"}), people.ops)
    bulletin_kind("test.news", "News")
    if SERVICE == "email":
        settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", int(ADDRESS)
        actions.add_mail(by=people.lin, name="List", receivers="chen@example.com")
    else:
        sealed = vault.seal(ADDRESS, "", people.lin)
        actions.add_channel(by=people.lin, name="Group", sealed=sealed.pk)
    return people.lin


def say(by: Person, n: int) -> None:
    with operation(Call(by=by)):
        broadcast("test.news", f"news-{n}", "of the day", key=f"n{n}")


def sender() -> int:
    """Fork; the child delivers what is due and ends without a word."""
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            while outbox.deliver():
                pass
            code = 0
        finally:
            os._exit(code)
    return pid


def arrived() -> int:
    return len(ARRIVED.read_text().splitlines())


def killed(n: int) -> None:
    """The n-th sender is killed once its message has arrived, before it knows that it has."""
    pid, end = sender(), time.monotonic() + PATIENCE_S
    while arrived() < n and time.monotonic() < end:
        time.sleep(0.01)
    os.kill(pid, signal.SIGKILL)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL, "it ended by itself"
    time.sleep(LEASE_S + 0.05)


def main() -> None:
    logging.disable(logging.WARNING)
    by = channel()
    for n in range(1, KILLS + 1):
        say(by, n)
        killed(n)
    unsure = Line.objects.filter(unsure=True).count()
    say(by, KILLS + 1)
    code = os.waitstatus_to_exitcode(os.waitpid(sender(), 0)[1])
    states = list(Line.objects.order_by("pk").values_list("state", "unsure", "twice"))
    letters = list(Outbox.objects.order_by("pk").values_list("state", "maybe_twice"))
    print(json.dumps({"exit": code, "unsure": unsure, "lines": states, "letters": letters}))


main()
