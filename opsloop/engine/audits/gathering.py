"""All that is known of one case, as plain values: what was valid then, what happened, who agreed, what came late."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.html import strip_tags

from opsloop.base.acts import registry
from opsloop.base.files.models import Attachment
from opsloop.base.files.queries import may_read
from opsloop.base.ledger.models import Entry
from opsloop.base.ledger.queries import entries_of
from opsloop.base.people.models import Person
from opsloop.base.policy.models import Mandate
from opsloop.engine.cases.flow.state import Work
from opsloop.engine.cases.lateness import is_late
from opsloop.engine.cases.models import Case, CaseEvent, Vote, WorkItem
from opsloop.engine.cases.pages.shown import Shown
from opsloop.engine.cases.pages.values import Value, Values
from opsloop.engine.sops.blocks import Approve, Step
from opsloop.engine.sops.definition import SopFile
from opsloop.engine.sops.walk import blocks_of
from opsloop.engine.sops.wording import limit_words, limits_line
from opsloop.playbook.models import Version

Row = dict[str, Any]
TIME = re.compile(r"<time [^>]*title=\"([^\"]+)\"[^>]*>[^<]*</time>")


class Gathered:
    """One case before the person who drew it: `plain` for files, `files` the evidence that they may read."""

    def __init__(self, case: Case, by: Person, *, personal: bool) -> None:
        self.case, self.by = case, by
        self.shown = Shown(case, by)
        self.file: SopFile = self.shown.written
        self.items = list(WorkItem.objects.filter(case=case).order_by("no"))
        self.files = self._files()
        files = (self.shown.written, self.shown.file)
        self.values = Values(case, files, self.files.values(), whole=personal, hidden=self.shown.hidden)

    def plain(self) -> Row:
        """Everything, as JSON holds it; moments in the company's zone."""
        case = self.case
        return {
            "number": self.shown.code, "title": case.title, "state": case.get_status_display(),
            "initiator": self.shown.names.person(case.initiator_id),
            "department": case.department.title if case.department else "", "level": self.shown.level,
            "happened": _at(case.happened), "started": _at(case.started), "due": _at(case.due),
            "ended": _at(case.ended),
            "version": self.version(), "limits": self.limits(), "authority": self.authority(),
            "fields": [_field(one) for one in self.values.all()], "timeline": self.timeline(),
            "approvals": self.approvals(), "evidence": self.evidence(), "late": self.late(), "log": self.log(),
        }  # fmt: skip

    def version(self) -> Row:
        """The version on which the case ran to its end, whatever was published since."""
        edition = self.case.edition
        version = (
            Version.objects.filter(kind="sop", ident=edition.sop, sha256=edition.sha256).order_by("number").first()
        )
        return {
            "sop": edition.sop, "title": self.file.title, "number": edition.number, "sha256": edition.sha256,
            "in_force_from": str(version.effective_from) if version is not None else "",
        }  # fmt: skip

    def limits(self) -> list[Row]:
        """The time limits of this version, step by step."""
        return [
            {"step": one.id, "title": self.shown.titles.get(one.id, one.title), "within": dict(one.within),
             "said": limits_line(one.within, self.file)}
            for one in blocks_of(self.file) if isinstance(one, Step | Approve) and one.within
        ]  # fmt: skip

    def authority(self) -> list[Row]:
        """How much each position could give on the day when the case was started, of what this version asks for.

        Where nothing was on record for a position on that day, the first that came after it, with in_force False.
        """
        names = {seat.limit for one in blocks_of(self.file) if isinstance(one, Approve) for seat in one.approve}
        names |= {one.limit for one in blocks_of(self.file) if isinstance(one, Step)}
        day = timezone.localdate(self.case.started or timezone.now())
        newest: dict[str, Mandate] = {}
        for one in Mandate.objects.select_related("position").order_by("from_day", "pk"):
            if one.from_day <= day or one.position.code not in newest:
                newest[one.position.code] = one
        return [
            {"authority": name, "position": one.position.name, "limit": one.limits[name], "since": str(one.from_day),
             "in_force": one.from_day <= day}
            for one in newest.values() for name in sorted(filter(None, names)) if name in one.limits
        ]  # fmt: skip

    def timeline(self) -> list[Row]:
        """What happened as sentences, oldest first."""
        lines = reversed(self.shown.history)
        return [{"at": _at(one.at), "what": strip_tags(one.text), "said": one.said} for one in lines]

    def approvals(self) -> list[Row]:
        """Every voice, also void ones: who, for whom, how much, by which authority."""
        items = {one.no: one for one in self.items}
        out = []
        for vote in Vote.objects.filter(case=self.case).order_by("no"):
            item = items.get(vote.item)
            out.append({
                "step": self.shown.titles.get(item.node, item.node) if item else "", "round": vote.round,
                "by": self.shown.names.person(vote.by_id), "for": self.shown.names.person(vote.behalf_id),
                "position": item.position if item else "", "yes": vote.yes, "counts": not vote.void,
                "automatic": vote.automatic, "authority": vote.authority,
                "amount": str(vote.amount) if vote.amount is not None else "", "said": vote.comment, "at": _at(vote.at),
                "opened": _at(item.opened) if item else "",
            })  # fmt: skip
        return out

    def evidence(self) -> list[Row]:
        """What was shown for which step; a file that one may not read is named by its number only."""
        out = []
        for event in self.shown.events:
            given = event.data.get("evidence")
            for name, numbers in given.items() if isinstance(given, dict) else ():
                for number in numbers:
                    out.append({"step": self.shown.titles.get(event.node, event.node), "evidence": name,
                                **self._named(number)})  # fmt: skip
        return out

    def _named(self, number: int) -> Row:
        one = self.files.get(number)
        if one is None:
            return {"number": number, "file": "", "sha256": ""}
        return {"number": number, "file": one.name, "sha256": one.stored.sha256}

    def _files(self) -> dict[int, Attachment]:
        """Evidence of the case by its number, as far as who drew it may read it."""
        given = [one.data.get("evidence") for one in self.shown.events]
        numbers = {n for one in given if isinstance(one, dict) for each in one.values() for n in each}
        rows = Attachment.objects.filter(pk__in=numbers, removed_at=None, stored__erased_at=None)
        return {one.pk: one for one in rows.select_related("stored") if may_read(self.by, one)}

    def late(self) -> list[Row]:
        """What was entered longer after it happened than the version allows (补录): the case, and acts in it."""
        case, entries = self.case, list(entries_of(self.case).order_by("id"))
        begun = next((one for one in entries if one.act == "cases.start"), None)
        entered = case.happened if case.parent_id is None else None  # a sub-case is begun by the case above
        found = [(case.title, entered, case.started, begun)]
        others = [one for one in entries if one is not begun or case.happened is None]
        found += [(_called(one.act), _moment(one.happened), _moment(one.at), one) for one in others]
        return [
            self._told_late(what, happened, recorded, entry) for what, happened, recorded, entry in found
            if happened and recorded and is_late(case, self.file, happened, recorded)
        ]  # fmt: skip

    def _told_late(self, what: str, happened: datetime, recorded: datetime, entry: Entry | None) -> Row:
        return {
            "what": what, "happened": _at(happened), "recorded": _at(recorded),
            "minutes": _minutes(happened, recorded), "allowed": self.file.start.late_limit,
            "allowed_said": limit_words(self.file.start.late_limit),
            "reason": overrides(entry) if entry is not None else self._said_with(recorded),
            "entry": entry.pk if entry is not None else None,
        }  # fmt: skip

    def _said_with(self, recorded: datetime) -> str:
        """The reason of a case that came with its past, so that no act of its own holds it: what its initiator said at
        the moment of entering it."""
        said = (one for one in self.shown.events if one.verb == "commented" and one.at == recorded)
        return next((str(one.data["text"]) for one in said if one.by_id == self.case.initiator_id), "")

    def log(self) -> list[Row]:
        """The process log as it stands, each line with its ledger entry."""
        return [log_row(one, self.shown.names.person) for one in self.shown.events]

    def work(self) -> Iterable[WorkItem]:
        """Steps and approvals, without copies."""
        return [one for one in self.items if one.kind != Work.COPY]


def overrides(entry: Entry) -> str:
    """The reasons that were given for soft rules."""
    said: Mapping[str, str] = json.loads(entry.body).get("overrides", {})
    return " · ".join(said.values())


def log_row(one: CaseEvent, name: Any) -> Row:
    return {
        "seq": one.seq, "at": _at(one.at), "verb": one.verb, "step": one.node, "round": one.round,
        "item": one.item, "by": name(one.by_id), "for": name(one.behalf_id), "entry": one.entry,
    }  # fmt: skip


def _field(one: Value) -> Row:
    if one.rows:
        return {"field": one.id, "title": one.title, "rows": [[_plain(c) for c in row] for row in one.rows]}
    text = one.file.name if one.file is not None else _plain(one.text)
    return {"field": one.id, "title": one.title, "text": text, "masked": one.masked}


def _plain(text: object) -> str:
    """Without tags; moments whole, since a page leaves out the year while it lasts and an archive outlives it."""
    return strip_tags(TIME.sub(r"\1", str(text)))


def _at(moment: datetime | None) -> str:
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment is not None else ""


def _called(act: str) -> str:
    known = registry.get(act)
    return str(known.label) if known is not None else act


def _moment(micros: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)


def _minutes(since: datetime, until: datetime) -> int:
    return (until - since) // timedelta(minutes=1)
