"""Who is told of a report."""

from __future__ import annotations

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from opsloop.base.inbox.api import broadcast, holders, tell, tell_position
from opsloop.base.people.models import Person
from opsloop.base.things.errors import Text
from opsloop.modules.reports.messages import said_of
from opsloop.modules.reports.models import Edition

DRAFTED, TO_ISSUE, RETURNED, COPY, OWN, FILE = (
    "reports.drafted", "reports.to_issue", "reports.returned", "reports.copy", "reports.own", "reports.file",
)  # fmt: skip
BULLETIN = "reports.issued"


def tell_writer(edition: Edition) -> None:
    """The draft is there: conclusions and advice are to be confirmed."""
    tell_position(
        edition.report.writer, DRAFTED, format_lazy(_("Drafted: {title}"), title=edition),
        edition.warning or _("Confirm or change conclusions and advice, then hand it in."),
        link=edition.get_absolute_url(), about=edition, key=f"report:{edition.pk}",
    )  # fmt: skip


def tell_issuer(edition: Edition) -> None:
    tell_position(
        edition.report.issuer, TO_ISSUE, format_lazy(_("To be issued: {title}"), title=edition), edition.warning,
        link=edition.get_absolute_url(), about=edition, key=f"report:{edition.pk}",
    )  # fmt: skip


def tell_returned(edition: Edition, writer: Person | None, reason: Text) -> None:
    people = [writer] if writer is not None else holders(edition.report.writer)
    tell(
        people, RETURNED, format_lazy(_("Sent back: {title}"), title=edition), reason,
        link=edition.get_absolute_url(), about=edition, key=f"report:{edition.pk}",
    )  # fmt: skip


def tell_copies(edition: Edition, said: Text) -> None:
    """Everybody who gets a copy, and who wrote it."""
    people = {person.pk: person for code in edition.report.readers for person in holders(code)}
    if edition.writer is not None:
        people[edition.writer.pk] = edition.writer
    tell(
        list(people.values()), COPY, format_lazy(_("Issued: {title}"), title=edition), said,
        link=edition.get_absolute_url(), about=edition, key=f"report:{edition.pk}",
    )  # fmt: skip


def tell_groups(edition: Edition, picture: int | None) -> int:
    """Channels that take reports, once each; in the company's language. Answers how many."""
    title, body = said_of(edition)
    return broadcast(
        BULLETIN, title, body, link=edition.get_absolute_url(), key=f"report:{edition.pk}", picture=picture
    )


def tell_asker(edition: Edition, person: Person, name: str) -> None:
    """The file that was asked for is there."""
    title = format_lazy(_("{name} is ready"), name=name)
    tell(person, FILE, title, link=f"{edition.get_absolute_url()}#take-along", about=edition, even_self=True)
