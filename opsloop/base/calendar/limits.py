"""Time limits as people write them, in both languages: 2 working days, 4 个工作时, 24 hours, 3 个自然日."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.calendar.engine import WorkCalendar
from opsloop.base.calendar.instants import utc
from opsloop.base.things.errors import Text
from opsloop.base.things.texts import in_chinese


class Unit(Enum):
    """The value is the number of minutes; days are counted whole, not in minutes."""

    MINUTES = 1
    HOURS = 60
    DAYS = 0


class LimitError(ValueError):
    """A limit that cannot be read; the text says what was expected and how to write it."""


@dataclass(frozen=True, slots=True)
class Due:
    """When a limit ends. `provisional`: public holidays on the way are not announced yet, so it may still move."""

    at: datetime
    provisional: bool = False

    def last_day(self, calendar: WorkCalendar) -> date:
        """The day to show: what ends at 24:00 ends on the day that is over then, not on the next."""
        return calendar.local_day(self.at - timedelta(microseconds=1))


@dataclass(frozen=True, slots=True)
class Limit:
    """An amount of working or natural time.

    Hours and minutes run from the moment. Days do as the Civil Code counts (articles 201 and 203): the day of the
    start is not counted, and the last day ends at close of business (working days) or at 24:00 (natural days).
    """

    amount: Decimal
    unit: Unit
    working: bool = False

    def __post_init__(self) -> None:
        if self.unit is Unit.DAYS:
            fits = self.amount == int(self.amount) and 1 <= self.amount <= 3660
            if not fits:
                raise LimitError(_t("Days are counted whole, 1 to 3660. Write hours instead, as in: 4 working hours."))
        elif self.minutes != int(self.minutes) or not 1 <= self.minutes <= 3660 * 1440:
            raise LimitError(_t("A limit is at least one minute and a whole number of minutes, at most ten years."))

    @property
    def minutes(self) -> Decimal:
        """Minutes of an hours or minutes limit; 0 for days."""
        return self.amount * self.unit.value

    def due(self, start: datetime, calendar: WorkCalendar) -> Due:
        """When it ends if it begins at `start`. Raises engine.NeverOpen."""
        start = utc(start)
        if not self.working:
            if self.unit is Unit.DAYS:
                return Due(calendar.add_natural_days(start, int(self.amount)))
            return Due(start + timedelta(minutes=float(self.minutes)))
        if self.unit is Unit.DAYS:
            at = calendar.add_days(start, int(self.amount))
        else:
            at = calendar.add(start, float(self.minutes))
        return Due(at, calendar.provisional(start, at))

    def due_after_pause(self, due: datetime, paused: datetime, resumed: datetime, calendar: WorkCalendar) -> Due:
        """The new end after a pause within the limit: only time that counts for this limit extends it.

        Equal to counting what was left at `paused` from `resumed` on; a pause outside working hours adds nothing.
        """
        due, paused, resumed = utc(due), utc(paused), utc(resumed)
        if not self.working:
            return Due(due + (resumed - paused))
        at = calendar.add(due, calendar.between(paused, resumed))
        return Due(at, calendar.provisional(paused, at))

    def text(self, language: str | None = None) -> str:
        """As people write it in `language` (zh-hans or en; by default the reader's). `parse` reads it back."""
        amount = f"{self.amount.normalize():f}"
        if in_chinese(language):
            return f"{amount}{ZH_TEXT[self.unit, self.working]}"
        plural = "" if self.amount == 1 else "s"
        return f"{amount} {'working ' if self.working else ''}{self.unit.name.lower()[:-1]}{plural}"

    def __str__(self) -> str:
        return self.text()


# The notation of playbook files, not texts of pages: reading and writing must agree whatever is installed.
ZH_TEXT = {
    (Unit.DAYS, True): "个工作日",
    (Unit.HOURS, True): "个工作时",
    (Unit.MINUTES, True): "个工作分钟",
    (Unit.DAYS, False): "个自然日",
    (Unit.HOURS, False): "小时",
    (Unit.MINUTES, False): "分钟",
}
ENGLISH = re.compile(
    r"(?P<amount>\d+(?:\.\d+)?|an?|one|half an)\s*(?P<kind>working|business|natural|calendar)?\s*"
    r"(?P<unit>minute|min|hour|h|day)s?"
)
CHINESE = re.compile(
    r"(?P<amount>\d+(?:\.\d+)?|[半零一二两三四五六七八九十百]+)\s*个?\s*(?P<kind>工作|自然)?\s*"
    r"(?P<unit>分钟|分|小时|时|日|天)(?:之内|以内|内)?"
)
UNITS = {
    **dict.fromkeys(("minute", "min", "分钟", "分"), Unit.MINUTES),
    **dict.fromkeys(("hour", "h", "小时", "时"), Unit.HOURS),
    **dict.fromkeys(("day", "日", "天"), Unit.DAYS),
}
ENGLISH_AMOUNTS = {"a": "1", "an": "1", "one": "1", "half an": "0.5"}
DIGITS = "零一二三四五六七八九"

EXPECTED = _(
    "A time limit, such as 2 working days, 4 working hours, 24 hours, 3 days or 30 minutes, in whole days or minutes"
)
"""Put into words when it is shown: what was read of a file is kept for readers of either language."""


def parse(text: str) -> Limit:
    """Read a limit in either language. Raises LimitError with what was expected and the remedy."""
    plain = " ".join(unicodedata.normalize("NFKC", text).lower().split())
    found = ENGLISH.fullmatch(plain) or CHINESE.fullmatch(plain)
    bare_clock = found is not None and found["unit"] == "时" and found["kind"] is None
    if found is None or bare_clock:
        raise LimitError(_said(text))
    number = found["amount"]
    amount = Decimal(ENGLISH_AMOUNTS.get(number, "")) if number in ENGLISH_AMOUNTS else _number(number, text)
    return Limit(amount, UNITS[found["unit"]], found["kind"] in ("working", "business", "工作"))


def wrong_limit(text: str) -> Text | None:
    """What was expected instead of this time limit in a file, None when it is one."""
    try:
        parse(text)
    except LimitError:
        return EXPECTED
    return None


def _said(text: str) -> str:
    return _t(
        "“{text}” is no time limit. Write a number, then working time or natural time and a unit: "
        "“2 working days”, “4 working hours”, “24 hours”, “3 days”, “30 minutes”, "
        "“2个工作日”, “4个工作时”, “24小时”, “3个自然日”, “30分钟”."
    ).format(text=text)


def _number(word: str, text: str) -> Decimal:
    """12, 1.5, 两, 十五, 三十, 半. Chinese numerals up to 99, since longer ones are written in digits."""
    if word[0].isdigit():
        return Decimal(word)
    if word == "半":
        return Decimal("0.5")
    tens, ten, ones = word.replace("两", "二").rpartition("十")
    if len(tens) > 1 or len(ones) > 1 or not set(tens + ones) <= set(DIGITS):
        raise LimitError(_said(text))
    high = (DIGITS.index(tens) if tens else 1) if ten else 0
    return Decimal(high * 10 + (DIGITS.index(ones) if ones else 0))
