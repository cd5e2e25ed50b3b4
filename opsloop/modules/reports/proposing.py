"""Conclusions and advice as the evidence suggests them, in the company's language; people confirm or change them.

Every figure in them is a slot. Of a cause is only said that it is to be verified, unless an alert was closed with
one. Advice names the position that the standard names and leaves the day open: a day is a promise that people give.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _t

from opsloop.data.metrics.api import Breakdown
from opsloop.data.sources.calendar import DayState
from opsloop.engine.monitors.api import Alert, Cause, Severity, State
from opsloop.modules.reports.asking import Said
from opsloop.modules.reports.checking import MOST_ADVICE, MOST_CONCLUSIONS
from opsloop.modules.reports.document import Figure, Words
from opsloop.modules.reports.figuring import Maker, rate
from opsloop.modules.reports.glue import comma, semicolon, stop
from opsloop.modules.reports.quality import Quality
from opsloop.modules.reports.results import sides
from opsloop.modules.reports.slots import as_template, joined, said
from opsloop.modules.reports.words import Against, dimension_name

if TYPE_CHECKING:
    from opsloop.modules.reports.drafting import Evidence

SMALL, BEHIND = 0.02, 0.02
"""A change below this is none; a month this much behind its time is worth a sentence."""
Body = dict[str, Any]


def propose(evidence: Evidence, maker: Maker) -> Body:
    """The body of a new edition."""
    conclusions = [{"text": text, "evidence": where} for text, where in _conclusions(evidence, maker)]
    advice = [
        {"text": text, "position": position, "due": "", "verify": verify}
        for text, position, verify in _advice(evidence)
    ]
    return {
        "conclusions": conclusions[:MOST_CONCLUSIONS],
        "advice": advice[:MOST_ADVICE],
        "no_advice": "" if advice else _t("No figure moved beyond what is usual, and no data is missing."),
        "decisions": [],
        "nothing_to_decide": True,
    }


def _conclusions(evidence: Evidence, maker: Maker) -> Iterator[tuple[str, str]]:
    """(text, evidence) of at most three."""
    one = _main(evidence)
    if one is None:
        return
    why, change = evidence.numbers.why.get(one.metric), rate(one.compared.get(Against.PREVIOUS), one.look)
    if why is None or why.difference is None or change is None or abs(change) < SMALL:
        if (text := _steady(one, maker)) is not None:
            yield as_template(text), ""
    else:
        yield as_template(_moved(one, why, maker)), ""
        yield _cause(one, why, evidence, maker)
    if (text := _month(one, maker)) is not None:
        yield as_template(text), ""


def _main(evidence: Evidence) -> Said | None:
    """The first metric of the report that has a value."""
    names = (*evidence.obj.explains, *evidence.obj.shows)
    found = (evidence.numbers.metrics.get(name) for name in names)
    return next((one for one in found if one is not None and one.value is not None), None)


def _steady(one: Said, maker: Maker) -> Words | None:
    value, change = maker.value(one), maker.change(one, Against.PREVIOUS)
    if value is None or change is None:
        return None
    return said(_t("{title} is {value}, {change} on the period before: no marked difference."),
                title=one.title, value=value, change=change)  # fmt: skip


def _moved(one: Said, why: Breakdown, maker: Maker) -> Words:
    """下降来自客单价（贡献 …）而非订单数（…），集中在牛肉、冷冻速食、冷冻披萨（合计 …，占降幅 …）。"""
    change, whole = maker.change(one, Against.PREVIOUS), maker.difference(one, why)
    assert change is not None and whole is not None
    text = said(_t("{title} {change}, a difference of {whole}"), title=one.title, change=change, whole=whole)
    parts = [text]
    factors = sorted(maker.factors(one, why), key=lambda pair: -abs(pair[1].value or 0))
    if len(factors) == 2:
        (first, a), (second, b) = factors
        opposite = (a.value or 0) * (b.value or 0) < 0
        words = _t("it comes from {first} ({a}), not from {second} ({b})") if opposite else _t(
            "it comes from {first} ({a}) more than from {second} ({b})")  # fmt: skip
        parts.append(said(words, first=first, a=a, second=second, b=b))
    if why.splits:
        split = why.splits[-1]
        same, _other = sides(split.parts, why.difference or 0.0)
        named = [one_ for one_ in same[:3] if one_.name]
        if named:
            top, share = maker.top(one, why, split.by, named)
            names = comma().join(str(part.name) for part in named)
            parts.append(concentrated(dimension_name(split.by), names, top, share))
    return joined([joined(parts, semicolon()), (stop(),)], "")


def concentrated(dimension: str, names: str, top: Figure, share: Figure | None) -> Words:
    """Where others moved against the largest, these make more than the whole: a share of 142% would say nothing."""
    if share is not None and (share.value or 0) > 1:
        words = _t("by {dimension} it is mostly {names} (together {top}), partly offset by others")
        return said(words, dimension=dimension, names=names, top=top)
    words = _t("by {dimension} it is concentrated in {names} (together {top}, {share} of the change)")
    return said(words, dimension=dimension, names=names, top=top, share=share or "")


def _cause(one: Said, why: Breakdown, evidence: Evidence, maker: Maker) -> tuple[str, str]:
    """What an alert that was closed says of the cause, else that it is to be verified."""
    known = next((alert for alert in evidence.alerts if _explains(alert, one.metric)), None)
    whole = maker.difference(one, why)
    assert whole is not None
    if known is not None:
        text = said(
            _t("An alert of the period was closed with the cause “{cause}” for {title} ({whole}): {note}"),
            cause=str(known.get_cause_display()), title=one.title, whole=whole, note=_undigited(known.note),
        )  # fmt: skip
        return as_template(text), known.get_absolute_url()
    text = said(
        _t("Why {title} changed by {whole} is to be verified: the data at hand cannot tell supply, the promotions of "
           "the period before and demand apart."),
        title=one.title, whole=whole,
    )  # fmt: skip
    return as_template(text), ""


def _undigited(note: str) -> str:
    """A note with figures in it is not copied: the alert's page has it."""
    return note if note and not any(char.isdigit() for char in note) else _t("see the alert")


def _explains(alert: Alert, metric: str) -> bool:
    known = alert.state == State.CLOSED and alert.cause not in ("", Cause.UNKNOWN, Cause.OTHER)
    return known and any(part.metric == metric for part in alert.parts.all())


def _month(one: Said, maker: Maker) -> Words | None:
    both = maker.month(one)
    if both is None or both[0].value is None or both[1].value is None:
        return None
    ahead = both[0].value - both[1].value
    if ahead < -BEHIND:
        text = _t("The month's target of {title} is behind: {reached} reached, {pace} of the time over.")
    elif ahead > BEHIND:
        text = _t("The month's target of {title} is ahead: {reached} reached, {pace} of the time over.")
    else:
        text = _t("The month's target of {title} is on time: {reached} reached, {pace} of the time over.")
    return said(text, title=one.title, reached=both[0], pace=both[1])


def _advice(evidence: Evidence) -> Iterator[tuple[str, str, str]]:
    """(text, position, how it is verified)."""
    one = _main(evidence)
    why = evidence.numbers.why.get(one.metric) if one is not None else None
    change = rate(one.compared.get(Against.PREVIOUS), one.look) if one is not None else None
    if one is not None and why is not None and change is not None and abs(change) >= SMALL and _bad(one, change):
        yield _look_into(one, why)
    for alert in evidence.alerts:
        if alert.state in (State.OPEN, State.ACKNOWLEDGED) and alert.severity == Severity.CRITICAL:
            yield (
                _t("Find the cause of the alert “{title}” and close it with what was found").format(title=alert.name),
                alert.owner, _t("the alert is closed with a cause"),
            )  # fmt: skip
    yield from _mend_data(evidence.quality)


def _bad(one: Said, change: float) -> bool:
    return one.better == "none" or (change < 0) == (one.better == "higher")


def _look_into(one: Said, why: Breakdown) -> tuple[str, str, str]:
    names = ""
    if why.splits:
        same, _other = sides(why.splits[-1].parts, why.difference or 0.0)
        names = comma().join(str(part.name) for part in same[:3] if part.name)
    if names:
        text = _t("Check supply, display and last period's promotions of {names}, and write down what is found")
    else:
        text = _t("Check what changed behind {title}, and write down what is found")
    verify = _t("on the spot, and {title} two periods later").format(title=one.title)
    return text.format(names=names, title=one.title), one.owner, verify


def _mend_data(found: Quality) -> Iterator[tuple[str, str, str]]:
    for one in found.troubles:
        if one.state != DayState.LATE:
            text = _t("Bring in the missing data of {source}, then have this report computed anew")
            yield text.format(source=one.title), one.owner, _t("the update calendar is green")
    if found.unsettled:
        text = _t("Find out why our figures differ from the control figures, and settle the days in doubt")
        yield text, "data-analyst", _t("no day of the period is in doubt")
