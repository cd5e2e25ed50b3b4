"""A report is taken along as a file, which a job makes and keeps at the edition."""

from __future__ import annotations

from typing import Annotated

from django.utils.translation import get_language
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Refused, act
from opsloop.base.files.actions import put_file
from opsloop.base.files.models import Stored
from opsloop.base.people.models import Person
from opsloop.modules.reports import filing
from opsloop.modules.reports.actions.drafting import NO_DOORS
from opsloop.modules.reports.models import Edition, EditionFile
from opsloop.modules.reports.words import FileShape


@act("reports.export", _("Take along as a file"), done=_("{by} took {object} along as {shape}"))
def export(edition: Edition, *, by: Person, shape: Annotated[FileShape, Arg(label=_("Kind of file"))]) -> Edition:
    """In the language in force. Where it was made before it is offered at once, else a job makes it and tells.

    Of a draft only the newest file of a kind is kept.
    """
    said = filing.wanted(edition, get_language() or "")[shape]
    if not filing.made(edition, said):
        if not edition.is_out:
            filing.take_off_files(edition, shape, said.language)
        filing.ask(edition, said, by)
    return edition


@act("reports.keep_file", _("Keep a report's file"), done=_("{by} put {object} down as {shape}"), doors=NO_DOORS)
def keep_file(
    edition: Edition, *, by: Person, stored: Stored, shape: FileShape, language: str, content: str, name: str,
    draft: bool,
) -> Edition:  # fmt: skip
    """At the edition, for all who see it. Refused for a draft's file when the edition was issued meanwhile."""
    if draft and edition.is_out:
        raise Refused(_t("It was issued while the file was made; ask for it again."))
    attachment = put_file(edition, stored, by=by, name=name)
    EditionFile.objects.update_or_create(
        edition=edition, shape=shape, language=language, content=content, defaults={"attachment": attachment}
    )
    return edition
