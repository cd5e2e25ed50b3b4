"""What a type cannot say about a field of a playbook kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from opsloop.base.things.errors import Text

Check = Callable[[str], Text | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Says:
    """Annotates a field of a kind's class: `title: Annotated[str, Says(label=_("Title"), text=True)]`.

    ref: the kinds or namespaces (act, department) that the id must be found in, one of them.
    text: written in the playbook's language, so a translation may replace it. long: several lines in the editor.
    key: tells rows apart when two versions are compared. min, max: of a number, or of a list's length.
    check: (text) -> what was expected instead, or None when the text is right. keys: of a mapping, what its
    keys are. short: of a mapping, the key that a value written alone stands for. words: (code) -> what people say for
    it, where the code is neither an id nor a choice.
    """

    label: Text
    help: Text = ""
    ref: str | tuple[str, ...] = ()
    text: bool = False
    long: bool = False
    key: bool = False
    min: int | None = None
    max: int | None = None
    check: Check | None = None
    example: str = ""
    keys: Says | None = None
    short: str = ""
    words: Callable[[str], Text] | None = None

    @property
    def refs(self) -> tuple[str, ...]:
        """The kinds and namespaces that an id here may come from."""
        return (self.ref,) if isinstance(self.ref, str) else self.ref


@dataclass(frozen=True, slots=True)
class Section:
    """One `## title` part of a Markdown body. `line` is that of its heading in the file, from 1."""

    title: str
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Prose:
    """The body of a Markdown file: its whole text, and the same in sections; what precedes the first is `lead`."""

    text: str = ""
    lead: str = ""
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """The one SELECT of a .sql file, as written."""

    text: str = ""
