"""The standard's author for apps below it: a file of values, on the way of every change (base/kinds/authoring.py)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from opsloop.base.acts import Call, operation
from opsloop.base.kinds.authoring import Fault, Put, Standing, provide
from opsloop.base.kinds.registry import kinds
from opsloop.base.people.models import Person
from opsloop.base.policy.rules import can
from opsloop.base.things.frame import current_op
from opsloop.playbook import actions, queries
from opsloop.playbook.changes import LineRow, outcome
from opsloop.playbook.models import Publication, State, Version
from opsloop.playbook.reader.files import read_text, wrong_ident
from opsloop.playbook.reader.text import hash_of
from opsloop.playbook.store import keep
from opsloop.playbook.telling import tell_publishers
from opsloop.playbook.writing import write

_STANDING = {
    State.PROPOSED: Standing.PROPOSED, State.APPROVED: Standing.PROPOSED, State.PUBLISHED: Standing.PUBLISHED,
    State.REJECTED: Standing.REJECTED, State.WITHDRAWN: Standing.WITHDRAWN,
}  # fmt: skip


class BookAuthor:
    """Drafts, proposals and publications as the acts of the playbook make them."""

    def compose(self, kind: str, values: Mapping[str, Any]) -> str:
        return write(kinds[kind], dict(values))

    def check(self, kind: str, ident: str, text: str) -> Sequence[Fault]:
        one = kinds[kind]
        if error := wrong_ident(one, ident, ""):
            return [Fault("ident", f"{error.message} {error.remedy}".strip())]
        errors = read_text(one, ident, one.path(ident), text).errors
        if not errors:
            row = LineRow(kind, ident, hash_of(text), _base(kind, ident))
            errors = tuple(outcome([row], queries.latest(), {row.sha256: text}).errors)
        return [Fault(error.field, f"{error.message} {error.remedy}".strip()) for error in errors]

    def taken(self, kind: str, ident: str) -> bool:
        return queries.newest_version(kind, ident) is not None

    def put(self, kind: str, ident: str, text: str, *, by: Person, reason: str) -> Put:
        if current_op.get() is not None:
            return _put(LineRow(kind, ident, keep(text), _base(kind, ident)), by, reason)
        with operation(Call(by=by, via="page")):
            return _put(LineRow(kind, ident, keep(text), _base(kind, ident)), by, reason)

    def standing(self, number: int) -> Put | None:
        found = Publication.objects.filter(number=number).first()
        return _said(found) if found is not None else None

    def words(self) -> Mapping[str, str]:
        book = queries.published()
        return {term.term: term.en for _ident, one in book.all("glossary") for term in one.terms if term.en}


def _base(kind: str, ident: str) -> int:
    newest = queries.newest_version(kind, ident)
    return newest.number if newest else 0


def _put(row: LineRow, by: Person, reason: str) -> Put:
    """Each step that the person's rights allow, in one operation: all of them are done or none."""
    draft = actions.draft(by=by, kind=row.kind, ident=row.ident, sha256=row.sha256, base=row.base)
    if not can(by, "playbook.propose"):
        return Put(Standing.DRAFTED, 0, draft.get_absolute_url())
    made = actions.propose(by=by, reason=reason, lines=[row])
    if not can(by, "playbook.publish") or (made.rights_of and Version.objects.exists()):
        tell_publishers(made)
        return _said(made)
    return _said(actions.publish(made, by=by))


def _said(publication: Publication) -> Put:
    return Put(_STANDING[State(publication.state)], publication.number, publication.get_absolute_url())


provide(BookAuthor())
