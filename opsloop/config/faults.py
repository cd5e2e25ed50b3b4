"""What the machine does to a command: a full disk, a database that is away. One line with the remedy, no traceback."""

from __future__ import annotations

import errno

FULL = (errno.ENOSPC, errno.EDQUOT)
NO_ROOM = ("disk I/O error", "database or disk is full", "No space left", "could not extend file")


def told(error: BaseException) -> str | None:
    """What the person at the machine is told; None for a fault of our own, which must be seen in full."""
    from django.db import InterfaceError, OperationalError
    from django.utils.translation import gettext as _t

    why = " ".join(str(error).split())[:200]
    full = isinstance(error, OSError) and error.errno in FULL
    away = isinstance(error, OperationalError | InterfaceError)
    if full or (away and any(one in why for one in NO_ROOM)):
        return _t("The disk is full or cannot be written ({why}). Free some space, then try again.").format(why=why)
    if away:
        return _t("The database of Opsloop does not work ({why}). Check that it runs, then try again.").format(why=why)
    return None
