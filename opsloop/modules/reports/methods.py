"""二、方法: which definitions and data the figures rest on, and how good they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _t

from opsloop.modules.reports.document import Block, Paragraph, Words, words
from opsloop.modules.reports.figuring import Maker
from opsloop.modules.reports.glue import comma, space, stop
from opsloop.modules.reports.quality import Quality
from opsloop.modules.reports.slots import joined, said
from opsloop.modules.reports.words import Against, Includes
from opsloop.ui.formats import percent

if TYPE_CHECKING:
    from opsloop.modules.reports.drafting import Evidence


def method(evidence: Evidence, maker: Maker) -> Iterator[Block]:
    obj = evidence.obj
    text = _t("Every figure is computed by the metric's definition in the company's standard; data version #{n}.")
    parts: list[Words] = [words(text.format(n=evidence.numbers.snapshot or "—"))]
    zone = _t("Days are business days of each source, weeks begin on Monday (zone {zone}).")
    parts.append(words(zone.format(zone=settings.TIME_ZONE)))
    compared = [one.label for one in obj.against if one in (Against.PREVIOUS, Against.USUAL, Against.YEAR)]
    if compared:
        parts.append(words(_t("Compared with {what}.").format(what=comma().join(str(one) for one in compared))))
    if obj.method:
        parts.append(words(obj.method))
    yield Paragraph(joined(parts, space()))
    if Includes.QUALITY in obj.includes:
        yield Paragraph(joined([_quality(evidence.quality, maker), _control(evidence.quality, maker)], space()))
    if any(one.simulated or one.simulated_target for one in evidence.numbers.metrics.values()):
        yield Paragraph(words(_t("Targets or values marked as simulated are made up for the demonstration.")), "note")


def _quality(found: Quality, maker: Maker) -> Words:
    """应到 7 天，实到 7 天，异常 12 行（已修 7）。"""
    if not found.expected:
        return words(_t("Data quality: no daily data was expected in this period."))
    said_days = said(
        _t("Data quality: {expected} days expected, {arrived} complete"),
        expected=maker.count("quality.expected", found.expected, _t("Days with data expected"), href="/sources/"),
        arrived=maker.count("quality.arrived", found.arrived, _t("Days on which all data came"), href="/sources/"),
    )  # fmt: skip
    parts = [said_days]
    if found.late:
        late = maker.count("quality.late", found.late, _t("Days on which data came late"), href="/sources/")
        parts.append(said(_t("{late} late"), late=late))
    if found.aside:
        aside = maker.count("quality.aside", found.aside, _t("Number of rows set aside"), href="/sources/")
        mended = maker.count("quality.mended", found.mended, _t("Rows set aside and mended"), href="/sources/")
        parts.append(said(_t("{aside} rows set aside ({mended} mended)"), aside=aside, mended=mended))
    else:
        parts.append(words(_t("no rows set aside")))
    return joined([joined(parts, comma()), words(stop())], "")


def _control(found: Quality, maker: Maker) -> Words:
    """与对照数差 0.03%，已核对。"""
    if not found.compared or found.rate is None:
        return words(_t("There is no control figure of this period."))
    days = maker.count("control.days", found.compared, _t("Days with a control figure"), href="/reconciliation/")
    rate = maker.count(
        "control.rate", found.rate, _t("Difference from the control figures"), href="/reconciliation/",
        text=percent(found.rate, 2),
    )  # fmt: skip
    if found.unsettled:
        n = maker.count("control.open", len(found.unsettled), _t("Days in doubt"), href="/reconciliation/")
        return said(_t("Against the control figures of {days} days: {rate}; {n} days are not settled."),
                    days=days, rate=rate, n=n)  # fmt: skip
    return said(_t("Against the control figures of {days} days: {rate}, all within the limit or settled."),
                days=days, rate=rate)  # fmt: skip
