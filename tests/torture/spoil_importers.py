"""Spoils sound files in many ways and gives them to the importers: python -m tests.torture.spoil_importers COUNT

Prints one JSON object: what came of them, the longest time for one, the peak of memory; each crash with its seed.
"""

from __future__ import annotations

import json
import logging
import random
import sys
import time
from collections import Counter

from tests.torture import importers

logging.disable(logging.CRITICAL)


def main(count: int) -> None:
    files, said, crashes, slowest = sorted(importers.corpus().items()), Counter(), [], 0.0
    for name, data in files:
        outcome = importers.try_both(data, importers.ending_of(name))
        said["sound"] += "rows" in (outcome[0], outcome[1].split()[0])
    for seed in range(count):
        dice = random.Random(seed)
        name, data = dice.choice(files)
        ending = importers.ending_of(name) if dice.random() < 0.8 else dice.choice(importers.ENDINGS)
        began = time.monotonic()
        try:
            outcome = importers.try_both(importers.spoiled(data, dice), ending)
            said[outcome[0].split()[0]] += 1
        except Exception as error:
            crashes.append(f"seed {seed} {name}{ending}: {type(error).__name__}: {str(error)[:200]}")
        slowest = max(slowest, time.monotonic() - began)
    told = {"files": len(files), "crashes": crashes, "slowest_s": round(slowest, 1), "mb": importers.peak_mb()}
    print(json.dumps({**said, **told}))


main(int(sys.argv[1]))
