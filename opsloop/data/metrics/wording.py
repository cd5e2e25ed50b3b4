"""口径: a definition in words that people read, made from the file and never typed beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _t
from django.utils.translation import pgettext

from opsloop.ui.formats import number

if TYPE_CHECKING:
    from opsloop.data.metrics.definition import Change, Cohort, Funnel, Having, Measure, Metric, Retention

_IDENT = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_NAMES = re.compile(r"'[^']*'|[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)?")
_SIGNS = {"/": " ÷ ", "*": " × ", "-": " − ", "+": " + "}
Titles = Mapping[str, str]


def formula_words(metric: Metric, titles: Titles, columns: Titles | None = None) -> str:
    """The definition as one line; `titles` are those of other metrics by id, `columns` those of columns by name."""
    said = _core(metric, titles, columns or {})
    return said + "".join(f"{_t('; ')}{one}" for one in _conditions(metric))


def _core(metric: Metric, titles: Titles, columns: Titles) -> str:
    if metric.value:
        return measure_words(metric.value, columns)
    if metric.ratio:
        return f"{measure_words(metric.ratio.over, columns)} ÷ {measure_words(metric.ratio.under, columns)}"
    if metric.formula:
        return with_titles(metric.formula, titles)
    if metric.change:
        return _change(metric.change, titles)
    if metric.funnel:
        return _funnel(metric.funnel, columns)
    if metric.retention:
        return _retention(metric.retention, columns)
    return _cohort(metric.cohort, columns) if metric.cohort else ""


def column_words(text: str, columns: Titles) -> str:
    """An expression with its columns as people call them; what stands in quotes is a value and stays."""
    return _NAMES.sub(lambda found: found[0] if found[0][0] == "'" else _called(found[0], columns), text)


def _called(name: str, columns: Titles) -> str:
    return columns.get(name) or columns.get(name.rpartition(".")[2]) or name


def measure_words(one: Measure, columns: Titles) -> str:
    """One aggregate: sum of sales, number of different orders, where and having included."""
    if one.count:
        if one.count == "rows":
            said = _t("number of rows")
        else:
            said = (_t("number of different {what}") if one.distinct else _t("number of {what}")).format(
                what=column_words(one.count, columns)
            )
    else:
        names = {
            one.sum: _t("sum of {what}"), one.average: _t("average of {what}"), one.min: _t("smallest {what}"),
            one.max: _t("largest {what}"), one.median: _t("median of {what}"),
            one.quantile: _t("{at} quantile of {what}"),
        }  # fmt: skip
        what, text = next(((what, text) for what, text in names.items() if what), ("", ""))
        said = text.format(what=column_words(what, columns), at=number(one.at))
    extra = [_t("where {condition}").format(condition=column_words(one.where, columns))] if one.where else []
    extra += [_having(one.having, columns)] if one.having else []
    return f"{said} ({', '.join(extra)})" if extra else said


def _having(one: Having, columns: Titles) -> str:
    what = _t("sum of {what}").format(what=column_words(one.sum, columns)) if one.sum else _counted(one, columns)
    bounds = [_t("at least {n}").format(n=number(one.at_least))] if one.at_least is not None else []
    bounds += [_t("at most {n}").format(n=number(one.at_most))] if one.at_most is not None else []
    return _t("that have {what} {bounds}").format(what=what, bounds=pgettext("sentence", " and ").join(bounds))


def _counted(one: Having, columns: Titles) -> str:
    said = _t("number of different {what}") if one.distinct else _t("number of {what}")
    return said.format(what=column_words(one.count, columns))


def with_titles(formula: str, titles: Titles) -> str:
    """sales / orders -> 销售额 ÷ 订单数."""
    named = _IDENT.sub(lambda found: titles.get(found[0], found[0]), formula)
    return re.sub(r"\s+([-+*/])\s+|([*/])", lambda found: _SIGNS[found[1] or found[2]], named)


def _change(one: Change, titles: Titles) -> str:
    of = titles.get(one.of, one.of)
    rate, difference = _t("growth of {of} over {against}"), _t("{of} minus that of {against}")
    text = rate if one.as_ == "rate" else difference
    return text.format(of=of, against=str(one.against.label))


def _funnel(one: Funnel, columns: Titles) -> str:
    steps = " → ".join(step.title for step in one.steps)
    return _t("share of {of} that went through {steps}, in this order and within {within}").format(
        of=column_words(one.of, columns), steps=steps, within=one.within
    )


def _retention(one: Retention, columns: Titles) -> str:
    said = _t("share of the {of} of the window before that are back in this one").format(
        of=column_words(one.of, columns)
    )
    return _narrowed(said, one.where, columns)


def _cohort(one: Cohort, columns: Titles) -> str:
    said = _t("share of the {of} first seen in the period that came again within {within}")
    said = said.format(of=column_words(one.of, columns), within=one.within)
    return _narrowed(said, one.where, columns)


def _narrowed(said: str, where: str, columns: Titles) -> str:
    return f"{said} ({_t('where {condition}').format(condition=column_words(where, columns))})" if where else said


def _conditions(metric: Metric) -> Iterator[str]:
    if metric.window:
        yield _t("over the {window} up to the period's end").format(window=metric.window)
    if metric.to_date:
        yield _t("running total: {since}").format(since=metric.to_date.label)
    if metric.balance:
        yield _t("for a period: {which}").format(which=metric.balance.label)
