"""What a company's Word template may ask for: words of the head, the whole body, a part of it, one figure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from django.utils.translation import gettext as _t
from docx import Document as Word
from lxml import etree

from opsloop.modules.reports.document import Document, Part
from opsloop.modules.reports.rendering.docx import Sheet
from opsloop.modules.reports.rendering.saying import keys, marked, state

CHINESE = {
    "title": "标题", "period": "期间", "number": "编号", "company": "公司", "author": "撰写", "issuer": "签发",
    "state": "状态", "warning": "提示", "body": "正文",
}  # fmt: skip
"""The same places by another name: templates are made by people who write Chinese."""
BODIES = frozenset({"body", "正文", "parts", "part"})
"""One of them must be in a template: without, the report would say nothing."""


class NotInReport(Exception):
    """A template asks for a part or a figure that this report does not have. The text says which there are."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the head: 数据版本 #1482."""

    what: str
    says: str


@dataclass(frozen=True, slots=True)
class Number:
    """One figure for a list of them."""

    key: str
    title: str
    text: str


class Fragment:
    """A piece of Word in the styles of the template that it goes into; pictures become the template's own."""

    def __init__(self, master: Any) -> None:
        self.word = Word()
        self.word._part = master._part

    def __html__(self) -> str:
        inside = [one for one in self.word.element.body if not one.tag.endswith("}sectPr")]
        return "".join(etree.tostring(one, encoding="unicode") for one in inside)


class Piece:
    """A part of the report: with its heading where it stands itself, without as `body`. master: None, for a trial."""

    def __init__(self, part: Part, master: Any, language: str, wide_cm: float) -> None:
        self.key, self.title = part.key, part.title
        self._part, self._master, self._language, self._wide = part, master, language, wide_cm

    def _written(self, *, heading: bool) -> Any:
        if self._master is None:
            return ""
        made = Fragment(self._master)
        sheet = Sheet(made.word, self._language, self._wide, own=False)
        if heading:
            sheet.part(self._part)
        else:
            sheet.blocks(self._part)
        return made

    @property
    def body(self) -> Any:
        return self._written(heading=False)

    def __html__(self) -> str:
        made = self._written(heading=True)
        return made.__html__() if made else ""


class Pieces:
    """part.overview, part.last_advice."""

    def __init__(self, pieces: list[Piece]) -> None:
        self._pieces = {one.key.replace("-", "_"): one for one in pieces}

    def __getitem__(self, name: str) -> Piece:
        found = self._pieces.get(str(name).replace("-", "_"))
        if found is None:
            text = _t("this report has no part.{name}; it has {known}")
            raise NotInReport(text.format(name=name, known=", ".join(f"part.{one}" for one in self._pieces)))
        return found


class Whole:
    """All parts with their headings, in their order, and what the marks mean."""

    def __init__(self, pieces: list[Piece]) -> None:
        self._pieces = pieces

    def __html__(self) -> str:
        return "".join(one.__html__() for one in self._pieces)


class Figures:
    """figure("sales.previous"): how it reads, with its marks."""

    def __init__(self, document: Document) -> None:
        self.texts = {one.key: marked(one) for one in document.figures()}

    def __call__(self, key: str) -> str:
        if key not in self.texts:
            near = get_close_matches(key, self.texts, n=5, cutoff=0.3) or list(self.texts)[:5]
            text = _t("this report has no figure {key}; close to it: {near}")
            raise NotInReport(text.format(key=key, near=", ".join(near) or "—"))
        return self.texts[key]


def placeholders(document: Document, master: Any, wide_cm: float) -> dict[str, Any]:
    """Name -> what is put there. master: the template's document, None for a trial that draws nothing."""
    pieces = [Piece(one, master, document.language, wide_cm) for one in document.parts]
    said = {
        "title": document.title, "period": document.subtitle, "number": document.number, "company": document.company,
        "author": document.author, "issuer": document.issuer, "state": state(document), "warning": document.warning,
        "facts": [Fact(what, says) for what, says in document.facts],
        "parts": pieces, "part": Pieces(pieces), "body": Whole(pieces),
        "figure": Figures(document), "figures": list(_numbers(document)), "marks": keys(document),
    }  # fmt: skip
    return said | {theirs: said[ours] for ours, theirs in CHINESE.items()}


def _numbers(document: Document) -> Iterator[Number]:
    """Each figure once, in the order of reading."""
    once = {one.key: Number(one.key, one.title, marked(one)) for one in document.figures()}
    yield from once.values()
