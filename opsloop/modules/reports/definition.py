"""The kind `report`: when it is due, what it shows and looks into, who writes, who issues, who gets a copy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from opsloop.base.kinds.registry import Binding, Book, Level, Said, kind
from opsloop.base.kinds.says import Says
from opsloop.data.metrics.durations import wrong_duration
from opsloop.data.metrics.firsts import Wanted, addable
from opsloop.modules.reports.company_template import wrong_name
from opsloop.modules.reports.compiled import compile_reports, translate_reports
from opsloop.modules.reports.periods import rhythm, wrong_rhythm
from opsloop.modules.reports.words import Against, Covers, Includes, dimension_name


@dataclass(frozen=True, slots=True)
class First:
    """Those on whom most of a metric rests: how many, what share they have, how many of them have gone silent."""

    metric: Annotated[str, Says(label=_("Metric"), ref="metric", example="sales")]
    of: Annotated[
        str,
        Says(label=_("Of"), help=_("The column that tells who it is."), example="household_id", words=dimension_name),
    ]
    percent: Annotated[int, Says(label=_("The first, in percent"), min=1, max=99)] = 20
    over: Annotated[str, Says(label=_("Counted over"), check=wrong_duration)] = "52 weeks"
    silent: Annotated[str, Says(label=_("Silent after"), check=wrong_duration)] = "21 days"
    counted: Annotated[str, Says(label=_("Counted in"), text=True, example="户")] = ""

    @property
    def wanted(self) -> Wanted:
        """What is asked of the metrics."""
        return Wanted(self.metric, self.of, self.percent, self.over, self.silent)


@dataclass(frozen=True, slots=True)
class Group:
    """Further metrics under one heading of the result; by: one line for each value of a dimension."""

    title: Annotated[str, Says(label=_("Title"), text=True, example="客户")]
    metrics: Annotated[tuple[str, ...], Says(label=_("Metrics"), ref="metric", example="[buying-customers]")]
    by: Annotated[str, Says(label=_("One line for each"), example="campaign_id", words=dimension_name)] = ""
    first: Annotated[First | None, Says(label=_("Those on whom most of it rests"))] = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart. Without `by` the values of the last periods; with it, what each part contributed to the change."""

    metric: Annotated[str, Says(label=_("Metric"), ref="metric", example="sales")]
    by: Annotated[str, Says(label=_("Split by"), example="department", words=dimension_name)] = ""
    periods: Annotated[int, Says(label=_("Periods"), min=2, max=60)] = 13


def check_report(ident: str, obj: ReportFile, book: Book) -> Iterable[Said]:
    """The rhythm fits the period, splits are dimensions of the metric, and who writes can be told from who issues."""
    said = rhythm(obj.every)
    if said is not None and (said.weekday is None) != (obj.covers == Covers.MONTH):
        yield Said(
            "every", _("A weekly report is due on a weekday, a monthly one on a day of the month."), Level.ERROR,
            _("Monday 08:30, or day 3 09:00."),
        )  # fmt: skip
    if obj.issued_by_another and obj.written_by == obj.issued_by:
        yield Said("issued_by", _("The position that writes also issues; then two people must hold it."))
    for name in obj.explains:
        yield from _dimensions("explains", name, obj.by, book, every=True)
    for n, group in enumerate(obj.groups):
        if group.first is not None:
            yield from _addable(f"groups.{n}.first.metric", group.first.metric, book)
    for n, picture in enumerate(obj.charts):
        if picture.by:
            yield from _dimensions(f"charts.{n}.by", picture.metric, (picture.by,), book)


def _addable(field: str, name: str, book: Book) -> Iterable[Said]:
    """A share of the first few has a meaning only for what may be added up."""
    metric = book.get("metric", name)
    if metric is None:
        return
    if not addable(metric):
        yield Said(field, _("Only sums and counts can be shared out among those they come from."), Level.ERROR)


def _dimensions(field: str, name: str, dims: Iterable[str], book: Book, *, every: bool = False) -> Iterable[Said]:
    metric = book.get("metric", name)
    if metric is None:
        return
    missing = [one for one in dims if one not in metric.by]
    if missing and (not every or not any(one in metric.by for one in dims)):
        yield Said(field, _("The metric {name} has no such dimension.").format(name=name), Level.ERROR)


@kind(
    "report", folder="reports", form="yaml", binding=Binding.CURRENT, title=_("Report"), plural=_("Reports"),
    check=check_report, compile=compile_reports, translate=translate_reports,
    about=_("A report that comes round: what it shows, who writes it, who issues it, who gets a copy."),
)  # fmt: skip
@dataclass(frozen=True, slots=True)
class ReportFile:
    """A report that comes round: what it shows, who writes it, who issues it, who gets a copy."""

    title: Annotated[str, Says(label=_("Title"), text=True, example="运营周报")]
    every: Annotated[
        str,
        Says(
            label=_("Due when"), check=wrong_rhythm, example="Monday 08:30",
            help=_("A weekday and an hour, or `day 3 09:00` for the third day of the month."),
        ),
    ]  # fmt: skip
    written_by: Annotated[str, Says(label=_("Who writes it"), ref="position", example="data-analyst")]
    issued_by: Annotated[str, Says(label=_("Issued by"), ref="position", example="operations-manager")]
    shows: Annotated[tuple[str, ...], Says(label=_("Shows"), ref="metric", example="[sales, orders]")]
    covers: Annotated[Covers, Says(label=_("Covers"))] = Covers.WEEK
    for_: Annotated[
        tuple[str, ...],
        Says(
            label=_("Copies to"), ref="position", help=_("They read it when it is issued; who leads gives directions.")
        ),
    ] = ()
    code: Annotated[
        str, Says(label=_("Short name"), max=8, help=_("Begins its number, as in ZB-2026-47."), example="ZB")
    ] = ""
    issued_by_another: Annotated[
        bool, Says(label=_("Issued by another person"), help=_("Who wrote an edition does not issue it."))
    ] = True
    against: Annotated[tuple[Against, ...], Says(label=_("Compared with"))] = (
        Against.PREVIOUS, Against.USUAL, Against.YEAR, Against.TARGET,
    )  # fmt: skip
    explains: Annotated[
        tuple[str, ...],
        Says(label=_("Broken down"), ref="metric", help=_("Which parts made these change."), example="[sales]"),
    ] = ()
    by: Annotated[
        tuple[str, ...], Says(label=_("Broken down by"), example="[department, category]", words=dimension_name)
    ] = ()
    groups: Annotated[tuple[Group, ...], Says(label=_("Further figures"))] = ()
    charts: Annotated[tuple[Picture, ...], Says(label=_("Charts"))] = ()
    includes: Annotated[tuple[Includes, ...], Says(label=_("Looks into"))] = tuple(Includes)
    method: Annotated[
        str, Says(label=_("About the method"), text=True, long=True, help=_("A sentence for the method's part."))
    ] = ""
    template: Annotated[
        str,
        Says(
            label=_("Word template"), check=wrong_name, example="周报.docx",
            help=_("A .docx of the workspace's folder templates; empty: the company's own, or a plain look."),
        ),
    ] = ""  # fmt: skip
    about: Annotated[str, Says(label=_("About"), text=True, long=True)] = ""

    @property
    def metrics(self) -> tuple[str, ...]:
        """Every metric of the report, once."""
        more = [name for group in self.groups for name in group.metrics]
        more += [group.first.metric for group in self.groups if group.first is not None]
        return tuple(dict.fromkeys([*self.shows, *more, *self.explains, *(one.metric for one in self.charts)]))
