"""The rules and the writing of a publication; called by its acts and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _t

from opsloop.base.acts import Refused
from opsloop.base.jobs.api import enqueue
from opsloop.base.kinds.registry import kinds
from opsloop.base.people.models import Person, PersonKind
from opsloop.base.policy.rules import allowed
from opsloop.base.things.frame import running
from opsloop.playbook import queries, rights
from opsloop.playbook.changes import LineRow, Outcome, outcome
from opsloop.playbook.enacting import Brought, take_force
from opsloop.playbook.following import follow
from opsloop.playbook.models import Draft, Publication, State, Version
from opsloop.playbook.reader.errors import PlaybookError
from opsloop.playbook.reader.files import wrong_ident
from opsloop.playbook.reasons import let_go
from opsloop.playbook.telling import tell_reviewers

SHOWN = 20
"""Of so many errors a refusal tells; `playbook check` tells all."""


def refuse_unfit(rows: Sequence[LineRow], latest: dict[queries.Key, Version], day: date) -> None:
    """Refuse lines that are none, twice, unknown, unchanged, or made from what is no longer the newest."""
    if not rows:
        raise Refused(_t("Nothing differs from what is published."), field="lines")
    seen: set[queries.Key] = set()
    for row in rows:
        what = f"{row.kind} {row.ident}"
        if row.kind not in kinds:
            raise Refused(_t("There is no kind {name}.").format(name=row.kind), field="lines")
        if error := wrong_ident(kinds[row.kind], row.ident, ""):
            raise Refused(f"{error.message} {error.remedy}", field="lines")
        if (row.kind, row.ident) in seen:
            raise Refused(_t("{what} is there twice.").format(what=what), field="lines")
        seen.add((row.kind, row.ident))
        _refuse_line(row, latest.get((row.kind, row.ident)), what, day)


def _refuse_line(row: LineRow, was: Version | None, what: str, day: date) -> None:
    if (was.number if was else 0) != row.base:
        raise Refused(_t("{what} was changed meanwhile; compare with the newest version again.").format(what=what))
    if (was.sha256 if was else "") == row.sha256:
        raise Refused(_t("{what} does not differ from what is published.").format(what=what), field="lines")
    if was is not None and day < was.effective_from:
        raise Refused(
            _t("{what} has a version from {day}; a newer one cannot hold before it.").format(
                what=what, day=was.effective_from.isoformat()
            ),
            field="effective_from",
        )


def refuse_errors(errors: Sequence[PlaybookError]) -> None:
    """Refuse with the places of the first errors."""
    if errors:
        more = len(errors) - SHOWN
        lines = [str(error) for error in errors[:SHOWN]]
        if more > 0:
            lines.append(_t("and {n} more").format(n=more))
        raise Refused("\n".join(lines), field="lines")


def refuse_small(rows: Sequence[LineRow], rights_of: Sequence[str]) -> None:
    """What is new, and what changes rights, is read by those whom it concerns, however small it is called."""
    for row in rows:
        if row.small and (row.base == 0 or (row.kind == "position" and row.ident in rights_of)):
            raise Refused(
                _t("{what} is new or changes rights, so it is no small change.").format(what=f"{row.kind} {row.ident}"),
                field="lines",
            )


def refuse_own(publication: Publication, by: Person, act: str = "playbook.approve") -> None:
    """The second person is a person, and none with a hand or a gain in it."""
    if by.kind != PersonKind.STAFF:
        raise Refused(_t("Only a person who works here can approve."))
    standing = allowed(by, act, publication)
    authors = {publication.proposed_by_id, *_authors(publication)}
    if by.pk in authors or (standing is not None and standing.behalf_id in authors):
        raise Refused(_t("Who proposed or wrote it cannot approve it; a second person must."))
    if own := sorted(rights.held_by(by) & _widened(publication)):
        raise Refused(_t("It widens the rights of your own position {position}.").format(position=", ".join(own)))


def _authors(publication: Publication) -> set[int]:
    hashes = publication.lines.exclude(sha256="").values_list("sha256", flat=True)
    return set(Draft.objects.filter(sha256__in=list(hashes)).values_list("person_id", flat=True))


def _widened(publication: Publication) -> set[str]:
    latest = queries.latest()
    result = outcome(rows_of(publication), latest)
    out = set()
    for ident in result.rights_of:
        item, was = result.items["position", ident], latest.get(("position", ident))
        if rights.widened(was.data if was else {}, item.data if item else {}):
            out.add(ident)
    return out


def rows_of(publication: Publication) -> list[LineRow]:
    """Its lines as they were proposed."""
    return [LineRow(line.kind, line.ident, line.sha256, line.base, line.small) for line in publication.lines.all()]


def bring(publication: Publication, by: Person) -> None:
    """Write versions, let them take force as their kinds do, close the drafts that are now published."""
    latest, rows, now = queries.latest(), rows_of(publication), timezone.now()
    day = max(publication.effective_from, timezone.localdate(now))
    refuse_unfit(rows, latest, day)
    result = outcome(rows, latest, day=day)
    refuse_errors(result.errors)
    take_force(_write(publication, rows, result, day), timezone.localdate(now), by)
    enqueue("playbook.index", {}, key=f"index:{publication.pk}")
    _close_drafts(rows)
    publication.state, publication.effective_from = State.PUBLISHED, day
    publication.published_at, publication.rights_of = now, result.rights_of
    publication.save(update_fields=["state", "effective_from", "published_at", "rights_of"])
    if publication.waits_for_review:
        tell_reviewers(publication)
    follow(publication)


def _close_drafts(rows: Sequence[LineRow]) -> None:
    for row in rows:
        drafts = Draft.objects.filter(kind=row.kind, ident=row.ident, sha256=row.sha256, closed_at__isnull=True)
        let_go(list(drafts))
        drafts.update(closed_at=timezone.now())


def _write(publication: Publication, rows: Sequence[LineRow], result: Outcome, day: date) -> list[Brought]:
    made = []
    for row in rows:
        item = result.items[row.kind, row.ident]
        made.append(
            Version(
                kind=row.kind, ident=row.ident, number=row.base + 1, path=kinds[row.kind].path(row.ident),
                sha256=row.sha256, data=item.data if item else {}, effective_from=day, publication=publication,
            )
        )  # fmt: skip
    Version.objects.bulk_create(made)
    for one in made:  # versions are no Things, so their hashes are put into the entry here
        running().changed("playbook.version", one.pk, {str(one): (None, one.sha256 or None)})
    return [Brought(one, item.obj if (item := result.items[one.kind, one.ident]) else None) for one in made]
