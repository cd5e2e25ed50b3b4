"""The measures of a limit as position files write them, in words: each, per_day, per_30d, per_customer_30d."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _t

EACH, TOTAL, PERCENT, SPLIT_DAYS = "each", "total", "percent", "split_days"
DAYS = re.compile(r"(?:per_(?P<who>[a-z]+)_)?(?:per_)?(?P<days>\d{1,4})d")
"""In so many days up to now: of whoever gives, or with `who` of one customer, one order."""
PERIODS = ("per_day", "per_week", "per_month", "per_quarter", "per_year")
"""In the calendar's present day, week and so on."""


def counts(name: str) -> bool:
    """Is it a measure that amounts given are held against?"""
    return name in (EACH, SPLIT_DAYS, *PERIODS) or DAYS.fullmatch(name) is not None


def is_money(name: str) -> bool:
    """Is the number of this measure an amount of money? Shares, days and counts of things are none."""
    return name != SPLIT_DAYS and (counts(name) or name == TOTAL)


def spoken(name: str) -> str:
    """A measure in the reader's language, empty where it is none."""
    if said := DAYS.fullmatch(name):
        if said["who"]:
            return _t("per {who} in {n} days").format(who=_who(said["who"]), n=said["days"])
        return _t("in {n} days").format(n=said["days"])
    if not (found := _whole(name)) and name.startswith("per_"):
        return _t("per {who}").format(who=_who(name.removeprefix("per_")))
    return found


def _whole(name: str) -> str:
    known = {
        EACH: _t("each time"), "per_day": _t("per day"), "per_week": _t("per week"), "per_month": _t("per month"),
        "per_quarter": _t("per quarter"), "per_year": _t("per year"), TOTAL: _t("in all"), PERCENT: _t("at most"),
        "in_hand": _t("in hand at once"), SPLIT_DAYS: _t("days that count as one request"),
    }  # fmt: skip
    return known.get(name, "")


def _who(name: str) -> str:
    known = {"customer": _t("customer"), "order": _t("order"), "case": _t("case"), "supplier": _t("supplier")}
    return known.get(name, name.replace("_", " "))
