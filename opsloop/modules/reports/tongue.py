"""What the checker knows of language: typed figures, words of cause, words of attribution. Pure.

Allowed in digits are dates, clock times, ordinals and names of periods, which no metric computes. Chinese numerals that
state a size (百分之六, 三成, 两千) are figures too; 一点, 一个, 第一 are not.
"""

from __future__ import annotations

import re
import unicodedata

from opsloop.modules.reports.slots import without

_ALLOWED = re.compile(
    r"""\d{4}-\d{1,2}-\d{1,2} | \d{4}年(?:\d{1,2}月(?:\d{1,2}日)?)? | \d{1,2}月(?:\d{1,2}日)? | \d{1,2}日
      | \d{1,2}:\d{2} | 第\s?\d+\s?[一-鿿]? | \#\d+ | (?:week|quarter|q|no\.)\s?\d+ | \d{1,2}(?:st|nd|rd|th)\b
      | ^\s*\d{1,2}[.、)]\s | \b\d{1,2}\s(?:january|february|march|april|may|june|july|august|september|october|november
      |december)\b | \b(?:19|20)\d{2}\b(?!\s?[%‰元户单笔件万亿,.\d])""",
    re.VERBOSE | re.IGNORECASE,
)
_DIGITS = re.compile(r"[-+−]?\d[\d,.]*\s?[%‰万亿]?")
_NUMERAL = "零〇一二两三四五六七八九十百千万亿半几"
_WORDED = re.compile(
    rf"""百分之[{_NUMERAL}点]+ | [{_NUMERAL}]+成(?![为功就立本员果长交效熟分都])
      | [{_NUMERAL}]*[百千万亿][{_NUMERAL}]*(?=[元户单笔件个天人家多余])
      | [二两三四五六七八九十]+\s?[户单笔件人家元倍天]
      | (?:翻|下降|上升|增长|减少)[一二两三]?(?:番|倍) | 一半 | 过半 | 腰斩""",
    re.VERBOSE,
)
_ENGLISH = re.compile(
    r"\b(?:half|halved|doubled|tripled|twice|(?:two|three|four|five|six|seven|eight|nine|ten|twenty|fifty|hundred|thousand"
    r"|million)\s+(?:percent|per cent|points|orders|customers|households|dollars|yuan|times))\b",
    re.IGNORECASE,
)
_UNVERIFIED = re.compile(
    r"待核实|待查明|未查明|不能区分|无法区分|证据不足|不可下结论"
    r"|to be verified|not verified|cannot tell apart|insufficient evidence|no conclusion",
    re.IGNORECASE,
)
_BLAME = re.compile(
    r"因为|由于|原因|导致|致使|造成|引起|引发|所致|源于|归因|得益于|拖累|带动|促使|受.{1,12}影响|缘于"
    r"|because|due to|caus(?:e|es|ed|ing)\b|owing to|thanks to"
    r"|result(?:s|ed)? (?:of|from)|driven by|led to|affected by",
    re.IGNORECASE,
)
_SOUGHT = re.compile(
    r"(?<![已经])(?:查明|查清|查找|查出|找出|找到|弄清|摸清|核实|核查|核清|检查|调查|排查|追查|分析|确认|说明|写明)"
    r"[^,。;:!?]{0,60}?原因(?!是|为|在于|系|[:])"
    r"|\b(?:find(?: out)?|look(?: further)? into|search for|investigate|check|verify|establish|clarify|explain|ask)\b"
    r"[^,.;:!?]{0,80}?\bcause[sd]?\b(?! (?:is|was|are|were)\b|:)",
    re.IGNORECASE,
)
"""A cause that is to be found is not stated by that: 查明…的原因; but 查明原因是缺货 states one."""
_ATTRIBUTE = re.compile(
    r"来自|集中在|贡献|主要在|出在|mostly by|mostly from|contribut|comes? from|came from|concentrated", re.IGNORECASE
)


def typed_figures(text: str, *, decision: bool = False) -> list[str]:
    """Figures that were typed and not put in. decision: only those with a percent sign, no limits in a question."""
    rest = _ALLOWED.sub(" ", _plain(text))
    found = [match.strip(" ,.") for match in _DIGITS.findall(rest)]
    if decision:
        return [one for one in found if one.endswith(("%", "‰"))]
    worded = [match[0] for match in (*_WORDED.finditer(rest), *_ENGLISH.finditer(rest))]
    return [one for one in (*found, *worded) if one]


def blames(text: str) -> str:
    """The first word that states a cause, or empty; of one that is to be found nothing is stated."""
    return _first(_BLAME, _SOUGHT.sub(" ", _plain(text)))


def attributes(text: str) -> str:
    """The first word that says where a change sits, or empty."""
    return _first(_ATTRIBUTE, _plain(text))


def unverified(text: str) -> bool:
    """Does the text say itself that it is not known?"""
    return _UNVERIFIED.search(text) is not None


def _plain(text: str) -> str:
    """Without slots, and wide forms of digits, letters and signs made narrow."""
    return unicodedata.normalize("NFKC", without(text))


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[0] if found else ""
