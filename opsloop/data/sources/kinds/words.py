"""The words that a source's file may use, and what is said of wrong ones."""

from __future__ import annotations

import re
from datetime import time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from opsloop.base.calendar.limits import LimitError, Unit, parse
from opsloop.base.things.errors import Text

NAME = re.compile(r"[^\W\d_]\w*")
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_PERCENT = re.compile(r"\d{1,9}(\.\d{1,6})?%?")
_KEEP = re.compile(r"newest|first|(largest|smallest) [^\W\d_]\w*")
_COLUMN_OF = re.compile(r"[^\W\d_]\w*\.[^\W\d_]\w*")


class ColumnType(models.TextChoices):
    """What a column holds."""

    TEXT = "text", _("Text")
    INTEGER = "integer", _("Whole number")
    NUMBER = "number", _("Any number")
    MONEY = "money", _("Money")
    DATE = "date", _("Day")
    DATETIME = "datetime", _("Moment")
    BOOLEAN = "boolean", _("Yes or no")


class Otherwise(models.TextChoices):
    """What becomes of a row whose reference is not found."""

    ASIDE = "aside", _("Set aside")
    UNKNOWN = "unknown", _("Kept and counted as unknown")


class UnknownColumns(models.TextChoices):
    """What becomes of columns that the contract does not name."""

    IGNORE = "ignore", _("Left out")
    KEEP = "keep", _("Kept as text")
    REFUSE = "refuse", _("The file is refused")


class Brings(models.TextChoices):
    """What a file of the source replaces."""

    ROWS = "rows", _("New and changed rows, by their key")
    DAYS = "days", _("Whole days: the rows of its days are replaced")
    WHOLE = "whole", _("Everything: the whole table is replaced")


class Every(models.TextChoices):
    """How often it comes."""

    HOUR = "hour", _("Every hour")
    DAY = "day", _("Every day")
    WEEK = "week", _("Every week")
    MONTH = "month", _("Every month")
    QUARTER = "quarter", _("Every quarter")
    YEAR = "year", _("Every year")
    NEVER = "never", _("Now and then")


class Than(models.TextChoices):
    """What a load is held against."""

    SAME_WEEKDAY = "same-weekday-median", _("Median of the same weekday in the last eight weeks")
    LAST_LOADS = "last-loads-median", _("Median of the last eight loads")
    LAST = "last-load", _("The load before")


class Personal(models.TextChoices):
    """Whose eyes a column needs: the classes that positions name in `reads`."""

    CONTACT = "contact", _("Contact data")
    IDENTITY = "identity", _("Identity data")
    HEALTH = "health", _("Health and leave")
    PAY = "pay", _("Pay")
    APPRAISAL = "appraisal", _("Appraisals")
    COMPLAINT = "complaint", _("Complaint recordings")


class Per(models.TextChoices):
    """For whom there is a sheet of its own to fill in."""

    COMPANY = "company", _("The whole company")
    DEPARTMENT = "department", _("Each department that has such a position")


class PageBy(models.TextChoices):
    """How an interface tells pages apart."""

    PAGE = "page", _("By the number of the page")
    OFFSET = "offset", _("By how many rows to pass over")
    CURSOR = "cursor", _("By a mark that the page before gives")
    LINK = "link", _("By an address that the page before gives")


class MomentAs(models.TextChoices):
    """How an interface wants moments."""

    DAY = "day", _("As a day: 2026-11-20")
    LOCAL = "local", _("As local time: 2026-11-20 06:00:00")
    ISO = "iso", _("With its zone: 2026-11-20T06:00:00+08:00")
    SECONDS = "seconds", _("As seconds since 1970")
    MILLISECONDS = "milliseconds", _("As milliseconds since 1970")


class _Late:
    """Filled when it is shown; braces in a person's file are no placeholders."""

    def __init__(self, template: Text, values: dict[str, Any]) -> None:
        self.template, self.values = template, values

    def __str__(self) -> str:
        return str(self.template).format(**{name: str(value) for name, value in self.values.items()})


def say(template: Text, **values: Any) -> Text:
    """A text with values that is put together in the language of whoever reads it."""
    return format_lazy("{}", _Late(template, values))


def clock(text: str) -> Text | None:
    """What was expected instead of a time of day, or None."""
    return None if _CLOCK.fullmatch(text) else _("A time such as 06:00")


def time_of(text: str) -> time:
    """The time of day of a checked text."""
    return time.fromisoformat(text)


def span(text: str) -> Text | None:
    """What was expected instead of a span of natural time, or None."""
    return None if _span(text) else _("Natural time such as 2 hours or 3 days")


def span_of(text: str) -> timedelta:
    """The time that a checked text says; none for an empty one."""
    return _span(text) or timedelta()


def _span(text: str) -> timedelta | None:
    try:
        limit = parse(text) if text else None
    except LimitError:
        return None
    if limit is None or limit.working:
        return None
    return timedelta(days=int(limit.amount)) if limit.unit is Unit.DAYS else timedelta(minutes=float(limit.minutes))


def zone(text: str) -> Text | None:
    """What was expected instead of a zone's name, or None."""
    try:
        ZoneInfo(text)
    except (KeyError, OSError, ValueError):  # an unknown name, a folder, a path
        return _("A time zone such as Asia/Shanghai")
    return None


def share(text: str) -> Text | None:
    """What was expected instead of an amount or a percentage, or None."""
    return None if _PERCENT.fullmatch(text) else _("An amount such as 100, or a share such as 0.5%")


def keep(text: str) -> Text | None:
    """What was expected instead of the rule which row of a key wins, or None."""
    return None if _KEEP.fullmatch(text) else _("newest, first, largest COLUMN or smallest COLUMN")


def column_name(text: str) -> Text | None:
    """What was expected instead of a column's name, or None."""
    fits = NAME.fullmatch(text) and text == text.lower() and len(text) <= 60
    return None if fits else _("A name of small letters, digits and _")


def column_of(text: str) -> Text | None:
    """What was expected instead of a column of another relation, or None."""
    return None if _COLUMN_OF.fullmatch(text) else _("A relation's column such as products.product_id")


def pattern(text: str) -> Text | None:
    """What was expected instead of a regular expression, or None."""
    try:
        re.compile(text)
    except re.error:
        return _("A regular expression such as [A-Z]{2}[0-9]+")
    return None if not re.search(r"\(\?[=!<]|\\[1-9]", text) else _("An expression without looking around or back")
