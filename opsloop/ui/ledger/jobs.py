"""The whole chain is verified each night, and whenever somebody who reads all of the ledger asks for it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from opsloop.base.inbox.api import AT_ONCE, notice_kind, tell
from opsloop.base.jobs.api import SLOW, Context, scheduled
from opsloop.base.ledger.chain import Fault, head_now, verify
from opsloop.base.people.models import Holding, Person, PersonKind
from opsloop.base.policy.scopes import sees

log = logging.getLogger("opsloop.ledger")
TASK = "ledger.verify"
MOST = 200
notice_kind("ledger.faults", _("The ledger does not check out"), default=AT_ONCE, may_off=False, urgent=True)


@scheduled(TASK, _("Verify the ledger's chain"), cron="20 4 * * *", prepare=True, timeout_s=3600, queue=SLOW)
def verify_chain(ctx: Context) -> Callable[[], dict[str, Any]]:
    """Walk all entries; faults are told to everyone who reads the whole ledger."""
    begun, head = time.monotonic(), head_now()
    faults = verify()
    result = {
        "entries": head.entry_id if head else 0,
        "head": head.hash.hex() if head else "",
        "seconds": round(time.monotonic() - begun, 1),
        "count": len(faults),
        "faults": [[one.entry_id, one.what] for one in faults[:MOST]],
    }
    return lambda: _told(result, faults)


def _told(result: dict[str, Any], faults: list[Fault]) -> dict[str, Any]:
    if faults:
        log.error(
            "the ledger has %d faults, the first at entry %d: %s", len(faults), faults[0].entry_id, faults[0].what
        )
        tell(readers(), "ledger.faults", _("The ledger does not check out"), link="/ledger/chain/", even_self=True)
    return result


def readers() -> list[Person]:
    """Staff whose position shows them the whole ledger."""
    held = Person.objects.filter(pk__in=Holding.objects.at().values("person_id"), kind=PersonKind.STAFF)
    return [one for one in held if sees(one, "ledger") == "all"]
