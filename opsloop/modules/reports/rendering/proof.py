"""A company's Word template is tried before it is filled, so that a fault is told with its place and its remedy."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from html import unescape
from traceback import walk_tb
from typing import Any

from django.utils.translation import gettext as _t
from docx.oxml.ns import qn
from jinja2 import TemplateError, TemplateSyntaxError, meta

from opsloop.base.things.errors import Refused
from opsloop.modules.reports.rendering.places import BODIES, NotInReport

ALONE = re.compile(r"\s*\{\{\s*((?:body|正文|part\.\w+|parts\[\d+\])(?:\.body)?)\s*\}\}\s*")
COMPILED = "<template>"
"""What jinja calls the code of a template that comes out of no file."""
LONGEST = 60


@dataclass(frozen=True, slots=True)
class Source:
    """A piece of the template as jinja reads it, a line for each paragraph. where: as people call it."""

    where: str
    text: str

    def line(self, n: int) -> str:
        """What a person sees of line n, from 1."""
        lines = self.text.split("\n")
        said = unescape(re.sub(r"<[^>]+>", "", lines[n - 1])).strip() if 0 < n <= len(lines) else ""
        return said if len(said) <= LONGEST else said[: LONGEST - 1] + "…"

    def line_with(self, name: str) -> str:
        """The first that asks for this name."""
        wanted = re.compile(rf"\{{[{{%][^}}]*(?<!\w){re.escape(name)}(?!\w)")
        numbers = range(1, self.text.count("\n") + 2)
        return next((self.line(n) for n in numbers if wanted.search(self.line(n))), "")


def unfold(word: Any) -> None:
    """`{{ body }}` alone on its line is meant as `{{p body }}`: whole paragraphs in the place of this one."""
    for paragraph in word.element.body.iter(qn("w:p")):
        texts = list(paragraph.iter(qn("w:t")))
        if found := ALONE.fullmatch("".join(one.text or "" for one in texts)):
            texts[0].text = f"{{{{p {found[1]} }}}}"
            for one in texts[1:]:
                one.text = ""


def sources(word: Any) -> list[Source]:
    """The text, then headers and footers. word: docxtpl's."""
    found = [Source(_t("main text"), _lines(word, word.get_xml()))]
    for where, uri in ((_t("page header"), word.HEADER_URI), (_t("page footer"), word.FOOTER_URI)):
        found += [Source(where, _lines(word, word.get_part_xml(part))) for _key, part in word.get_headers_footers(uri)]
    return found


def _lines(word: Any, xml: str) -> str:
    return re.sub(r"(?=<w:p[ >])|(?<=</w:p>)", "\n", word.patch_xml(re.sub(r"[\r\n]+", " ", xml)))


def proved(found: Iterable[Source], env: Any, said: Mapping[str, Any], name: str) -> dict[str, set[str]]:
    """Where -> the names that are asked for there. Raises Refused: not readable, unknown, or no place for the text."""
    used: dict[str, set[str]] = {}
    for source in found:
        names = _names(source, env, name)
        _known(source, names, said, name)
        _tried(source, env, said, name)
        used.setdefault(source.where, set()).update(names)
    if not set().union(*used.values()) & BODIES:
        text = _t("{file} has no place for the text of the report. Write {example} on a line of its own.")
        raise Refused(text.format(file=name, example="{{p body }}"))
    return used


def _names(source: Source, env: Any, name: str) -> set[str]:
    try:
        env.compile(source.text)
        names: set[str] = meta.find_undeclared_variables(env.parse(source.text))
    except TemplateSyntaxError as error:
        remedy = _t("Placeholders look like {example}, with two braces on each side.").format(example="{{ title }}")
        raise Refused(_fault(source, name, source.line(error.lineno), str(error.message), remedy)) from error
    return names


def _known(source: Source, names: set[str], said: Mapping[str, Any], name: str) -> None:
    for one in sorted(names - said.keys()):
        near = get_close_matches(one, said, n=3, cutoff=0.4)
        why = _t("there is no placeholder {name}").format(name=one)
        remedy = _t("Close to it: {names}.").format(names=", ".join(near)) if near else ""
        known = _t("There are: {names}.").format(names=", ".join(said))
        raise Refused(_fault(source, name, source.line_with(one), why, remedy or known))


def _tried(source: Source, env: Any, said: Mapping[str, Any], name: str) -> None:
    try:
        env.from_string(source.text).render(said)
    except (TemplateError, NotInReport, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        at = [line for frame, line in walk_tb(error.__traceback__) if frame.f_code.co_filename == COMPILED]
        remedy = _t("Mend it in the template; the guide of reports lists what there is.")
        raise Refused(_fault(source, name, source.line(at[-1] if at else 0), str(error), remedy)) from error


def _fault(source: Source, name: str, line: str, why: str, remedy: str) -> str:
    text = _t("{file}, {where}, “{line}”: {why}. {remedy}")
    return text.format(file=name, where=source.where, line=line or "—", why=why.rstrip("."), remedy=remedy)
