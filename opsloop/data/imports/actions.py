"""Acts of imports: begin, say how the file is read and for what it is, commit, give up. Files are read outside."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated

from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Refused, act
from opsloop.base.files.models import Stored
from opsloop.base.jobs.api import enqueue
from opsloop.base.kinds.authoring import Standing, author
from opsloop.base.people.models import Person
from opsloop.base.things.errors import Text
from opsloop.data.imports.models import Finding, Import, State
from opsloop.data.sources.actions import map_headings
from opsloop.data.sources.models import Load, Source
from opsloop.data.sources.remembering import Called

NO_DOORS: frozenset[str] = frozenset()
"""These go with an uploaded content or with what was read from it: the wizard's pages and jobs call them."""
LOAD = "imports.load"
LONGEST = 200_000
"""Characters of a new source's values as JSON."""


def is_open(brought: Import) -> Text | None:
    """Why nothing can be said of it any more, or None."""
    return None if brought.state == State.OPEN else _("This import is committed or over.")


def is_waiting(brought: Import) -> Text | None:
    """Why it is not taken up, or None."""
    return None if brought.state == State.WAITING else _("This import does not wait for a publication.")


def is_loading(brought: Import) -> Text | None:
    """Why it cannot be finished, or None."""
    return None if brought.state == State.LOADING else _("This import is not being loaded.")


def can_be_given_up(brought: Import) -> Text | None:
    """Why it cannot be given up, or None."""
    return None if brought.state in (State.OPEN, State.WAITING) else _("This import is being loaded or over.")


@act("imports.begin", _("Bring in a file"), done=_("{by} brought the file {result}"), doors=NO_DOORS)
def begin(*, by: Person, stored: Stored, name: Annotated[str, Arg(label=_("File"), min=1, max=250)]) -> Import:
    """Begin an import with an uploaded content. The same content that is begun already goes on where it was."""
    there = Import.objects.filter(person=by, stored=stored, state=State.OPEN).first()
    if there is not None:
        return there
    now = timezone.now()
    made = Import(
        person=by, stored=stored, name=name, size=stored.size, sha256=stored.sha256, begun_at=now, changed_at=now
    )
    made.save()
    return made


@act("imports.read_as", _("Say how a file is read"), done=_("{by} said how {object} is read"), doors=NO_DOORS,
     when=is_open)  # fmt: skip
def read_as(
    brought: Import, *, by: Person, skip: Annotated[int, Arg(min=0, max=1000)] = 0,
    sheet: Annotated[str, Arg(max=100)] = "",
) -> Import:  # fmt: skip
    """Where the headings stand and which sheet is meant, when that was found out wrongly."""
    brought.skip, brought.sheet, brought.changed_at = skip, sheet, timezone.now()
    brought.save()
    return brought


@act("imports.choose", _("Say for which source a file is"), done=_("{by} said that {object} is for {source}"),
     doors=NO_DOORS, when=is_open)  # fmt: skip
def choose(brought: Import, *, by: Person, source: Source, columns: list[Called]) -> Import:
    """The file is for this source, and its headings are these columns; remembered when it is committed."""
    brought.source, brought.columns = source, {one.column: one.heading for one in columns}
    brought.ident, brought.definition, brought.changed_at = "", {}, timezone.now()
    brought.save()
    return brought


@act("imports.describe", _("Describe a new source"), done=_("{by} described {ident} out of {object}"),
     doors=NO_DOORS, when=is_open)  # fmt: skip
def describe(
    brought: Import, *, by: Person, ident: Annotated[str, Arg(label=_("Id"), min=1, max=60)],
    definition: Annotated[str, Arg(label=_("Definition"), min=2, max=LONGEST)],
) -> Import:  # fmt: skip
    """The file makes a new source with these values (JSON, keyed as in a source's file). Wrong ones may be kept:
    what is wrong is refused when it is committed."""
    try:
        values = json.loads(definition)
    except ValueError:
        values = None
    if not isinstance(values, dict):
        raise Refused(_t("The definition is no JSON object."), field="definition")
    brought.ident, brought.definition, brought.changed_at = ident, values, timezone.now()
    brought.source, brought.columns = None, {}
    brought.save()
    return brought


@act("imports.commit", _("Load the file"), done=_("{by} had {object} loaded"), doors=NO_DOORS, when=is_open)
def commit(brought: Import, *, by: Person, headings: list[str]) -> Import:
    """Load it into the source it is for; what was said of its headings is remembered. headings: those of the file.

    A new source's file is drafted, put forward and published as far as the rights of `by` go, and loaded once it is
    published. Refused while its definition is wrong.
    """
    if brought.source is not None:
        if brought.columns:
            called = [Called(column, heading) for column, heading in brought.columns.items()]
            map_headings(
                brought.source, by=by, file=brought.name, headings=headings, columns=called, skip=brought.skip,
                sheet=brought.sheet,
            )  # fmt: skip
        return _load(brought)
    if not brought.ident:
        raise Refused(_t("Say first for which source the file is."))
    text = author().compose("source", brought.definition)
    if faults := author().check("source", brought.ident, text):
        raise Refused("\n".join(one.text for one in faults[:10]), field="definition")
    reason = _t("Made from the file {name}.").format(name=brought.name)
    put = author().put("source", brought.ident, text, by=by, reason=reason)
    brought.publication = put.number
    if put.standing == Standing.PUBLISHED:
        brought.source = Source.objects.get(ident=brought.ident)
        return _load(brought)
    brought.state, brought.changed_at = State.WAITING, timezone.now()
    brought.save()
    return brought


@act("imports.take_up", _("Load a file that waited"), done=_("{by} had {object} loaded, which had waited"),
     doors=NO_DOORS, when=is_waiting)  # fmt: skip
def take_up(brought: Import, *, by: Person) -> Import:
    """Its source is published now. Refused as long as it is not."""
    source = Source.objects.filter(ident=brought.ident, withdrawn=False).first()
    if source is None:
        raise Refused(_t("The source {name} is not published yet.").format(name=brought.ident))
    brought.source = source
    return _load(brought)


def _load(brought: Import) -> Import:
    brought.state, brought.changed_at = State.LOADING, timezone.now()
    brought.save()
    enqueue(LOAD, {"brought": brought.pk}, behalf=brought.person)
    return brought


@act("imports.finish", _("Note that a file is loaded"), done=_("{by} noted what became of {object}: {load}"),
     doors=NO_DOORS, when=is_loading)  # fmt: skip
def finish(brought: Import, *, by: Person, load: Load) -> Import:
    """The import is over; a load that failed opens it again, so that the file can be read otherwise."""
    brought.load = load
    if load.state == "failed":
        brought.state, brought.changed_at = State.OPEN, timezone.now()
        brought.save()
        return brought
    return _end(brought, State.DONE)


@act("imports.reopen", _("Open an import again"), done=_("{by} opened {object} again"), doors=NO_DOORS)
def reopen(brought: Import, *, by: Person) -> Import:
    """A load that never came about, or a proposal that was rejected: it can be corrected and committed again."""
    if brought.over or brought.stored_id is None:
        raise Refused(_t("This import is over; bring the file in again."))
    brought.state, brought.changed_at = State.OPEN, timezone.now()
    brought.save()
    return brought


@act("imports.give_up", _("Give up the import"), done=_("{by} gave up {object}"), doors=NO_DOORS, when=can_be_given_up)
def give_up(brought: Import, *, by: Person) -> Import:
    """Nothing of the file is loaded, and its content is let go. A proposal that was made stays with the playbook."""
    return _end(brought, State.GIVEN_UP)


def _end(brought: Import, state: State) -> Import:
    """Cells of the file do not stay in technical rows, and the content is no longer held."""
    Finding.objects.filter(brought=brought).delete()
    brought.state, brought.stored = state, None
    brought.ended_at = brought.changed_at = timezone.now()
    brought.save()
    return brought


@act("imports.tidy", _("Give up imports that nobody goes on with"), done=_("{by} gave up imports that were left"),
     doors=NO_DOORS)  # fmt: skip
def tidy_imports(*, by: Person, before: datetime) -> int:
    """Begun or waiting ones that were not touched since."""
    left = list(Import.objects.filter(state__in=(State.OPEN, State.WAITING), changed_at__lt=before)[:500])
    for one in left:
        _end(one, State.GIVEN_UP)
    return len(left)
