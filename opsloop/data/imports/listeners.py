"""A publication may bring the source that a file waits for. Should this be lost in a crash, the round does it."""

from __future__ import annotations

from opsloop.base.acts import Done, listen
from opsloop.base.jobs.api import enqueue
from opsloop.data.imports.models import Import, State


@listen("playbook.publish")
def take_up(done: Done) -> None:
    if Import.objects.filter(state=State.WAITING).exists():
        enqueue("imports.follow", {}, behalf=None, key=f"imports.follow:{done.entry_id}")
