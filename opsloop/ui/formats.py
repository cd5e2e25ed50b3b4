"""How numbers, amounts and times look, in the reader's language and the organisation's zone."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from django.conf import settings
from django.utils import dateformat, timezone
from django.utils import formats as django_formats
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t
from django.utils.translation import ngettext as _n

from opsloop.base.things.texts import in_chinese

NONE = "—"
SIGNS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "HKD": "HK$"}
UNITS_ZH = ((Decimal(10) ** 8, "亿"), (Decimal(10) ** 4, "万"))
UNITS_EN = ((Decimal(10) ** 9, "B"), (Decimal(10) ** 6, "M"), (Decimal(10) ** 3, "K"))


def _decimal(value: Any) -> Decimal | None:
    """The value as a number, or None for nothing, text and not-a-number."""
    try:
        found = value if isinstance(value, Decimal) else Decimal(str(value))
    except (InvalidOperation, ValueError):
        return None
    return found if found.is_finite() else None


def _grouped(value: Decimal, places: int) -> str:
    shown = _rounded(value, places) + 0  # minus nothing is nothing
    return f"{shown:,.{places}f}".replace("-", "−", 1)


def _rounded(value: Decimal, places: int) -> Decimal:
    """As people round: halves go up."""
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def number(value: Any, places: int | None = None) -> str:
    """1234.5 -> 1,234.5; without `places` at most two, as many as the value has."""
    found = _decimal(value)
    if found is None:
        return NONE if value in (None, "") else str(value)
    if places is None:
        exact = _rounded(found, 2).normalize()
        places = max(0, -int(exact.as_tuple().exponent))
    return _grouped(found, places)


def short(value: Any, places: int = 2) -> str:
    """128600 -> 12.86万 in Chinese, 128.6K in English; small numbers stay whole."""
    found = _decimal(value)
    if found is None:
        return number(value)
    for unit, word in UNITS_ZH if in_chinese() else UNITS_EN:
        if abs(found) >= unit:
            return number(_rounded(found / unit, places)) + word
    return number(found)


def money(value: Any, currency: str | None = None) -> str:
    """86923 -> ¥86,923.00; the workspace's currency unless another is named."""
    found = _decimal(value)
    if found is None:
        return number(value)
    code = currency or settings.WORKSPACE.currency
    sign = "−" if found < 0 else ""
    return f"{sign}{SIGNS.get(code, code + ' ')}{_grouped(abs(found), 2)}"


def percent(value: Any, places: int = 1) -> str:
    """0.0655 -> 6.6%: the value is a share of one."""
    found = _decimal(value)
    return number(value) if found is None else f"{_grouped(found * 100, places)}%"


def signed_percent(value: Any, places: int = 1) -> str:
    """0.0655 -> +6.6%, -0.0655 -> −6.6%; what is rounded away has no sign."""
    return with_sign(value, percent(value, places), percent(0, places))


def with_sign(value: Any, text: str, zero: str) -> str:
    """The value's text with its plus, as negative ones have their minus. zero: the text of nothing at all."""
    return f"+{text}" if (_decimal(value) or 0) > 0 and text != zero else text


def _change(value: Any, good: Any, text: str) -> SafeString | str:
    found = _decimal(value)
    if found is None:
        return NONE
    if found == 0:
        return format_html('<span class="delta">{}</span>', _t("unchanged"))
    up = found > 0
    words = _t("rising") if up else _t("falling")
    tone = ""
    if good in ("up", "down"):
        better = (good == "up") == up
        said = _t("better") if better else _t("worse")
        tone, words = ("delta-good" if better else "delta-bad"), f"{words}, {said}"
    return format_html(
        '<span class="delta {}"><span aria-hidden="true">{}</span> {}{}<span class="visually-hidden"> {}</span></span>',
        tone, "▲" if up else "▼", "+" if up else "", text, words,
    )  # fmt: skip


def delta(value: Any, good: Any = None) -> SafeString | str:
    """A relative change, -0.065 -> ▼ −6.5% with its word; `good` is "up" or "down" where that is known."""
    return _change(value, good, percent(value))


def points(value: Any, good: Any = None) -> SafeString | str:
    """A change of a share, -0.012 -> ▼ −1.2 points."""
    found = _decimal(value)
    return _change(value, good, _t("{n} points").format(n=number((found or Decimal(0)) * 100, 1)))


def day(value: Any) -> str:
    """A date, or the organisation's day of a moment."""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return django_formats.date_format(value, "DATE_FORMAT") if isinstance(value, date) else NONE


def moment(value: Any) -> SafeString | str:
    """A moment in the organisation's zone, without the year when it is this year; exact in its tooltip."""
    if not isinstance(value, datetime):
        return day(value)
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    this_year = local.year == timezone.localdate().year
    short = "m-d H:i" if in_chinese() else "j M H:i"
    shown = dateformat.format(local, short if this_year else django_formats.get_format("DATETIME_FORMAT"))
    full = f"{local:%Y-%m-%d %H:%M:%S %z}"
    return format_html('<time datetime="{}" title="{}">{}</time>', local.isoformat(), full, shown)


def minutes(value: Any) -> str:
    """90 -> 1 h 30 min, in words of the language."""
    found = _decimal(value)
    if found is None:
        return NONE
    hours, rest = divmod(int(found), 60)
    parts = [_n("{n} hour", "{n} hours", hours).format(n=hours)] if hours else []
    if rest or not hours:
        parts.append(_n("{n} minute", "{n} minutes", rest).format(n=rest))
    return " ".join(parts)
