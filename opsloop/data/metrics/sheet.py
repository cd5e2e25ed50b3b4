"""Everything the page of one metric shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from urllib.parse import urlencode

from django.http import QueryDict

from opsloop.base.kinds.known import Edition, Naming, editions, namings
from opsloop.base.people import posts
from opsloop.base.people.models import Person
from opsloop.base.things.errors import Refused, Text
from opsloop.data.datasets.catalogue import catalogue as relations
from opsloop.data.lake.models import Snapshot
from opsloop.data.metrics import api, catalogue, definition, dims, period_names, pictures
from opsloop.data.metrics.addresses import explained, firsts
from opsloop.data.metrics.dims import whom
from opsloop.data.metrics.durations import duration
from opsloop.data.metrics.firsts import Wanted as First
from opsloop.data.metrics.firsts import addable
from opsloop.data.metrics.formula import WrongFormula, formula, metrics_of
from opsloop.data.metrics.latest import Figure, Wanted, figures
from opsloop.data.metrics.made_up import MadeUp, made_up
from opsloop.data.metrics.models import Metric, TargetGrain
from opsloop.data.metrics.periods import back, begin, end
from opsloop.data.metrics.questions import Answer, Question, Trust
from opsloop.data.metrics.wording import formula_words
from opsloop.ui.charts import Chart

GRAINS = ("day", "week", "month", "quarter")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One metric's page. grain: of the figure and the picture."""

    row: Metric
    said: definition.Metric
    grain: str
    figure: Figure
    fake: MadeUp
    owner: str
    source: str
    fresh: str
    formula: str
    charts: list[Chart]
    table: pictures.Table | None
    wrong: Text
    used: list[tuple[str, list[Naming]]]
    editions: Sequence[Edition]
    parts: tuple[tuple[str, str], ...]
    dims: dict[str, str]
    who: str

    @property
    def grains(self) -> list[tuple[str, str]]:
        return [(one, str(label)) for one, label in TargetGrain.choices if one in GRAINS]

    @property
    def explain_address(self) -> str:
        """波动拆解 of the newest whole period against the one before."""
        if self.figure.period is None:
            return ""
        first = self.figure.period
        before = back(first, self.grain, 1)
        return explained(self.row.ident, (first, end(first, self.grain)), (before, end(before, self.grain)))

    @property
    def firsts_address(self) -> str:
        """头部名单 of a metric that can be shared out among those whom its rows tell; empty for others."""
        last = self.figure.trust.last_day
        return firsts(First(self.row.ident, self.who), last) if self.who and last else ""

    @property
    def explore_address(self) -> str:
        return urlencode([("m", self.row.ident), ("grain", self.grain)])


def sheet_of(row: Metric, person: Person, said: QueryDict) -> Sheet:
    """The page's contents; what the engine refuses stands in `wrong`."""
    one: definition.Metric = row.obj
    asked = said.get("grain", "")
    grain = asked if asked in GRAINS else catalogue.GRAIN_OF[one.class_]
    figure = figures([Wanted(metric=row.ident, grain=grain, compare=("previous", "year", "target"))], person)[0]
    answer, wrong = _answer(row.ident, grain, figure.trust, person)
    every = {other.ident: other.obj for other in Metric.objects.filter(withdrawn=False)}
    titles = {ident: other.title for ident, other in every.items()}
    named = _named(one)
    return Sheet(
        row=row,
        said=one,
        grain=grain,
        figure=figure,
        fake=made_up([row.ident])[row.ident],
        owner=posts.titles().get(one.owner, one.owner),
        source=_relation_title(catalogue.origin(row.ident, {**every, row.ident: one})),
        fresh=duration(one.fresh_within).said if one.fresh_within else "",
        formula=formula_words(one, titles, _columns(one)),
        charts=pictures.charts(answer, breaks=catalogue.breaks(row.ident), ident="history") if answer else [],
        table=pictures.table(answer) if answer else None,
        wrong=wrong,
        used=_used(row.ident),
        editions=editions("metric", row.ident),
        dims=dims.titles([row.ident], one.by),
        parts=tuple((ident, titles.get(ident, ident)) for ident in named),
        who=whom(one) if addable(one) else "",
    )


def _columns(one: definition.Metric) -> dict[str, str]:
    """Titles of the columns that a metric's own relation has, and of those that it can reach through its keys."""
    known = relations()
    own = known.get(one.from_)
    found: dict[str, str] = {}
    for relation in ([known.get(join.relation) for join in own.joins] + [own]) if own is not None else []:
        found |= {column.name: column.title for column in relation.columns.values() if column.title} if relation else {}
    return found


def _relation_title(name: str) -> str:
    """The title of what a metric is computed from; its name while nothing of that name is there."""
    found = relations().relations.get(name.replace("-", "_"))
    return found.title if found else name


def _answer(ident: str, grain: str, trust: Trust, person: Person) -> tuple[Answer | None, Text]:
    """A year of whole periods (60 days), none that began before the data did."""
    if trust.last_day is None:
        return None, ""
    length = {"day": 60, "week": 52, "month": 24, "quarter": 12}[grain]
    last = period_names.last_whole(trust.last_day, grain)
    since = max(back(last, grain, length - 1), _first_whole(trust, grain, last))
    question = Question((ident,), grain, (), since, end(last, grain), (), "usual" if grain == "day" else "")
    try:
        return api.ask(question, person), ""
    except Refused as error:
        return None, error.text


def _first_whole(trust: Trust, grain: str, last: date) -> date:
    """The first period that lies wholly in the data, at most the last one."""
    first = Snapshot.objects.filter(pk=trust.snapshot or 0).values_list("first_day", flat=True).first()
    if first is None:
        return date.min
    start = begin(first, grain)
    return min(last, start if start == first else back(start, grain, -1))


def _named(one: definition.Metric) -> tuple[str, ...]:
    """The metrics that a formula or change is made of."""
    if one.change:
        return (one.change.of,)
    try:
        return metrics_of(formula(one.formula)) if one.formula else ()
    except WrongFormula:
        return ()


def _used(ident: str) -> list[tuple[str, list[Naming]]]:
    """(title of the kind, things that name the metric), in the order of kinds."""
    found = sorted(namings("metric", ident), key=lambda one: (one.kind, one.title))
    groups = [list(rows) for _kind, rows in groupby(found, key=lambda one: one.kind)]
    return [(group[0].kind_title, group) for group in groups]
