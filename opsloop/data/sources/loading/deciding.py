"""What a person decides about a held load: release it into the lake, or turn it back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from django.utils import timezone

from opsloop.base.acts import Refused
from opsloop.base.people.models import Person
from opsloop.data.cleaning.engine import connected
from opsloop.data.lake.writing import writer
from opsloop.data.sources import actions, faults
from opsloop.data.sources.contracts import contract_of, manner_of
from opsloop.data.sources.loading import files, preparing
from opsloop.data.sources.models import Attempt, Load, LoadState
from opsloop.data.sources.prepared import Prepared
from opsloop.data.sources.publishing import refuse_second_hand


def release(load: Load, *, by: Person, reason: str) -> Load:
    """Let a held load in: its file is cleaned anew by the source as it is now, and merged with what is there now.

    Raises Refused when it is not held, cannot be read any more, or needs a second person.
    """
    if said := actions.is_held(load):
        raise Refused(said)
    refuse_second_hand(load, by)
    if load.repairs_id is not None:
        from opsloop.data.sources.repairing import release_repair  # noqa: PLC0415  # it is built on this package

        return release_repair(load, by=by, reason=reason)
    place = load.held_file
    attempt = Attempt.objects.create(
        source=load.source, by=by, file=load.file, size=load.size, sha256=load.sha256, began_at=timezone.now()
    )
    with files.working_folder(attempt.pk) as folder, writer((load.source.table,)):
        _prepare(load, attempt, folder)
        done = actions.release_held(load, by=by, reason=reason, attempt=attempt.pk)
    files.drop_held(place)
    return done


def _prepare(load: Load, attempt: Attempt, folder: Path) -> None:
    path = files.held_path(load.held_file)
    contract = contract_of(load.source)
    try:
        with connected(folder) as con:
            cleaned, reading = preparing.clean(
                con, contract, manner_of(load.source), path, load.file, load.pk, folder,
                loaded_at=load.began_at, figures=list(load.figures),
            )  # fmt: skip
            prepared = preparing.merge(con, contract, list(reading.extras), cleaned, load.pk)
    except Exception as error:
        raise Refused(faults.fault(error, load.file)) from error
    keep(attempt, prepared)


def keep(attempt: Attempt, prepared: Prepared) -> None:
    """What was prepared, for the act to read."""
    attempt.prepared = prepared.plain()
    attempt.save(update_fields=["prepared"])


def turn_back(load: Load, *, by: Person, reason: str) -> Load:
    """Refuse a held load for good; its file is handed back in drop/turned-back/."""
    place = load.held_file
    done = actions.turn_back(load, by=by, reason=reason)
    hand_back([place])
    return done


def hand_back(places: Sequence[str]) -> None:
    """Move the files of loads that were turned back to where their senders find them."""
    for place in places:
        path = files.held_path(place)
        if place and path.is_file():
            files.put_away(path, "turned-back")
            files.drop_held(place)


def sweep_turned_back() -> int:
    """Hand back files of loads that were turned back by the act alone; answers how many."""
    places = Load.objects.filter(state=LoadState.TURNED_BACK).exclude(held_file="").values_list("held_file", flat=True)
    waiting = [place for place in places if files.held_path(place).is_file()]
    hand_back(waiting)
    return len(waiting)
