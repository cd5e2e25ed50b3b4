"""The company's own Word template, filled: its look, our words and figures; `places.py` has what it may ask for.

The template is jinja2 in a sandbox; texts are escaped, so what people wrote stays text. What a reader has to know is
put in where the template leaves it out: the warning before everything, and the word Draft in each header.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zipfile import BadZipFile

from django.utils.translation import gettext as _t
from docx.opc.exceptions import OpcError
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment
from lxml.etree import XMLSyntaxError

from opsloop.base.things.errors import Refused
from opsloop.modules.reports.document import Document
from opsloop.modules.reports.rendering.docx import WIDE_CM, name_file, say_quietly
from opsloop.modules.reports.rendering.places import placeholders
from opsloop.modules.reports.rendering.proof import proved, sources, unfold
from opsloop.modules.reports.rendering.saying import state

STATE, WARNING = frozenset({"state", "状态"}), frozenset({"warning", "提示"})
NARROWEST_CM = 4.0


def fill(document: Document, template: bytes, name: str) -> bytes:
    """The file in the company's look. Raises Refused naming what of the template is wrong, where, and what to do."""
    word = _opened(DocxTemplate(BytesIO(template)), name)
    unfold(word.docx)
    env = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    used = proved(sources(word), env, placeholders(document, None, WIDE_CM), name)
    _add_what_is_missing(word.docx, document, used)
    try:
        word.render(placeholders(document, word.docx, _wide_cm(word.docx)), jinja_env=env, autoescape=True)
    except TemplateError as error:  # what is tried before is not all: properties and footnotes may ask too
        text = _t("{file}, properties or footnotes: {why}. Mend it there; the guide of reports lists what there is.")
        raise Refused(text.format(file=name, why=str(error).rstrip("."))) from error
    _whole(word.docx, name)
    name_file(word.docx, document)
    held = BytesIO()
    word.save(held)
    return held.getvalue()


def _opened(word: Any, name: str) -> Any:
    try:
        word.init_docx()
    except (OpcError, BadZipFile, XMLSyntaxError, AttributeError, LookupError, ValueError) as error:
        text = _t("{file} is no Word file. Save the template as .docx in Word or WPS and put it there again.")
        raise Refused(text.format(file=name)) from error
    return word


def _wide_cm(word: Any) -> float:
    """Between the margins; of the narrowest section, as a placeholder may stand in any."""
    wide = [
        (one.page_width - one.left_margin - one.right_margin - (one.gutter or 0)) / 360_000
        for one in word.sections
        if None not in (one.page_width, one.left_margin, one.right_margin)
    ]
    return max(NARROWEST_CM, min(wide, default=WIDE_CM))


def _add_what_is_missing(word: Any, document: Document, used: dict[str, set[str]]) -> None:
    """A reader must not miss it because a template forgot it. used: where -> names of placeholders."""
    every, heads = set().union(*used.values()), used.get(_t("page header"), set())
    if document.warning and not every & WARNING:
        first = word.add_paragraph()
        first.add_run("{{ warning }}").bold = True
        word.element.body.insert(0, first._p)
    if (said := state(document)) and not heads & STATE:
        for header in _headers(word):
            say_quietly(header.add_paragraph(), said)


def _headers(word: Any) -> Iterator[Any]:
    """Each header that stands on a page of its own right."""
    for n, section in enumerate(word.sections):
        found = [section.header]
        if section.different_first_page_header_footer:
            found.append(section.first_page_header)
        if word.settings.odd_and_even_pages_header_footer:
            found.append(section.even_page_header)
        yield from (one for one in found if n == 0 or not one.is_linked_to_previous)


def _whole(word: Any, name: str) -> None:
    """Word cannot open a paragraph within a paragraph."""
    if word.element.body.xpath(".//w:t//w:p | .//w:t//w:tbl"):
        text = _t("{file}: {what} bring whole paragraphs. Give each a line of its own: {example}.")
        raise Refused(text.format(file=name, what="body, part.…", example="{{p body }}"))
