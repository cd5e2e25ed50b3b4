"""What YAML's scanner did not understand, in the words of whoever wrote the file: where it began, and what to type.

The scanner names the place where it gave up, often a line too late. Chinese typing makes signs that look like YAML's
and are none; they are looked for first, since nobody sees them.
"""

from __future__ import annotations

import re

import yaml
from django.utils.translation import gettext_lazy as _

from opsloop.base.things.errors import Text
from opsloop.playbook.reader.errors import PlaybookError, say

QUOTE = _("Put the value between quotes.")
PAIR = _("Write key: value, with a space after the colon.")
ONE = _("Keep one mapping in one file, without a line of --- or ... .")
AFTER_END = _("The file goes on after its end.")
_KNOWN: tuple[tuple[str, Text, Text], ...] = (
    ("mapping values are not allowed", _("A second colon in this line is read as a key."), QUOTE),
    ("could not find expected ':'", _("A key without a colon."), PAIR),
    ("found character that cannot start", _("A value may not begin with this character."), QUOTE),
    ("found unexpected end of stream", _("A quote that was opened is not closed."), _("Close the quote.")),
    ("unknown escape", _("An unknown sign after a backslash."), _("Use single quotes, or write two backslashes.")),
    ("expected <document start>", AFTER_END, ONE),
)
_WIDE = re.compile(r"^[ \u00a0\u3000]*(?:(?P<dash>[－—–])[ \u00a0\u3000]|(?:- +)?[a-z][a-z0-9_-]* *(?P<colon>：))")
_SPACE = re.compile(r"^ *(?:- *)?(?:[a-z][a-z0-9_-]*:)? *(?P<space>[\u00a0\u3000])")
_BESIDE = re.compile(r"^ *(?:- +)?[a-z][a-z0-9_-]*(?P<colon>:)[^\s:/]")
_BLANK = _("This space is no ordinary one (U+{code}).")
_AROUND = _("Look at indentation, brackets, commas and quotes here and in the line above.")
_LIST = _("Begin the line with - and a space.")


def fault(error: yaml.YAMLError, text: str, file: str, line0: int) -> PlaybookError:
    """The scanner's complaint about `text`, which `line0` lines of the file precede."""
    begun, ended = getattr(error, "context_mark", None), getattr(error, "problem_mark", None)
    problem = str(getattr(error, "problem", None) or error)
    mark = begun if begun and "could not find expected ':'" in problem else ended or begun
    if mark is None:
        return _error(_("This line does not fit those around it."), _AROUND, file, line0 + 1, 1)
    if (typed := _typed(text.split("\n"), mark.line)) is not None:
        (line, column), message, remedy = typed
        return _error(message, remedy, file, line + line0, column)
    for words, said, cure in _KNOWN:
        if words in problem:
            return _error(said, cure, file, mark.line + 1 + line0, mark.column + 1)
    if begun and "while parsing a flow" in str(getattr(error, "context", "")):
        message = say(
            _("The bracket that opens here is not closed, or something in it does not fit (line {line})."),
            line=mark.line + 1 + line0,
        )
        remedy = _("Look at brackets, commas and quotes from here on.")
        return _error(message, remedy, file, begun.line + 1 + line0, begun.column + 1)
    return _error(_("This line does not fit those around it."), _AROUND, file, mark.line + 1 + line0, mark.column + 1)


def _error(message: Text, remedy: Text, file: str, line: int, column: int) -> PlaybookError:
    return PlaybookError(message, remedy=remedy, file=file, line=line, column=column)


def _typed(lines: list[str], at: int) -> tuple[tuple[int, int], Text, Text] | None:
    """A sign of Chinese typing in the line where the scanner stopped, or in the one before."""
    for number in (at, at - 1):
        line = lines[number] if 0 <= number < len(lines) else ""
        if found := _WIDE.match(line):
            name = "dash" if found["dash"] else "colon"
            plain, remedy = ("-", _LIST) if found["dash"] else (":", PAIR)
            message = say(_("{sign} is a full-width sign; {plain} was expected."), sign=found[name], plain=plain)
            return (number + 1, found.start(name) + 1), message, remedy
        if found := _SPACE.match(line):
            message = say(_BLANK, code=f"{ord(found['space']):04X}")
            return (number + 1, found.start("space") + 1), message, _("Delete it and type an ordinary space.")
        if found := _BESIDE.match(line):
            return (number + 1, found.start("colon") + 1), _("After this colon there is no space."), PAIR
    return None
