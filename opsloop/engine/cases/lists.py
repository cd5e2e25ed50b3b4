"""Cases and open work as lists."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import F, Model, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from opsloop.base.people import posts
from opsloop.base.people.models import Department, Person
from opsloop.base.policy.scopes import visible
from opsloop.base.things.texts import as_sorted, listed
from opsloop.engine.assignments.whose import staff
from opsloop.engine.cases.models import LIVE, Case, CaseState, Edition, WorkItem
from opsloop.engine.cases.pages.people import of_rows
from opsloop.engine.cases.reading import COPY, DECIDED, DECIDING, open_work
from opsloop.engine.cases.translated import said_all, step_titles
from opsloop.engine.sops.models import Sop
from opsloop.ui.lists import ChoiceFilter, Column, DayFilter, Filter, FlagFilter, Listing, PickFilter, TextFilter

TONES = {
    CaseState.RUNNING: "blue", CaseState.SUSPENDED: "orange", CaseState.DONE: "green", CaseState.REJECTED: "red",
    CaseState.CANCELLED: "secondary", CaseState.WITHDRAWN: "secondary",
}  # fmt: skip
STATES = tuple((one.value, one.label) for one in CaseState if one != CaseState.NEW)


class SopFilter(ChoiceFilter):
    """One SOP, by its title in the reader's language."""

    def options(self, model: type[Model], by: Person) -> list[tuple[str, str]]:
        return sorted(((one.ident, one.name) for one in visible(by, Sop)), key=lambda each: as_sorted(each[1]))


class LevelFilter(ChoiceFilter):
    """A level, of whatever SOP has it."""

    def options(self, model: type[Model], by: Person) -> list[tuple[str, str]]:
        found: dict[str, str] = {}
        for row in visible(by, Sop):
            found |= {one["id"]: one["title"] for one in row.said.get("levels") or ()}
        return list(found.items())


class DoerFilter(PickFilter):
    """Cases in which somebody has open work."""

    def rows(self, by: Person) -> QuerySet[Any]:
        return staff(by)

    def narrow(self, rows: QuerySet[Any], said: QueryDict, by: Person) -> QuerySet[Any]:
        one = self.chosen(said, by)
        if one is None:
            return rows.none() if said.get(self.name) else rows
        assert isinstance(one, Person)
        return rows.filter(pk__in=open_work(one).values("case_id"))


class UntakenFilter(ChoiceFilter):
    """Cases in which work waits for somebody of a post to take it."""

    def options(self, model: type[Model], by: Person) -> list[tuple[str, str]]:
        return sorted(posts.titles().items(), key=lambda each: as_sorted(each[1]))

    def narrow(self, rows: QuerySet[Any], said: QueryDict, by: Person) -> QuerySet[Any]:
        asked = said.get(self.name, "")
        if asked not in dict(self.options(Case, by)):
            return rows
        free = WorkItem.objects.filter(status="open", assignee=None, position=asked).exclude(kind=COPY)
        return rows.filter(status__in=LIVE, pk__in=free.values("case_id"))


def late() -> Q:
    """The case itself or work in it is over its limit."""
    now = timezone.now()
    over = WorkItem.objects.filter(status="open", due__lt=now).exclude(kind=COPY)
    return Q(status__in=LIVE) & (Q(due__lt=now) | Q(pk__in=over.values("case_id")))


def blocked() -> Q:
    """It stands still, in whole or at a step, or has work that nobody was found for."""
    nobody = WorkItem.objects.filter(Q(found="nobody") | Q(paused__isnull=False), status="open")
    return Q(status=CaseState.SUSPENDED) | (Q(status__in=LIVE) & Q(pk__in=nobody.values("case_id")))


def standing(rows: list[Any]) -> None:
    """Where each case stands: `here` (steps), `who`, `next_due`, `sop_title`, `level_title`; a few queries for all."""
    editions = Edition.objects.in_bulk({one.edition_id for one in rows})
    files = said_all(editions.values())
    items = list(WorkItem.objects.filter(case__in=rows, status="open").exclude(kind=COPY).order_by("due", "no"))
    names = of_rows(items)
    for row in rows:
        file = files[row.edition_id]
        titles, mine = step_titles(file), [one for one in items if one.case_id == row.pk]
        row.sop_title = file.title
        row.level_title = next((one.title for one in file.levels if one.id == row.level), row.level)
        row.here = listed(dict.fromkeys(titles.get(one.node) or _t("Request") for one in mine))
        row.who = listed(dict.fromkeys(filter(None, (names.of(one) for one in mine))))
        row.next_due = min((one.due for one in mine if one.due), default=row.due)
        row.open = mine


def is_late(row: Any) -> bool:
    return row.status in LIVE and row.next_due is not None and row.next_due < timezone.now()


class Cases(Listing):
    """Everything that runs and has run, in the departments that one sees."""

    name = "cases"
    model = Case
    title = _("Cases")
    columns = (
        Column(name="title", link=True),
        Column(name="sop", label=_("SOP"), value=lambda row: row.sop_title),
        Column(name="here", label=_("Present step"), value=lambda row: row.here),
        Column(name="who", label=_("Who has it"), value=lambda row: row.who),
        Column(
            name="next_due",
            label=pgettext_lazy("case", "Due"),
            value=lambda row: row.next_due,
            kind="moment",
            late=is_late,
            sort="due",
        ),
        Column(name="status", tones=TONES),
        Column(name="level", label=_("Level"), value=lambda row: row.level_title),
        Column(name="started", kind="moment"),
        Column(name="initiator.name", label=_("Initiator"), on=False),
        Column(name="department.title", label=_("Department"), on=False),
        Column(name="key", on=False),
        Column(name="happened", kind="moment", on=False),
        Column(name="ended", kind="moment", on=False),
        Column(name="edition.number", label=_("Version"), kind="number", on=False),
    )
    filters: ClassVar[tuple[Filter, ...]] = (
        TextFilter(fields=("title", "key")),
        SopFilter(name="sop", label=_("SOP")),
        ChoiceFilter(name="status", choices=STATES),
        FlagFilter(name="late", label=_("Overdue"), when=late),
        FlagFilter(name="blocked", label=_("Blocked"), when=blocked),
        LevelFilter(name="level", label=_("Level")),
        PickFilter(name="department", model=Department, below=True),
        DoerFilter(name="person", label=_("Who has it"), model=Person),
        UntakenFilter(name="untaken", label=_("Waits to be taken by")),
        DayFilter(name="started"),
    )
    order = (F("ended").desc(nulls_first=True), F("due").asc(nulls_last=True), "-pk")
    empty = _("No cases yet.")
    empty_hint = _("Start one from its SOP; a complaint, a campaign and thirty others are ready.")

    def rows(self, by: Person) -> QuerySet[Any]:
        return visible(by, Case).select_related("edition", "initiator", "department").defer("edition__definition")

    def prepare(self, rows: list[Any], by: Person) -> None:
        standing(rows)


class Started(Cases):
    """What I began."""

    name = "cases-started"
    title = _("Started by me")
    filters = (FlagFilter(name="open", label=_("Not over"), when=lambda: Q(status__in=LIVE)), *Cases.filters)
    empty = _("You have started nothing that is still known here.")

    def rows(self, by: Person) -> QuerySet[Any]:
        return super().rows(by).filter(initiator=by)


def _due_today() -> Q:
    end = timezone.localtime().replace(hour=23, minute=59, second=59)
    return Q(due__lte=end)


class Todo(Listing):
    """Work that is mine or that I may take, what is due first at the top."""

    name = "cases-todo"
    model = WorkItem
    title = _("My work in cases")
    columns = (
        Column(name="step", label=_("Step"), link=True, value=lambda row: row.step),
        Column(name="case.title", label=_("Case")),
        Column(name="sop", label=_("SOP"), value=lambda row: row.sop_title, sort="case__sop"),
        Column(name="kind", label=pgettext_lazy("case", "Kind"), value=lambda row: row.sort),
        Column(
            name="due",
            label=pgettext_lazy("case", "Due"),
            kind="moment",
            late=lambda row: row.due is not None and row.due < timezone.now(),
        ),
        Column(name="level", label=_("Level"), value=lambda row: row.level_title),
        Column(name="opened", label=pgettext_lazy("case", "Since"), kind="moment"),
        Column(name="who", label=_("Who has it"), value=lambda row: row.who, on=False),
        Column(name="case.initiator.name", label=_("Initiator"), on=False),
    )
    filters = (
        TextFilter(fields=("case__title", "case__key")),
        SopFilter(name="sop", label=_("SOP"), field="case__sop"),
        FlagFilter(name="do", label=_("To be done"), when=lambda: ~DECIDED),
        FlagFilter(name="decide", label=_("Approvals"), when=lambda: DECIDED),
        FlagFilter(name="late", label=_("Overdue"), when=lambda: Q(due__lt=timezone.now())),
        FlagFilter(name="today", label=_("Due today"), when=_due_today),
        LevelFilter(name="level", label=_("Level"), field="case__level"),
    )
    order = (F("due").asc(nulls_last=True), "opened", "pk")
    empty = _("Nothing in cases waits for you.")
    empty_hint = _("What a procedure needs from you stands here in the order in which it is due.")

    def rows(self, by: Person) -> QuerySet[Any]:
        return open_work(by).select_related("case__edition", "case__initiator").defer("case__edition__definition")

    def prepare(self, rows: list[Any], by: Person) -> None:
        told(rows)

    def url(self, row: Any) -> str | None:
        return f"/cases/{row.case_id}/?item={row.no}"


def told(rows: list[Any]) -> None:
    """`step`, `sop_title`, `level_title`, `sort` and `who` of open work; a few queries for all."""
    files = said_all(one.case.edition for one in rows)
    names = of_rows(rows)
    for row in rows:
        file = files[row.case.edition_id]
        row.step = step_titles(file).get(row.node) or _t("Mend the request")
        row.sop_title = file.title
        row.level_title = next((one.title for one in file.levels if one.id == row.case.level), "")
        row.sort = _sort(row)
        row.who = names.of(row)


def _sort(row: Any) -> str:
    if row.owner_id is not None:
        return _t("Asked for help")
    if row.kind in DECIDING:
        return _t("Approval")
    return _t("To do") if row.assignee_id is not None else _t("To be taken")
