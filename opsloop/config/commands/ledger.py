"""verify: is the ledger's chain whole?"""

from __future__ import annotations

import argparse
import json
import time

from opsloop.base.ledger import chain
from opsloop.base.ledger.models import Entry


def verify(said: argparse.Namespace) -> int:
    """0 when whole, 1 with every fault and its place."""
    began = time.perf_counter()
    faults = chain.verify()
    count = Entry.objects.count()
    seconds = round(time.perf_counter() - began, 3)
    if said.json:
        found = [{"entry": f.entry_id, "what": f.what} for f in faults]
        print(json.dumps({"entries": count, "whole": not faults, "faults": found, "seconds": seconds}))
        return 1 if faults else 0
    for fault in faults:
        print(f"entry {fault.entry_id}: {fault.what}")
    print(f"{count} entries, " + (f"{len(faults)} faults" if faults else "the chain is whole"))
    return 1 if faults else 0
