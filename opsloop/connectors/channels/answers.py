"""An outside service's no, in words, with what to do about it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _t

from opsloop.base.things.errors import OutsideError
from opsloop.connectors.channels.words import Problem

PASSING = frozenset({Problem.RATE, Problem.BUSY, Problem.AWAY, Problem.SILENT})
"""Problems that go away by themselves."""
SAID = 200


class Troubled(OutsideError):
    """A delivery that failed. `problem` sorts it; `theirs` is what the service said, without our secrets."""

    def __init__(self, problem: Problem, theirs: str = "", *, wait_s: float | None = None) -> None:
        self.problem, self.theirs = problem, theirs[:SAID]
        retry_at: datetime | None = timezone.now() + timedelta(seconds=wait_s) if wait_s is not None else None
        text = f"{problem.label} ({self.theirs})" if self.theirs else str(problem.label)
        super().__init__(text, permanent=problem not in PASSING, retry_at=retry_at)

    @property
    def remedy(self) -> str:
        return remedy(self.problem)


def remedy(problem: Problem) -> str:
    """What one does about it."""
    return {
        Problem.KEYWORD: _t("Enter the bot's keyword in this channel: every message then begins with it."),
        Problem.ADDRESS: _t("Add this server's public address to the list in the bot's security settings."),
        Problem.SIGN: _t(
            "Paste the signing secret again from the bot's security settings, and check the server's clock."
        ),
        Problem.TOKEN: _t("Copy the webhook address again from the group's bot and paste it here."),
        Problem.STOPPED: _t("Switch the bot on in the group, or add a new one and paste its address here."),
        Problem.RATE: _t("Nothing to do: what waits goes out together as soon as the service takes messages again."),
        Problem.SIZE: _t("Choose plain text, or let fewer subjects go to this channel."),
        Problem.CONTENT: _t("Look at the message for words or links that the service does not like."),
        Problem.BUSY: _t("Nothing to do: it is tried again by itself."),
        Problem.AWAY: _t("See whether this server reaches the internet; it is tried again by itself."),
        Problem.SILENT: _t("See whether this server reaches the internet; it is tried again by itself."),
        Problem.APP: _t(
            "Copy the app's id and secret again from the service's developer site, and paste them with the address."
        ),
        Problem.RIGHT: _t(
            "Feishu: give the app the bot ability and the permission im:resource and publish a version of it. "
            "DingTalk: see in the app's security settings whether this server's public address is allowed."
        ),
        Problem.RECEIVER: _t("Correct the address, or take it out of the list."),
        Problem.UNKNOWN: _t("Read what the service said, and look it up in its manual."),
    }[problem]
