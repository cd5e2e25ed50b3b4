"""What every page says while nothing works in the background."""

from __future__ import annotations

from django.utils.translation import gettext as _t

from opsloop.base.jobs.queries import worker_died
from opsloop.base.things.errors import Text
from opsloop.ui.troubles import trouble


@trouble
def worker_gone() -> Text | None:
    """A worker that ended without a word: one that was never started, or was stopped in good order, is no trouble."""
    if not worker_died():
        return None
    return _t("The background worker has stopped: data, reminders and mails wait. Please tell the administrator.")
