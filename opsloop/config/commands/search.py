"""reindex: build the search index anew, as after a move or a change of the tokenizer."""

from __future__ import annotations

import argparse

from opsloop.base.search.api import reindex as build


def reindex(said: argparse.Namespace) -> int:
    build(anew=True)
    print("the search index is built")
    return 0
