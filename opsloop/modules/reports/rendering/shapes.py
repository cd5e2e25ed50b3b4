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


def render(document: Document, shape: str) -> bytes:
    """The file, in the document's language. For jobs and the command line. KeyError: no such shape."""
    with translation.override(document.language):
        return FORMATS[shape].make(document)


def file_name(document: Document, shape: str) -> str:
    """运营周报 第 46 周.pdf, 运营周报 第 46 周 草稿.pdf: what the file is called when it is fetched."""
    plain = re.sub(r'[\\/:*?"<>|\x00-\x1f]+', "-", f"{document.title} {document.subtitle}").strip(" .-")
    with translation.override(document.language):
        draft = f" {_t('Draft')}" if document.draft else ""
    return f"{plain[:120]}{draft}.{shape}"
