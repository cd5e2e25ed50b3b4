"""The rules and the writing of a load's publication; called by its acts and nothing else."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _t

from opsloop.base.acts import Refused
from opsloop.base.people.models import Person
from opsloop.base.policy.standing import lender
from opsloop.data.lake.models import Snapshot
from opsloop.data.lake.publishing import ColumnRow, Version, put_versions
from opsloop.data.sources.models import Attempt, Load, LoadState, Repair, Source
from opsloop.data.sources.prepared import Part, Prepared


def doer(by: Person) -> Person:
    """Who does it: whom a job works for, not the robot that runs it."""
    return lender(by) or by


def made(attempt: Attempt, prepared: Prepared, state: str, by: Person) -> Load:
    """The load's row, not saved yet. What came earlier (`came_at`) bears that moment, and took as long as now."""
    began = prepared.came_at or attempt.began_at
    return Load(
        id=attempt.pk, source=attempt.source, source_version=attempt.source.number, file=attempt.file,
        size=attempt.size, sha256=attempt.sha256, state=state, rows_in=prepared.rows_in, kept=prepared.kept,
        duplicates=prepared.duplicates, set_aside=prepared.set_aside, first_day=prepared.first_day,
        last_day=prepared.last_day, due_on=prepared.due_on, figures=prepared.figures,
        hold_reasons=list(prepared.hold_reasons), held_file=prepared.held_file, message=prepared.message, by=doer(by),
        began_at=began, ended_at=began + (timezone.now() - attempt.began_at),
    )  # fmt: skip


def bring(load: Load, prepared: Prepared) -> tuple[Snapshot | None, Snapshot | None]:
    """Publish the rows and the rows aside, each as the newest version of its table. Raises Refused."""
    parts = [part for part in (prepared.main, prepared.aside) if part is not None]
    made = dict(
        zip((part.table for part in parts), put_versions([_version(load, part) for part in parts]), strict=True)
    )
    found = [made[part.table] if part is not None else None for part in (prepared.main, prepared.aside)]
    return found[0], found[1]


def _version(load: Load, part: Part) -> Version:
    return Version(
        table=part.table, batch=f"load:{load.pk}", reason=load.file[:200], added=part.added, removed=part.removed,
        after=part.after, columns=[ColumnRow(**one) for one in part.columns],
    )  # fmt: skip


def refuse_same(source: Source, attempt: Attempt) -> None:
    """Refuse a content that is in the lake or waits for a person already."""
    if not attempt.sha256:
        return
    there = Load.objects.filter(
        source=source, sha256=attempt.sha256, state__in=(LoadState.LOADED, LoadState.HELD), repairs=None
    )
    if (first := there.first()) is not None:
        raise Refused(_t("The same content came already, as {load}.").format(load=first))


def refuse_second_hand(load: Load, by: Person) -> None:
    """Whoever repaired rows of a key source does not release them: a second person must."""
    hands = {load.by_id, *load.repaired_rows.values_list("by_id", flat=True)}
    if load.repairs_id is not None and doer(by).pk in hands and load.source.definition.get("key_source"):
        raise Refused(_t("Who repaired rows of a key source cannot release them; a second person must."))


def keep_repairs(load: Load | None, prepared: Prepared, result: Load | None, by: Person, reason: str) -> None:
    """The trace of each row that a person corrected or dismissed."""
    if load is None:
        return
    now = timezone.now()
    Repair.objects.bulk_create(
        Repair(load=load, line=one.line, before=one.before, after=one.after, reason=reason, by=doer(by), at=now,
               result=result)
        for one in prepared.mended
    )  # fmt: skip
