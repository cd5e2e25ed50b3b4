"""Which shapes there are, and the one way to make them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module

from django.utils import translation
from django.utils.translation import gettext as _t

from opsloop.modules.reports.document import Document

HERE = "opsloop.modules.reports.rendering"
OFFICE = "application/vnd.openxmlformats-officedocument"


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of file. Its module is imported when it is wanted: each brings a heavy library."""

    suffix: str
    mime: str
    module: str

    @property
    def make(self) -> Callable[[Document], bytes]:
        found: Callable[[Document], bytes] = import_module(f"{HERE}.{self.module}").make
        return found


FORMATS: Mapping[str, Shape] = {
    one.suffix: one
    for one in (
        Shape("html", "text/html; charset=utf-8", "html"),
        Shape("pdf", "application/pdf", "pdf"),
        Shape("docx", f"{OFFICE}.wordprocessingml.document", "docx"),
        Shape("xlsx", f"{OFFICE}.spreadsheetml.sheet", "xlsx"),
        Shape("pptx", f"{OFFICE}.presentationml.presentation", "pptx"),
        Shape("md", "text/markdown; charset=utf-8", "markdown"),
    )
}


@dataclass(frozen=True, slots=True)
class WordTemplate:
    """The company's own .docx with its placeholders, and what it is called."""

    name: str
    content: bytes


def render(document: Document, shape: str, template: WordTemplate | None = None) -> bytes:
    """The file, in the document's language; Word in the look of a template. For jobs and the command line.

    Raises KeyError: no such shape; Refused: what is wrong with the template.
    """
    with translation.override(document.language):
        if template is not None and shape == "docx":
            from opsloop.modules.reports.rendering.template import fill  # noqa: PLC0415  # with the library

            return fill(document, template.content, template.name)
        return FORMATS[shape].make(document)


def file_name(document: Document, shape: str) -> str:
    """运营周报 第 46 周.pdf, 运营周报 第 46 周 草稿.pdf: what the file is called when it is fetched."""
    plain = re.sub(r'[\\/:*?"<>|\x00-\x1f]+', "-", f"{document.title} {document.subtitle}").strip(" .-")
    with translation.override(document.language):
        draft = f" {_t('Draft')}" if document.draft else ""
    return f"{plain[:120]}{draft}.{shape}"
