"""The lines of a YAML text: where the rows of its lists and the comments above them stand, and edits put into it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from opsloop.playbook.reader.spans import Span


@dataclass(frozen=True, slots=True)
class Edit:
    """What stands between two places is this from now on."""

    start: int
    end: int
    text: str


class Lines:
    """Places are offsets in characters; the text ends with a line end."""

    def __init__(self, text: str) -> None:
        self.text = text if text.endswith("\n") else f"{text}\n"

    def line(self, at: int) -> int:
        """Where the line begins."""
        return self.text.rfind("\n", 0, at) + 1

    def eol(self, at: int) -> int:
        """The line end behind a value, its comment included."""
        found = self.text.find("\n", at)
        return len(self.text) if found < 0 else found

    def column(self, at: int) -> int:
        return at - self.line(at)

    def dash(self, item: Span) -> int:
        """The hyphen of a row."""
        return self.text.rfind("-", 0, item.start)

    def own_line(self, item: Span) -> bool:
        dash = self.dash(item)
        return dash >= 0 and not self.text[self.line(dash) : dash].strip()

    def lead(self, item: Span) -> int:
        """Where the comment lines directly above a row begin, blank lines among them too."""
        at = self.line(self.dash(item))
        while at > 0:
            before = self.line(at - 1)
            said = self.text[before : at - 1].strip()
            if said and not said.startswith("#"):
                break
            at = before
        return at

    def spaced(self, span: Span) -> bool:
        """Do blank lines stand between the rows?"""
        return sum(self.text[self.lead(one)] == "\n" for one in span.items[1:]) * 2 > len(span.items)

    def comment(self, start: int, end: int) -> str:
        """The comment that ends the line between two places, with the spaces before it; empty where there is none."""
        said = self.text[start:end]
        return said.rstrip() if said.lstrip(" ").startswith("#") else ""

    def applied(self, edits: Sequence[Edit], start: int, end: int) -> str:
        """The text between two places with the edits in it."""
        out, at = [], start
        for one in sorted(edits, key=lambda each: (each.start, each.end)):
            out += [self.text[at : one.start], one.text]
            at = one.end
        return "".join([*out, self.text[at:end]])


def shifted(line: str, own: int, column: int) -> str:
    """A line of a row that stood at the column `own`, for one that stands at `column`."""
    if not line.strip():
        return line
    spare = len(line) - len(line.lstrip(" "))
    return " " * max(0, spare - own + column) + line.lstrip(" ")
