"""Acts of sources. What is heavy (files, DuckDB) was prepared before, in an Attempt; see loading/.

Call `loading.load`, `loading.release`, `repairing.repair` and `repairing.dismiss`: they prepare and then act.
"""

from __future__ import annotations

from typing import Annotated

from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Day, Reason, Refused, act
from opsloop.base.people.models import Person
from opsloop.base.things.errors import Text
from opsloop.data.cleaning.readers.headings import fingerprint
from opsloop.data.lake.models import Snapshot
from opsloop.data.sources import telling
from opsloop.data.sources.models import Attempt, Headings, Late, Load, LoadState, Source
from opsloop.data.sources.prepared import Prepared
from opsloop.data.sources.publishing import bring, doer, keep_repairs, made, refuse_same, refuse_second_hand
from opsloop.data.sources.remembering import Called, found, refuse_unfit

NO_DOORS: frozenset[str] = frozenset()
"""What was prepared goes by the number of its attempt: only loading and repairing know how to make one."""
Prepare = Annotated[int, Arg(label=_("Load attempt"), min=1)]


def in_use(source: Source) -> Text | None:
    """Why nothing is loaded into it, or None."""
    return _("The source is withdrawn.") if source.withdrawn else None


def is_held(load: Load) -> Text | None:
    """Why it cannot be decided on, or None."""
    return None if load.state == LoadState.HELD else _("It is not held.")


@act("sources.load", _("Load data"), done=_("{by} loaded {result} into {object}"), doors=NO_DOORS, when=in_use)
def load_prepared(source: Source, *, by: Person, attempt: Prepare) -> Load:
    """Publish what an attempt prepared: rows and rows aside together. Refused when the same content is there already
    or somebody published in between."""
    this, prepared = prepared_of(attempt, source)
    refuse_same(source, this)
    load = made(this, prepared, LoadState.LOADED, by)
    load.snapshot, load.aside_snapshot = bring(load, prepared)
    load.save()
    close(this)
    return load


@act(
    "sources.recognise", _("Note that it came again"), done=_("{by} noted that {result} came again for {object}"),
    doors=NO_DOORS,
)  # fmt: skip
def recognise(source: Source, *, by: Person, attempt: Prepare, snapshot: Snapshot | None = None) -> Load:
    """The same content came again: nothing is loaded, all its rows are duplicates."""
    this, prepared = prepared_of(attempt, source)
    load = made(this, prepared, LoadState.SAME, by)
    load.snapshot = snapshot
    load.save()
    close(this)
    return load


@act("sources.hold", _("Hold a load"), done=_("{by} held {result} of {object}"), doors=NO_DOORS, when=in_use)
def hold(source: Source, *, by: Person, attempt: Prepare, repairs: Load | None = None) -> Load:
    """Keep a load back until a person has looked at it; nothing of it is in the lake."""
    this, prepared = prepared_of(attempt, source)
    if repairs is None:
        refuse_same(source, this)
    load = made(this, prepared, LoadState.HELD, by)
    load.repairs = repairs
    load.save()
    keep_repairs(repairs, prepared, load, by, _t("Waits for release."))
    telling.held(load)
    close(this)
    return load


@act("sources.fail", _("Note a failed load"), done=_("{by} noted that {result} failed: {message}"), doors=NO_DOORS)
def fail(
    source: Source, *, by: Person, attempt: Prepare, message: Annotated[str, Arg(label=_("Message"), max=4000)]
) -> Load:
    """Nothing was loaded; the message says where and what to do."""
    this, prepared = prepared_of(attempt, source)
    load = made(this, prepared, LoadState.FAILED, by)
    load.message = message
    load.save()
    telling.failed(load)
    close(this)
    return load


@act("sources.miss", _("Note late data"), done=_("{by} noted that {object} is late for {day}"), doors=NO_DOORS)
def miss(source: Source, *, by: Person, day: Day) -> Late:
    """The data of a business day was not there when it was expected; its owner is told, once."""
    found, made_now = Late.objects.filter(source=source, day=day).first(), timezone.now()
    if found is not None:
        return found
    row = Late(source=source, day=day, noted_at=made_now)
    row.save()
    telling.late(source, day)
    return row


@act("sources.release", _("Release"), done=_("{by} released {object}: {reason}"), doors=NO_DOORS, when=is_held)
def release_held(load: Load, *, by: Person, reason: Reason, attempt: Prepare) -> Load:
    """Let a held load into the lake. Refused for whoever repaired rows of a key source themselves."""
    refuse_second_hand(load, by)
    this, prepared = prepared_of(attempt, load.source)
    load.snapshot, load.aside_snapshot = bring(load, prepared)
    load.rows_in, load.kept, load.duplicates = prepared.rows_in, prepared.kept, prepared.duplicates
    load.set_aside, load.first_day, load.last_day = prepared.set_aside, prepared.first_day, prepared.last_day
    load.state, load.decided_by, load.decision = LoadState.LOADED, doer(by), reason
    load.held_file, load.ended_at = "", timezone.now()
    load.save()
    close(this)
    return load


@act("sources.turn_back", _("Turn back"), done=_("{by} turned back {object}: {reason}"), when=is_held)
def turn_back(load: Load, *, by: Person, reason: Reason) -> Load:
    """Refuse a held load for good; its file is handed back to drop/turned-back/."""
    load.state, load.decided_by, load.decision = LoadState.TURNED_BACK, doer(by), reason
    load.ended_at = timezone.now()
    load.save()
    return load


@act("sources.repair", _("Repair rows aside"), done=_("{by} repaired rows of {object}: {reason}"), doors=NO_DOORS)
def repair_prepared(load: Load, *, by: Person, reason: Reason, attempt: Prepare) -> Load:
    """Take corrected rows in: they leave 异常数据, or stay there with new reasons. Answers the new load."""
    this, prepared = prepared_of(attempt, load.source)
    result = made(this, prepared, LoadState.LOADED, by)
    result.repairs = load
    result.snapshot, result.aside_snapshot = bring(result, prepared)
    result.save()
    keep_repairs(load, prepared, result, by, reason)
    close(this)
    return result


@act("sources.dismiss", _("Dismiss rows aside"), done=_("{by} dismissed rows of {object}: {reason}"), doors=NO_DOORS)
def dismiss_prepared(load: Load, *, by: Person, reason: Reason, attempt: Prepare) -> Load:
    """Give rows aside up for good, with the reason; what they held stays in the trace."""
    this, prepared = prepared_of(attempt, load.source)
    _nothing, aside = bring(load, prepared)
    if aside is None:
        raise Refused(_t("None of these rows is aside any more."))
    keep_repairs(load, prepared, None, by, reason)
    close(this)
    return load


@act("sources.map", _("Map headings"), done=_("{by} said what the headings of {file} are for {object}"),
     doors=NO_DOORS, when=in_use)  # fmt: skip
def map_headings(
    source: Source, *, by: Person, file: Annotated[str, Arg(label=_("File"), max=250)], headings: list[str],
    columns: list[Called], skip: Annotated[int, Arg(min=0, max=1000)] = 0, sheet: Annotated[str, Arg(max=100)] = "",
) -> Headings:  # fmt: skip
    """From now on files with exactly these headings are read like this, also those that lie in drop/. Said again, the
    new word holds. skip, sheet: lines before the headings and the sheet, where they had to be chosen."""
    said = {one.column: one.heading for one in columns}
    refuse_unfit(source, headings, said)
    row = found(source, headings) or Headings(source=source, headings=sorted(fingerprint(headings)))
    row.columns, row.file, row.by, row.at = said, file, by, timezone.now()
    row.skip, row.sheet = skip, sheet
    row.save()
    return row


def is_remembered(headings: Headings) -> Text | None:
    """Why it cannot be forgotten, or None."""
    return _("This is forgotten already.") if headings.forgotten_at else None


@act("sources.unmap", _("Forget headings"), done=_("{by} had forgotten how the headings of {object} were read"),
     when=is_remembered)  # fmt: skip
def forget_headings(headings: Headings, *, by: Person) -> Headings:
    """Files with these headings are read by the source's own names again."""
    headings.forgotten_at = timezone.now()
    headings.save(update_fields=["forgotten_at"])
    return headings


def prepared_of(attempt: int, source: Source) -> tuple[Attempt, Prepared]:
    """The attempt, locked, and what it prepared. Raises Refused when it was published already."""
    this = Attempt.objects.select_for_update().get(pk=attempt, source=source)
    if this.prepared is None or this.ended_at is not None:
        raise Refused(_t("This attempt is over."))
    return this, Prepared.read(this.prepared)


def close(attempt: Attempt) -> None:
    """What was prepared is published or given up; personal values do not stay in technical rows."""
    attempt.ended_at, attempt.prepared = timezone.now(), None
    attempt.save(update_fields=["ended_at", "prepared"])
