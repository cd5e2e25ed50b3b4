"""What people do with queries: ask, keep, share, put on a rhythm, take results out."""

from __future__ import annotations

import re
from typing import Annotated

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Forbidden, Invalid, Reason, Refused, act
from opsloop.base.jobs.api import drop_schedule, enqueue, put_schedule
from opsloop.base.people.models import Person
from opsloop.base.things.errors import Text
from opsloop.data.sql import checking, relations
from opsloop.data.sql.models import SavedQuery

NO_DOOR: frozenset[str] = frozenset()
CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
TASK = "sql.run_saved"
SNAPSHOT = "sql.write_snapshot"

Title = Annotated[str, Arg(label=_("Title"), min=2, max=120)]
Sql = Annotated[str, Arg(label=_("SQL"), max=checking.LONGEST, long=True)]
About = Annotated[str, Arg(label=_("What it answers"), max=500)]


class Rhythm(models.TextChoices):
    """How often a query runs by itself."""

    DAILY = "* * *", _("Every day")
    WORKDAYS = "* * 1-5", _("Monday to Friday")
    WEEKLY = "* * 1", _("Every Monday")
    MONTHLY = "1 * *", _("On the first of the month")


def _not_archived(query: SavedQuery) -> Text | None:
    return _("It is archived.") if query.archived_at else None


@act("sql.ask", _("Ask with SQL"), done=_("{by} asked {tables} with SQL"), doors=NO_DOOR)
def ask_sql(*, by: Person, tables: str, sha256: str, query: int | None = None) -> None:
    """Note that somebody reads these tables. The text stays out of the ledger: it may hold personal values."""


@act("sql.save", _("Save a query"), done=_("{by} saved the query {result}"))
def save_query(*, by: Person, title: Title, text: Sql, note: About = "") -> SavedQuery:
    """Keep a query for oneself. Refused when it is not one SELECT over tables that one may see."""
    _check(text, by)
    query = SavedQuery(title=title, text=text, note=note, owner=by, saved_at=timezone.now())
    query.save()
    return query


@act("sql.correct", _("Change a query"), done=_("{by} changed the query {query}"), when=_not_archived)
def correct_query(query: SavedQuery, *, by: Person, title: Title, text: Sql, note: About = "") -> SavedQuery:
    """Change title, text or note of one's own query; its rhythm and who sees it stay."""
    _must_own(query, by)
    _check(text, by)
    query.title, query.text, query.note, query.saved_at = title, text, note, timezone.now()
    query.save()
    return query


def _not_shared(query: SavedQuery) -> Text | None:
    return _("It is shared already.") if query.shared else _not_archived(query)


def _is_shared(query: SavedQuery) -> Text | None:
    return None if query.shared else _("It is not shared.")


@act("sql.share", _("Share a query"), done=_("{by} shared the query {query}"), when=_not_shared)
def share_query(query: SavedQuery, *, by: Person) -> SavedQuery:
    """Let everybody who may ask with SQL see the text. Results are not shared: each sees what their position shows."""
    _must_own(query, by)
    query.shared = True
    query.save()
    return query


@act("sql.unshare", _("Stop sharing"), done=_("{by} shares the query {query} no more"), when=_is_shared)
def unshare_query(query: SavedQuery, *, by: Person) -> SavedQuery:
    """Keep it to oneself again."""
    _must_own(query, by)
    query.shared = False
    query.save()
    return query


@act("sql.schedule", _("Run by itself"), done=_("{by} put the query {query} on a rhythm"), when=_not_archived)
def schedule_query(
    query: SavedQuery,
    *,
    by: Person,
    rhythm: Annotated[Rhythm, Arg(label=_("How often"))],
    clock: Annotated[str, Arg(label=_("Time of day"), help=_("As 08:30."), max=5)] = "08:00",
) -> SavedQuery:
    """Run it by the clock with its owner's rights; the inbox tells the owner when the rows are there."""
    _must_own(query, by)
    found = CLOCK.fullmatch(clock)
    if found is None:
        raise Invalid({"clock": [_t("A time of day like 08:30, please.")]})
    query.cron = f"{int(found[2])} {int(found[1])} {rhythm.value}"
    query.save()
    put_schedule(f"{TASK}:{query.pk}", TASK, {"query": query.pk}, cron=query.cron, max_age_s=12 * 3600)
    return query


def _has_rhythm(query: SavedQuery) -> Text | None:
    return None if query.cron else _("It does not run by itself.")


@act(
    "sql.unschedule",
    _("Stop running by itself"),
    done=_("{by} took the query {query} off its rhythm"),
    when=_has_rhythm,
)
def unschedule_query(query: SavedQuery, *, by: Person) -> SavedQuery:
    """It runs only when somebody asks."""
    _must_own(query, by)
    _still(query)
    query.save()
    return query


@act("sql.archive", _("Archive a query"), done=_("{by} archived the query {query}: {reason}"), when=_not_archived)
def archive_query(query: SavedQuery, *, by: Person, reason: Reason) -> SavedQuery:
    """It leaves the lists and runs no more."""
    _must_own(query, by)
    if query.cron:
        _still(query)
    query.archived_at = timezone.now()
    query.save()
    return query


@act(
    "sql.export",
    _("Export a result"),
    done=_("{by} took {rows} rows of a query out as {kind} ({tables})"),
    doors=NO_DOOR,
)
def export_result(*, by: Person, run: int, tables: str, rows: int, kind: str) -> None:
    """Note that somebody takes rows out of the house; the page hands the file over."""


@act(
    "sql.take", _("Take data out by a program"), done=_("{by} took {rows} rows of {what} out as {kind}"), doors=NO_DOOR
)
def take_out(*, by: Person, what: str, rows: int, kind: str) -> None:
    """Note that a program fetched rows in somebody's name."""


@act("sql.make_snapshot", _("Make the snapshot for BI tools"), done=_("{by} ordered the snapshot for BI tools"))
def make_snapshot(*, by: Person) -> None:
    """Have a job write every table and dataset, masked, into one DuckDB file; from then on each morning anew."""
    enqueue(SNAPSHOT, {}, behalf=None)


def _still(query: SavedQuery) -> None:
    drop_schedule(f"{TASK}:{query.pk}")
    query.cron = ""


def _must_own(query: SavedQuery, by: Person) -> None:
    if query.owner_id != by.pk:
        raise Forbidden(_t("Only its owner changes a query; save a copy of your own."))


def _check(text: str, by: Person) -> None:
    try:
        checking.parsed(text, relations.known(by).get)
    except checking.BadQuery as error:
        raise Refused(error.fault.text, field="text") from error
