"""A translation of one file's texts; `of` is the hash of what was translated, so that stale ones are found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from opsloop.base.kinds.fields import leaves
from opsloop.base.kinds.registry import Binding, Book, Change, Kind, Level, Said, by_folder, kind, kinds
from opsloop.base.kinds.says import Says
from opsloop.base.people.models import Person
from opsloop.base.things.errors import Text
from opsloop.playbook.compiled import put_english_titles
from opsloop.playbook.reader.errors import say

_HASH = re.compile(r"[0-9a-f]{64}")


def _hash(text: str) -> Text | None:
    return None if not text or _HASH.fullmatch(text) else _("What `opsloop playbook stamp` writes here, or nothing")


def source_of(ident: str) -> tuple[str, Kind, str] | None:
    """(language, kind, id) of what `en/positions/buyer` translates; None when no installed kind lies there."""
    language, _slash, inner = ident.partition("/")
    folder, _slash, stem = inner.rpartition("/")
    if not folder and stem in kinds and kinds[stem].single:
        return language, kinds[stem], stem
    one = by_folder(folder)
    return (language, one, stem) if one is not None and folder else None


def check_translation(ident: str, obj: Translation, book: Book) -> Iterable[Said]:
    """It translates something that is there, and only texts that it has."""
    source = source_of(ident)
    if source is None:
        yield Said("", _("It translates a file that no installed app reads."), Level.NOTE)
        return
    _language, one, stem = source
    if not book.has(one.name, stem):
        yield Said(
            "", say(_("There is no {what} {ident}."), what=one.title, ident=stem), Level.WARNING, _("Delete it.")
        )
        return
    original = book.get(one.name, stem)
    if original is not None:
        yield from _texts(obj, one, original)


def _texts(obj: Translation, one: Kind, original: Any) -> Iterable[Said]:
    there = {leaf.path for leaf in leaves(one.cls, original) if leaf.says.text}
    for path in obj.fields:
        if path not in there:
            yield Said(
                f"fields.{path}",
                say(_("The file has no text {path}."), path=path),
                Level.WARNING,
                _("Correct or delete it."),
            )


def compile_translations(changes: Sequence[Change], by: Person) -> None:
    """English titles of positions stand in their rows too, and the texts of kinds that keep rows in theirs."""
    put_english_titles(
        {s[2]: (c.obj.fields.get("title", "") if c.obj else "")
         for c in changes if (s := source_of(c.ident)) and s[0] == "en" and s[1].name == "position"}
    )  # fmt: skip
    found: dict[tuple[str, str], dict[str, dict[str, str]]] = {}
    for change in changes:
        if (source := source_of(change.ident)) is not None and source[1].translate is not None:
            texts = found.setdefault((source[1].name, source[0]), {})
            texts[source[2]] = change.obj.texts if change.obj is not None else {}
    for (name, language), texts in found.items():
        if (translate := kinds[name].translate) is not None:
            translate(language, texts)


@kind(
    "translation", folder="translations", form="yaml", binding=Binding.CURRENT, title=_("Translation"),
    plural=_("Translations"), check=check_translation, compile=compile_translations,
    about=_("The texts of one file in another language, each by the dotted path of its field."),
)  # fmt: skip
@dataclass(frozen=True, slots=True)
class Translation:
    """The texts of one file in another language, each by the dotted path of its field."""

    of: Annotated[str, Says(label=_("Made from"), check=_hash)] = ""
    fields: Annotated[dict[str, str], Says(label=_("Texts"), long=True)] = field(default_factory=dict)
    body: Annotated[str, Says(label=_("Description"), long=True)] = ""

    @property
    def texts(self) -> dict[str, str]:
        """Every text by its dotted path, the Markdown body among them."""
        return {**self.fields, "body": self.body} if self.body else self.fields
