"""What is said of a metric's file before it is published: that it is one thing, and that its words can be found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from opsloop.base.kinds.registry import Book, Level, Said
from opsloop.base.things.errors import Text
from opsloop.base.things.texts import say
from opsloop.data.datasets.checks import columns_of, refers_to, relation_of, relations
from opsloop.data.metrics import expressions
from opsloop.data.metrics.formula import WrongFormula, formula, metrics_of

if TYPE_CHECKING:
    from opsloop.data.metrics.definition import Having, Measure, Metric

FORMS = ("value", "ratio", "formula", "change", "funnel", "retention", "cohort")
AGGREGATES = ("sum", "count", "average", "min", "max", "median", "quantile")
GRAINS = ("day", "week", "month", "quarter", "year")
DERIVED = ("formula", "change")


def form_of(obj: Metric) -> str:
    """Which of the forms a metric is: the first that is said."""
    return next((name for name in FORMS if getattr(obj, name)), "")


def check_metric(ident: str, obj: Metric, book: Book) -> Iterable[Said]:
    """Everything that would keep the number from being computed, as far as the files tell."""
    said = [name for name in FORMS if getattr(obj, name)]
    if len(said) > 1 or not (said or obj.waits_for or obj.does_not_apply):
        yield _error(said[-1] if said else "value", _("A metric is exactly one of: {names}."), names=", ".join(FORMS))
        return
    yield from _spans(obj, said[0] if said else "")
    for grain in obj.target:
        if grain not in GRAINS:
            yield _error(f"target.{grain}", _("A target is for one of: {names}."), names=", ".join(GRAINS))
    if len(obj.factors) == 1:
        yield _error("factors", _("Factors are two: volume and price."))
    yield from _measures(obj)
    yield from _references(ident, obj, book)
    yield from _columns(obj, book)


def _error(field: str, text: Text, remedy: Text = "", **values: object) -> Said:
    return Said(field, say(text, **values) if values else text, Level.ERROR, remedy)


def _spans(obj: Metric, form: str) -> Iterator[Said]:
    if form and form not in DERIVED and not obj.from_:
        yield _error("from", _("It is not said from which source or dataset it is computed."))
    if obj.window and form not in ("value", "ratio", "retention"):
        yield _error("window", _("A window is for a value, a ratio or retention."))
    if form == "retention" and not obj.window:
        yield _error("window", _("Retention needs a window."), say(_("For instance: {example}"), example="28 days"))
    if obj.to_date and form not in ("value", "ratio"):
        yield _error("to_date", _("A running total is for a value or a ratio."))
    if obj.balance and form != "value":
        yield _error("balance", _("A balance is for a value."))
    if sum(bool(one) for one in (obj.window, obj.to_date, obj.balance)) > 1:
        yield _error("window", _("Only one of window, to_date and balance can be said."))


def measures(obj: Metric) -> list[tuple[str, Measure]]:
    """(dotted field, measure) of a value or ratio."""
    if obj.value is not None:
        return [("value", obj.value)]
    return [("ratio.over", obj.ratio.over), ("ratio.under", obj.ratio.under)] if obj.ratio is not None else []


def _measures(obj: Metric) -> Iterator[Said]:
    for place, one in measures(obj):
        yield from _aggregates(place, one)
        if (one.at is not None) != bool(one.quantile) or (one.at is not None and not 0 <= one.at <= 1):
            yield _error(f"{place}.at", _("A quantile needs at, from 0 to 1; nothing else has it."))
        if one.having is not None and (not one.count or one.count == expressions.ROWS):
            yield _error(f"{place}.having", _("Only a count of a column's values can have a condition on them."))
        if one.having is not None:
            yield from _having(f"{place}.having", one.having)


def _aggregates(place: str, one: Measure | Having) -> Iterator[Said]:
    said = [name for name in AGGREGATES if getattr(one, name, "")]
    if len(said) != 1:
        yield _error(place, _("Exactly one of {names} is said here."), names=", ".join(AGGREGATES))
    if one.distinct and (said != ["count"] or one.count == expressions.ROWS):
        yield _error(f"{place}.distinct", _("Only a count of a column's values can be of different ones."))


def _having(place: str, one: Having) -> Iterator[Said]:
    yield from _aggregates(place, one)
    if one.at_least is None and one.at_most is None:
        yield _error(place, _("at_least or at_most is missing."))


def _references(ident: str, obj: Metric, book: Book) -> Iterator[Said]:
    try:
        named = metrics_of(formula(obj.formula)) if obj.formula else ()
    except WrongFormula as error:
        yield _error("formula", error.text)
        return
    for one in named:
        if not book.has("metric", one):
            yield _error("formula", _("There is no metric {name}."), name=one)
    if ident in _behind(ident, book):
        yield _error(form_of(obj), _("The metric is computed from itself in a circle."))


def parts_of(obj: Metric) -> tuple[str, ...]:
    """The metrics that a derived metric is computed from; those that cannot be read are left out."""
    if obj.change is not None:
        return (obj.change.of,)
    try:
        return metrics_of(formula(obj.formula)) if obj.formula else ()
    except WrongFormula:
        return ()


def _behind(ident: str, book: Book) -> set[str]:
    seen: set[str] = set()
    todo = [ident]
    while todo:
        obj = book.get("metric", todo.pop())
        new = set(parts_of(obj)) - seen if obj is not None else set()
        seen |= new
        todo += new
    return seen


def texts_of(obj: Metric) -> Iterator[tuple[str, str]]:
    """(dotted field, text) of every small expression in a metric's definition."""
    for place, text in _texts_of(obj):
        if text and text != expressions.ROWS:
            yield place, text


def _texts_of(obj: Metric) -> Iterator[tuple[str, str]]:
    for place, one in measures(obj):
        yield from ((f"{place}.{name}", getattr(one, name)) for name in (*AGGREGATES, "where"))
        if one.having is not None:
            yield from ((f"{place}.having.{name}", getattr(one.having, name)) for name in ("sum", "count"))
    if obj.funnel is not None:
        yield from (("funnel.of", obj.funnel.of), ("funnel.at", obj.funnel.at))
        yield from ((f"funnel.steps.{i}.where", step.where) for i, step in enumerate(obj.funnel.steps))
    for name, found in (("retention", obj.retention), ("cohort", obj.cohort)):
        if found is not None:
            yield from ((f"{name}.of", found.of), (f"{name}.where", found.where))


def _columns(obj: Metric, book: Book) -> Iterator[Said]:
    for place, text in texts_of(obj):
        if (wrong := expressions.wrong(text)) is not None:
            yield _error(place, wrong)
    there = relations(book)
    reached = _reached(relation_of(obj.from_), there) if obj.from_ else {}
    own = reached.get(relation_of(obj.from_))
    if own is None:
        return
    if obj.time not in own:
        yield _error("time", _("{relation} has no column {name}."), relation=obj.from_, name=obj.time)
    if None in reached.values():
        return  # a relation that is not there yet may bring the column
    known = frozenset().union(*(one for one in reached.values() if one is not None))
    named = [(p, c) for p, text in texts_of(obj) if not expressions.wrong(text) for c in expressions.columns(text)]
    for place, one in named:
        if one.rpartition(".")[2] not in known:
            yield _error(place, _("No relation has a column {name}."), name=one)
    for i, one in enumerate(obj.by):
        if one.rpartition(".")[2] not in known:
            yield Said(f"by.{i}", say(_("No relation has a column {name}."), name=one))


def _reached(start: str, there: dict[str, tuple[str, Any]]) -> dict[str, frozenset[str] | None]:
    """The columns of a relation and of those it refers to; None for one that is not there or cannot be read."""
    found: dict[str, frozenset[str] | None] = {}
    todo = [start]
    while todo:
        name = todo.pop()
        kind, obj = there.get(name, ("", None))
        found[name] = columns_of(kind, obj) if obj is not None else None
        todo += [one for one in (refers_to(kind, obj) if obj is not None else ()) if one not in found]
    return found
