"""Atheris at the importers: python -m tests.torture.fuzz_importers CORPUS -max_total_time=... (libFuzzer's options)

The first byte chooses the file's ending, the rest is the file. A crash, a hang or too much memory ends it with an error
and leaves the input beside.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["opsloop.data.cleaning", "opsloop.base.people.sheets", "csv", "zipfile"]):
    from tests.torture import importers

logging.disable(logging.CRITICAL)


def one_input(data: bytes) -> None:
    if len(data) > 1:
        importers.try_both(data[1:], importers.ENDINGS[data[0] % len(importers.ENDINGS)])


def main() -> None:
    corpus = Path(sys.argv[1])
    corpus.mkdir(parents=True, exist_ok=True)
    for name, data in importers.corpus().items():
        kind = importers.ENDINGS.index(importers.ending_of(name))
        (corpus / name).write_bytes(bytes([kind]) + data)
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
