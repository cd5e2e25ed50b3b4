"""Technical trouble that every page says in a banner: a full disk, a stopped worker."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable

from django.conf import settings
from django.utils.translation import gettext as _t

from opsloop.base.things.errors import Text

Watch = Callable[[], Text | None]
LEAST_FREE = 200 * 1024 * 1024
KEEP_S = 10.0
_watches: list[Watch] = []
_kept: tuple[float, list[int]] = (0.0, [])


def trouble(watch: Watch) -> Watch:
    """Register a cheap look at something: its text stands on every page until it answers None."""
    _watches.append(watch)
    return watch


def now() -> list[str]:
    """What is wrong, in the reader's language. The looks themselves are taken every ten seconds at most."""
    global _kept
    if time.monotonic() - _kept[0] > KEEP_S:
        _kept = (time.monotonic(), [i for i, watch in enumerate(_watches) if watch()])
    said = [_watches[i]() for i in _kept[1]]
    return [str(text) for text in said if text]


@trouble
def disk_full() -> Text | None:
    """Under 200 MB free the database can soon not write any more."""
    free = shutil.disk_usage(settings.WORKSPACE.root).free
    if free >= LEAST_FREE:
        return None
    said = _t("The disk is nearly full ({n} MB left). What you enter may not be kept; please tell the administrator.")
    return said.format(n=free // (1024 * 1024))
