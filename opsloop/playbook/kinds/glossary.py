"""The words of the company: one idea, one word, in both languages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from opsloop.base.kinds.registry import Binding, Book, Level, Said, kind
from opsloop.base.kinds.says import Says
from opsloop.playbook.reader.errors import say


@dataclass(frozen=True, slots=True)
class Term:
    """One word with its meaning, and the words that should not be used for it."""

    term: Annotated[str, Says(label=_("Term"), text=True, key=True)]
    meaning: Annotated[str, Says(label=_("Meaning"), text=True, long=True)]
    en: Annotated[str, Says(label=_("English"))] = ""
    not_: Annotated[tuple[str, ...], Says(label=_("Words to avoid"), text=True)] = ()
    group: Annotated[str, Says(label=_("Group"), text=True)] = ""


def check_glossary(ident: str, obj: Glossary, book: Book) -> Iterable[Said]:
    """A term is explained once in the whole playbook, and is never a word to avoid for itself."""
    elsewhere = {term.term: other for other, one in book.all("glossary") if other < ident for term in one.terms}
    seen: set[str] = set()
    for i, term in enumerate(obj.terms):
        path = f"terms.{i}.term"
        if term.term in seen or term.term in elsewhere:
            yield Said(
                path, say(_("{term} is explained twice."), term=term.term), Level.ERROR, _("Keep one of the two.")
            )
        if term.term in term.not_:
            yield Said(
                path,
                say(_("{term} is to be avoided for itself."), term=term.term),
                Level.ERROR,
                _("Take it out of `not`."),
            )
        seen.add(term.term)


@kind(
    "glossary", folder="glossary", form="yaml", binding=Binding.CURRENT, title=_("Glossary"), plural=_("Glossary"),
    check=check_glossary,
    about=_("A list of terms; pages show the meaning where a term appears."),
)  # fmt: skip
@dataclass(frozen=True, slots=True)
class Glossary:
    """A list of terms; pages show the meaning where a term appears."""

    title: Annotated[str, Says(label=_("Title"), text=True)]
    terms: Annotated[tuple[Term, ...], Says(label=_("Terms"))]
