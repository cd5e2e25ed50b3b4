"""The parts of a file that are not YAML: Markdown sections, and the leading comment of a .sql file."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from opsloop.base.kinds.says import Prose, Query, Section
from opsloop.playbook.reader.errors import PlaybookError, say
from opsloop.playbook.reader.nodes import Map, Node, Scalar, Seq

_FENCE = re.compile(r"^ {0,3}(```+|~~~+)")
_HEADING = re.compile(r"^## +(.+?)(?: +#+)? *$")
_COMMENT = re.compile(r"^-- ?(?P<key>[a-z][a-z0-9 _]*?) *[:=] *(?P<value>.*?) *$")


@dataclass(frozen=True, slots=True)
class Parts:
    """A Markdown file split up: the head's text, the lines before it, and the body."""

    head: str
    line0: int
    body: str
    body_line0: int


def split(text: str, file: str) -> Parts:
    """Head and body of a Markdown file. Raises PlaybookError when the head is missing or not closed."""
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        raise PlaybookError(
            _("The file must begin with a line of ---, the head, and again a line of ---."),
            remedy=_("Begin the first line with ---."),
            file=file, line=1, column=1,
        )  # fmt: skip
    for i, line in enumerate(lines[1:], 1):
        if line.rstrip() == "---":
            return Parts("\n".join(lines[1:i]) + "\n", 1, "\n".join(lines[i + 1 :]), i + 1)
    raise PlaybookError(
        _("The head is not closed."), remedy=_("Put a line of --- after its last field."), file=file, line=1, column=1
    )


def prose(body: str, line0: int, file: str) -> tuple[Prose, list[PlaybookError]]:
    """The body in sections, one per `##`; a title that comes twice is an error."""
    errors: list[PlaybookError] = []
    lead: list[str] = []
    found: list[tuple[str, int, list[str]]] = []
    fence = ""
    for number, line in enumerate(body.split("\n"), line0 + 1):
        if mark := _FENCE.match(line):
            fence = "" if fence and mark[1].startswith(fence) else fence or mark[1]
        heading = None if fence else _HEADING.match(line.rstrip("\r"))
        if heading is None:
            (found[-1][2] if found else lead).append(line)
            continue
        if before := next((one for one in found if one[0] == heading[1]), None):
            errors.append(
                PlaybookError(
                    say(
                        _("The section {title} is there twice; the first is in line {line}."),
                        title=heading[1],
                        line=before[1],
                    ),
                    remedy=_("Give one of the two another title, or join them."),
                    file=file, line=number, column=1,
                )
            )  # fmt: skip
        found.append((heading[1], number, []))
    sections = tuple(Section(title, _trim(lines), line) for title, line, lines in found)
    return Prose(body, _trim(lead), sections), errors


def _trim(lines: list[str]) -> str:
    return "\n".join(lines).strip("\n\r")


def query(text: str, file: str) -> tuple[Map, Query]:
    """The leading comment as fields (`one row = x` and `key: a, b`), and the SELECT below it."""
    made = Map(1, 1)
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        if not line.startswith("--"):
            return made, Query("\n".join(lines[number - 1 :]))
        said = _COMMENT.match(line.rstrip("\r"))
        if said is None:
            raise PlaybookError(
                _("A comment above the SELECT says a name and a value."),
                remedy=_("Write -- key: value, or move the comment below the SELECT's first line."),
                file=file, line=number, column=1,
            )  # fmt: skip
        name = said["key"].replace(" ", "_")
        key = Scalar(name, True, number, said.start("key") + 1)
        made.items[name] = (key, _value(said["value"], number, said.start("value") + 1))
    return made, Query("")


def _value(text: str, line: int, column: int) -> Node:
    """A value with commas is a list wherever a list is expected; the typed reader asks for it."""
    return Scalar(text, True, line, column)


def listed(node: Scalar) -> Seq:
    """`a, b` of a .sql comment as a list."""
    items: list[Node] = [Scalar(part.strip(), True, node.line, node.column) for part in node.text.split(",")]
    return Seq(node.line, node.column, [one for one in items if isinstance(one, Scalar) and one.text])
