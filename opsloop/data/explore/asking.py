"""A view answered: which metrics there are to choose, what may split them, the pictures, the table and their trust."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _t

from opsloop.base.people.models import Person
from opsloop.base.things.errors import Refused, Text
from opsloop.data.explore.state import View
from opsloop.data.metrics import api, catalogue, definition, pictures
from opsloop.data.metrics.dims import titles
from opsloop.data.metrics.engines import bounded
from opsloop.data.metrics.models import Metric
from opsloop.data.metrics.periods import end
from opsloop.data.metrics.questions import Answer, Question, Result, Trust
from opsloop.ui.charts import Chart

MOST_CHOICES = 50


@dataclass(frozen=True, slots=True)
class Chosen:
    """A metric of the view."""

    ident: str
    said: definition.Metric
    trust: Trust

    @property
    def title(self) -> str:
        return self.said.title


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Everything that the page shows of a view. wrong: why there is no answer."""

    view: View
    chosen: tuple[Chosen, ...]
    dims: Mapping[str, str]
    answer: Answer | None
    charts: list[Chart]
    table: pictures.Table | None
    wrong: Text
    problems: tuple[Text, ...]
    last_day: date | None

    @property
    def title(self) -> str:
        return " · ".join(one.title for one in self.chosen)

    @property
    def waiting(self) -> list[Result]:
        """Metrics of the view without a figure, with the reason."""
        return [one for one in (self.answer.results if self.answer else ()) if one.waiting]

    @property
    def doubts(self) -> list[tuple[str, Text]]:
        """What a person should know of the figures first."""
        return [(one.title, text) for one in self.chosen for text in (*one.trust.doubts, one.trust.late) if text]

    @property
    def why(self) -> list[str]:
        """Reasons for missing values, each once."""
        results = self.answer.results if self.answer else ()
        return list(dict.fromkeys(str(row.why) for one in results for row in one.rows if row.why))[:3]


@dataclass(frozen=True, slots=True)
class Asked:
    """A view whose metrics are looked up, before it is answered. last: the newest day that all have data of."""

    view: View
    chosen: tuple[Chosen, ...]
    problems: tuple[Text, ...]
    last: date | None

    @property
    def question(self) -> Question | None:
        """Without data it is asked all the same: the answer then says for what it waits."""
        if not self.chosen:
            return None
        return Question(self.view.metrics, self.view.grain) if self.last is None else self.view.question(self.last)

    def shown(self, answer: Answer | None, wrong: Text, ident: str) -> Shown:
        view, breaks = self.view, catalogue.breaks(self.chosen[0].ident) if len(self.chosen) == 1 else ()
        dims = titles([one.ident for one in self.chosen], common_dims(self.chosen))
        return Shown(
            view=view,
            chosen=self.chosen,
            dims=dims,
            answer=answer,
            charts=pictures.charts(answer, view.shows, breaks, ident) if answer else [],
            table=_linked(pictures.table(answer, dims), view) if answer else None,
            wrong=wrong,
            problems=self.problems,
            last_day=self.last,
        )


def asked(views: Sequence[View]) -> list[Asked]:
    """The views with their metrics, which are looked up and judged together."""
    named = {one for view in views for one in view.metrics}
    rows = {row.ident: row.obj for row in Metric.objects.filter(ident__in=named, withdrawn=False)}
    judges = api.Judges(rows)
    return [_asked(view, rows, judges) for view in views]


def _asked(view: View, rows: Mapping[str, definition.Metric], judges: api.Judges) -> Asked:
    problems: list[Text] = [*view.problems]
    problems += [_t("There is no metric {name}.").format(name=one) for one in view.metrics if one not in rows]
    chosen = tuple(Chosen(one, rows[one], judges.trust(one)) for one in view.metrics if one in rows)
    last = newest_day(chosen)
    if last is not None:  # they are trusted as far as the days of the view go
        chosen = tuple(replace(one, trust=judges.trust(one.ident, *view.span(last))) for one in chosen)
    return Asked(view.but(metrics=tuple(one.ident for one in chosen)), chosen, tuple(problems), last)


def shown(view: View, person: Person, ident: str = "explore") -> Shown:
    """Never raises for what stands in the view: it is said on the page."""
    (one,) = asked([view])
    with bounded():
        answer, wrong = _answer(one, person)
    return one.shown(answer, wrong, ident)


def all_shown(views: Sequence[View], person: Person) -> list[Shown]:
    """Several views, counted together: one statement for each relation. A refusal stands in its own view only."""
    every = asked(views)
    questions: list[Question | None] = []
    wrong: dict[int, Text] = {}
    for n, one in enumerate(every):
        try:
            questions.append(one.question)
        except Refused as error:
            questions.append(None)
            wrong[n] = error.text
    answers = iter(api.ask_many([one for one in questions if one is not None], person))
    told = [next(answers) if one is not None else None for one in questions]
    return [one.shown(told[n], wrong.get(n, ""), f"tile-{n + 1}") for n, one in enumerate(every)]


def _linked(table: pictures.Table, view: View) -> pictures.Table:
    """Each line of one metric's table leads to the rows behind it."""
    if len(view.metrics) != 1:
        return table
    return replace(table, rows=tuple(replace(row, url=f"/explore/rows/?{_rows_of(view, row)}") for row in table.rows))


def _rows_of(view: View, row: pictures.TableRow) -> str:
    since, until = view.since, view.until
    if view.grain != "total":
        since, until = row.period, end(row.period, view.grain)
    where = dict(view.where) | {dim: (value,) for dim, value in zip(view.by, row.dims, strict=True)}
    return View(metrics=view.metrics, since=since, until=until, where=tuple(where.items())).address


def newest_day(chosen: Iterable[Chosen]) -> date | None:
    """The newest day that all have data of, so that a comparison is fair."""
    days = [one.trust.last_day for one in chosen if one.trust.last_day is not None and not one.trust.waiting]
    return min(days, default=None)


def common_dims(chosen: Sequence[Chosen]) -> tuple[str, ...]:
    """The dimensions by which all metrics of the view can be split."""
    first, *others = [one.said.by for one in chosen] or [()]
    return tuple(dim for dim in first if all(dim in other for other in others))


def _answer(one: Asked, person: Person) -> tuple[Answer | None, Text]:
    try:
        question = one.question
        if question is None or one.last is None:
            return (api.ask_many([question], person)[0] if question is not None else None), ""
        return api.ask(question, person), ""
    except Refused as error:
        return None, error.text


def choices(view: View, dim: str, person: Person, last: date | None) -> list[str | None]:
    """Values of a dimension in the view's days, the largest first by the first metric."""
    if last is None or not view.metrics:
        return []
    since, until = view.span(last)
    where = tuple((name, values) for name, values in view.where if name != dim)
    try:
        answer = api.ask(Question(view.metrics[:1], "total", (dim,), since, until, where), person)
    except Refused:
        return []
    return [dims[0] for dims in pictures.largest(answer.results[0])][:MOST_CHOICES]
