"""playbook.yaml: the title page of the whole standard, and its chapters in order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from django.db import models
from django.utils.translation import gettext_lazy as _

from opsloop.base.kinds.names import Known, namespace
from opsloop.base.kinds.registry import Binding, Book, Level, Said, kind, kinds
from opsloop.base.kinds.says import Says
from opsloop.playbook.reader.errors import say

namespace(
    "kind",
    lambda: [name for name, one in kinds.items() if not one.single and name != "translation"],
    lambda name, offered: Known.YES if name in offered else Known.OPEN,
)


class Language(models.TextChoices):
    """The language in which the playbook is written."""

    ZH_HANS = "zh-Hans", _("Chinese")
    EN = "en", _("English")


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter; without a kind it is its own text."""

    title: Annotated[str, Says(label=_("Title"), text=True, key=True)]
    kind: Annotated[str, Says(label=_("Kind"), ref="kind", help=_("All files of this kind make up the chapter."))] = ""
    about: Annotated[str, Says(label=_("About"), text=True, long=True)] = ""


def check_playbook(ident: str, obj: TitlePage, book: Book) -> Iterable[Said]:
    """A kind makes one chapter."""
    named = [chapter.kind for chapter in obj.chapters if chapter.kind]
    for i, chapter in enumerate(obj.chapters):
        if chapter.kind and chapter.kind in named[: named.index(chapter.kind)]:
            continue
        if chapter.kind and named.count(chapter.kind) > 1:
            yield Said(f"chapters.{i}.kind", say(_("{kind} makes two chapters."), kind=chapter.kind), Level.ERROR)


@kind(
    "playbook", folder="", form="yaml", binding=Binding.CURRENT, title=_("Title page"), plural=_("Title page"),
    single=True, check=check_playbook,
    about=_("What the playbook is called, in which language it is written, and which chapters it has."),
)  # fmt: skip
@dataclass(frozen=True, slots=True)
class TitlePage:
    """What the playbook is called, in which language it is written, and which chapters it has."""

    title: Annotated[str, Says(label=_("Title"), text=True)]
    language: Annotated[Language, Says(label=_("Language"))] = Language.ZH_HANS
    edition: Annotated[str, Says(label=_("Edition"))] = ""
    about: Annotated[str, Says(label=_("About"), text=True, long=True)] = ""
    read_within: Annotated[
        int,
        Says(
            label=_("Working days to read"), min=1, max=60, help=_("So long has who must read and confirm a version.")
        ),
    ] = 5
    readings_a_week: Annotated[
        int,
        Says(
            label=_("Readings a week"),
            min=1,
            max=50,
            help=_("Nobody is given more to read in a week; the rest waits for the weeks after."),
        ),
    ] = 3
    chapters: Annotated[tuple[Chapter, ...], Says(label=_("Chapters"))] = ()
