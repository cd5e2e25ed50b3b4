"""Files brought in through the same drop folder and the same loads as any company's. Begun again, it goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from django.conf import settings

from opsloop.base.people.models import Person
from opsloop.data.sources.loading import LoadResult, collect_and_load, load_at
from opsloop.data.sources.models import Load, LoadState, Source
from opsloop.demo.arriving import Arrival
from opsloop.demo.chosen import Chosen
from opsloop.demo.feeds import feeds

Tell = Callable[[int, int, Arrival, LoadResult | None], None]
"""Called after each file: how many of how many, which, and what became of it (None: there was nothing to bring)."""
OWN = ("playbook-versions", "job-runs", "loads", "source-days", "ledger-entries")
"""Own tables of which the first rows are collected at set-up."""


class NotLoaded(RuntimeError):
    """A file of the demo was refused or failed: a fault of the house, not of the data."""


def missing(arrivals: Iterable[Arrival]) -> list[Arrival]:
    """Those that have not come: a file that was loaded, held or recognised once does not come again."""
    there = set(Load.objects.exclude(state=LoadState.FAILED).values_list("source__ident", "file"))
    return [one for one in arrivals if (one.source, one.name) not in there]


def bring(chosen: Chosen, arrivals: Iterable[Arrival], *, by: Person, tell: Tell) -> int:
    """Write each file that is missing into drop/, load it, and put it away. Answers how many came.

    Raises NotLoaded when one fails.
    """
    due = missing(arrivals)
    done = 0
    if due:
        with feeds(chosen.shift, settings.WORKSPACE.drop) as made:
            for n, one in enumerate(due, 1):
                path = one.write(made, one.name)
                result = _load(one, path, by) if path else None
                done += result is not None
                tell(n, len(due), one, result)
    return done


def _load(one: Arrival, path: Path, by: Person) -> LoadResult:
    source = Source.objects.get(ident=one.source)
    result = load_at(source, path, by=by, at=one.at)
    if result.state == LoadState.FAILED:
        raise NotLoaded(f"{one.name}: {result.message}")
    return result


def collect_own(*, by: Person, names: Iterable[str] = OWN) -> list[str]:
    """Collect the house's own tables a first time. Answers which are there."""
    done = []
    for source in Source.objects.filter(ident__in=list(names), withdrawn=False):
        if all(one.state != LoadState.FAILED for one in collect_and_load(source, by=by)):
            done.append(source.ident)
    return sorted(done)
