"""A thing of every scoped model for everybody, and where it belongs: all that the oracle knows of models."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any

from django.db.models import Model
from django.utils import timezone

from opsloop.base.calendar.models import AnnouncedYear, CalendarSpec
from opsloop.base.files.models import Attachment, Stored, Upload
from opsloop.base.inbox.models import Notice, Rule
from opsloop.base.jobs.models import Job, JobState, LetterState, Outbox, Schedule
from opsloop.base.ledger.models import Entry
from opsloop.base.links.models import Link
from opsloop.base.people.models import Absence, Appointment, Department, Erasure, Holding, Person, Position, Token
from opsloop.base.policy.models import Mandate
from opsloop.base.testing import department, given, hold, make
from opsloop.data.explore.models import Dashboard, Pin
from opsloop.data.imports.models import Import
from opsloop.data.lake.models import DataFile, Snapshot
from opsloop.data.requests.models import Receiver, Request
from opsloop.data.sources.models import Source
from opsloop.data.sql.models import SavedQuery
from opsloop.engine.assignments.models import Assignment, Copied, Series
from opsloop.engine.audits.models import AuditPack
from opsloop.engine.cases.models import Activation, Case, Edition, WorkItem
from opsloop.engine.findings.models import Evidence, Finding, Measurement
from opsloop.engine.findings.models import Source as Sight
from opsloop.engine.readings.models import Duty, QuizTry
from opsloop.engine.readings.models import State as Reading
from opsloop.engine.series.models import Run
from opsloop.engine.series.models import Series as CaseSeries
from opsloop.playbook.models import Content, Draft, Line, Publication, Version
from opsloop.ui.models import Export
from opsloop.ui.people.jobs import TASK as IMPORT
from tests.matrix import numbers
from tests.matrix.company import Visitor
from tests.matrix.oracle import Place, Row


@dataclass(frozen=True)
class Owner:
    """Somebody whose things they are: a visitor, a colleague beside, one below, one far away."""

    key: str
    person: Person
    department: Department
    place: Place


@dataclass(frozen=True)
class Thing:
    """A row of the product with its place in the oracle. `mark` stands in its texts, if it has any."""

    obj: Model
    row: Row
    mark: str = ""


HASH = "0" * 64
Things = dict[type[Model], Thing]


def mark(model: type[Model], owner: str) -> str:
    """A word that stands on a page only if the page shows this row."""
    return f"mk{model._meta.model_name}q{hashlib.sha256(owner.encode()).hexdigest()[:10]}q"


class Maker:
    """Makes everybody's things once."""

    def __init__(self) -> None:
        self.now = timezone.now()
        self.newcomer = make(Person, name="新人", phone="13700000000", email="newcomer.secret@example.net")
        self.spare = Position.objects.get(code="x-nothing")
        self.shared = self._shared()
        self.things: dict[str, Things] = {}
        self.by_mark: dict[str, Thing] = {}

    def of_any(self) -> Things:
        """Somebody's things: which models there are."""
        return next(iter(self.things.values()))

    def of(self, owner: Owner) -> Things:
        """Every model's thing that is this owner's."""
        if owner.key not in self.things:
            with given():
                made = self._own(owner)
            self.things[owner.key] = {**self.shared, **made}
            self.by_mark |= {one.mark: one for one in made.values() if one.mark}
        return self.things[owner.key]

    def _own(self, who: Owner) -> Things:
        found: Things = {}

        def add(model: type[Model], row: Row, text: str = "", /, **values: Any) -> Any:
            word = mark(model, who.key) if text else ""
            obj = model(**values, **({text: word} if text else {}))
            obj.save()
            found[model] = Thing(obj, row, word)
            return obj

        me = frozenset({who.key})
        mine = Row("people", who.place, me)
        found[Person] = Thing(who.person, mine)
        found[Department] = Thing(who.department, Row("people", who.place, home=True, everyone=True))
        holding = Holding.objects.filter(person=who.person, department=who.department).first()
        found[Holding] = Thing(holding, mine)
        asked = {"person": self.newcomer, "asked_by": who.person}
        add(
            Appointment, mine, "reason", **asked, position=self.spare, department=who.department,
            starts_at=self.now + timedelta(days=9),
        )  # fmt: skip
        add(Erasure, Row("people", None, me), "reason", **asked)
        absence = {"person": who.person, "starts_at": self.now + timedelta(days=30)}
        add(Absence, mine, "reason", **absence, ends_at=self.now + timedelta(days=31))
        add(Token, Row("people", None, me), "title", person=who.person, digest=_digest(who, "token"))
        times = {"made_at": self.now, "run_at": self.now}
        failed = {"state": JobState.DEAD, "error": mark(Job, who.key)}
        job = add(Job, Row("jobs", None, me), task=IMPORT, behalf=who.person, **failed, **times)
        found[Job] = Thing(job, Row("jobs", None, me), mark(Job, who.key))
        found[Entry] = Thing(self._entry(who), Row("ledger", who.place, me), mark(Entry, who.key))
        told = Notice.objects.create(person=who.person, kind="jobs.failed", title=mark(Notice, who.key))
        found[Notice] = Thing(told, Row(always=me), told.title)
        add(Rule, Row("inbox", None, me), person=who.person, kind="*", where=["inbox"])
        mine_only = Row(all_of=(Row(always=me),))
        board = add(Dashboard, mine_only, "title", owner=who.person, definition={"tiles": [{"metric": "sales"}]})
        add(Pin, mine_only, person=who.person, dashboard=board)
        add(SavedQuery, Row("sql", None, me), "title", text="select 1", owner=who.person, saved_at=self.now)
        wanted = {"purpose": "matrix", "content": "matrix", "wanted_on": self.now.date(), "asked_at": self.now}
        asked_for = Row("requests", None, me)
        wish = add(Request, asked_for, "title", asked_by=who.person, personal=True, **wanted)
        add(Receiver, asked_for, request=wish, person=who.person)
        for more in (
            self._assignments, self._cases, self._series, self._audits, self._findings, self._readings,
        ):  # fmt: skip
            more(who, add)
        numbers.own(add, who.person, who.key, (who.department, who.place), len(self.things))
        text = _digest(who, "draft")
        Content.objects.create(sha256=text, text="title: 草稿\n")
        drawn = Row("playbook", None, me)
        draft = add(Draft, drawn, "ident", kind="position", sha256=text, person=who.person, saved_at=self.now)
        stored = self._stored(who, found)
        brought = {"stored": stored, "size": 3, "sha256": stored.sha256, "begun_at": self.now, "changed_at": self.now}
        into = Source.objects.get(ident=numbers.SHEET)
        add(Import, mine_only, "name", person=who.person, source=into, **brought)
        tied = {"person": who.person, "at": self.now}
        about = {"object_type": "playbook.draft", "object_id": draft.pk}
        add(Attachment, Row(all_of=(drawn,)), "name", stored=stored, **tied, **about)
        ends = {"a_type": "people.person", "a_id": who.person.pk, "b_type": "playbook.draft", "b_id": draft.pk}
        add(Link, Row(all_of=(mine, drawn)), "note", kind="related", **ends, **tied)
        return found

    def _assignments(self, who: Owner, add: Callable[..., Any]) -> None:
        """One that they gave themselves, with a copy, and one that comes round."""
        task = {"asked_by": who.person, "doer": who.person, "department": who.department}
        given_to = Row("assignments", who.place, frozenset({who.key}))
        due = {"asked_at": self.now, "due_at": self.now + timedelta(days=9)}
        assignment = add(Assignment, given_to, "title", **task, **due)
        add(Copied, given_to, assignment=assignment, person=who.person)
        often = {"rhythm": "workdays", "due_time": time(18), "starts_on": self.now.date()}
        add(Series, given_to, "title", **task, **often)

    def _cases(self, who: Owner, add: Callable[..., Any]) -> None:
        """One that they started, with a step that is theirs to do."""
        steps = [{"id": "one", "title": "matrix", "do": "operations-specialist"}]
        file = {"title": "matrix", "owner": "operations-manager", "steps": steps}
        version = {"number": 1, "sha256": HASH, "defaults": {"definition": file}}
        edition, _new = Edition.objects.get_or_create(sop="matrix", **version)
        row = Row("cases", who.place, frozenset({who.key}))
        begun = {"initiator": who.person, "department": who.department, "status": "running", "last_no": 9}
        case = add(Case, row, "title", edition=edition, sop="matrix", **begun)
        Activation.objects.create(case=case, no=2, node="", data={"at": 1})
        Activation.objects.create(case=case, no=3, node="one", parent=2)
        mine = {"assignee": who.person, "candidates": [who.person.pk]}
        WorkItem.objects.create(case=case, no=1, node="one", kind="do", status="open", activation=3, **mine)

    def _series(self, who: Owner, add: Callable[..., Any]) -> None:
        """A case that comes round, with a day that could not begin."""
        row = Row("series", who.place, frozenset({who.key}))
        rule = {"rhythm": "workdays", "at": "09:00", "starts_on": self.now.date(), "handled_until": self.now.date()}
        held = {"owner": who.person, "department": who.department, "position": Position.objects.get(code="buyer")}
        series = add(CaseSeries, row, "title", sop="competitor-watch", **held, **rule)
        add(Run, row, series=series, day=self.now.date(), state="failed", at=self.now)

    def _audits(self, who: Owner, add: Callable[..., Any]) -> None:
        """One that they drew, whose archive is not made yet."""
        days = {"since": self.now.date(), "until": self.now.date(), "made_at": self.now}
        add(AuditPack, Row("audits", None, frozenset({who.key})), "reason", made_by=who.person, size=1, seed=1, **days)

    def _findings(self, who: Owner, add: Callable[..., Any]) -> None:
        """One that they raised for their department, with where it came from and the data behind it."""
        row = Row("findings", who.place, frozenset({who.key}))
        raised = {"raised_by": who.person, "raised_at": self.now, "department": who.department, "origin": "suggestion"}
        number = Finding.objects.count() + 1
        finding = add(Finding, row, "title", number=number, **raised)
        make(Finding, title="matrix, too", number=number + 1, **raised)  # to merge the other one into
        sight = {"by": who.person, "at": self.now, "origin": "suggestion", "title": "matrix"}
        add(Sight, row, "seen", finding=finding, **sight)
        add(Evidence, row, finding=finding, metric="sales")
        add(Measurement, row, finding=finding, metric="sales", verdict="few", at=self.now, changed_on=self.now.date())

    def _readings(self, who: Owner, add: Callable[..., Any]) -> None:
        """One that they have open, of the position that all may read, with a try at questions."""
        version = Version.objects.filter(kind="position", ident="buyer").order_by("-number")[0]
        row = Row("readings", who.place, frozenset({who.key}))
        duty = add(
            Duty, row, "title", person=who.person, department=who.department, kind="position", ident="buyer",
            number=version.number, publication=version.publication, state=Reading.OPEN, given_at=self.now,
            week=self.now.date(), opened_at=self.now, due_at=self.now + timedelta(days=5),
        )  # fmt: skip
        add(QuizTry, row, duty=duty, number=1, at=self.now, right=0, asked=1, passed=False)

    def _entry(self, who: Owner) -> Entry:
        """A line of the ledger about a department, far behind the chain's end; it is never verified here."""
        said, at = mark(Entry, who.key), int(self.now.timestamp() * 1_000_000)
        body = json.dumps({"args": {"reason": said, "title": said}, "changes": {}, "object": said})
        return Entry.objects.create(
            id=10_000_000 + len(self.things), at=at, happened=at, by_id=who.person.pk, via="page", body=body, hash=b"",
            act="departments.rename", object_type="people.department", object_id=who.department.pk,
        )  # fmt: skip

    def _stored(self, who: Owner, found: Things) -> Stored:
        sha, name = _digest(who, "file"), mark(Stored, who.key)
        stored = Stored(sha256=sha, size=3, mime="text/plain", name=name, kept_at=self.now)
        stored.save()
        stored.path.parent.mkdir(parents=True, exist_ok=True)
        stored.path.write_bytes(b"abc")
        Upload(stored=stored, person=who.person, name=name, at=self.now).save()
        seen = found[Draft].row
        export = Export.objects.create(person=who.person, listing="people", kind="csv", name=mark(Export, who.key))
        found[Export] = Thing(export, Row(always=frozenset({who.key})), export.name)
        found[Stored] = Thing(stored, Row(all_of=(seen,), always=frozenset({who.key})), name)
        return stored

    def _shared(self) -> Things:
        """What belongs to nobody."""
        public = {noun: Row(noun, everyone=True, loose=True) for noun in ("people", "calendar", "playbook", "lake")}
        now = timezone.now()
        with given():
            columns = [{"name": "a", "type": "BIGINT", "personal": ""}]
            snapshot = Snapshot(table="matrix", at=now, rows=1, reason="matrix", columns=columns)
            snapshot.save()
            file = DataFile(table="matrix", path="matrix/1", partition="1", rows=1, size=1, added_in=snapshot)
            file.save()
            year = AnnouncedYear(year=2004)
            year.save()
            schedule = Schedule.objects.create(
                name="matrix", task="jobs.sweep", cron="0 3 * * *", seen_until=now, next_at=now
            )
            letter = Outbox.objects.create(
                key="matrix", channel="mail", to=email(self.newcomer), payload="{}", made_at=now, state=LetterState.DEAD
            )
            number = Publication.objects.order_by("-number").values_list("number", flat=True).first() or 0
            proposal = Publication(
                number=number + 1, reason="matrix", effective_from=now.date(), proposed_by=self.newcomer
            )
            proposal.save()
            counted = numbers.shared(self.newcomer, now)
        rows: dict[type[Model], tuple[Any, Row]] = {
            Position: (Position.objects.get(code="buyer"), public["people"]),
            Mandate: (Mandate.objects.first(), public["people"]),
            CalendarSpec: (CalendarSpec.objects.first(), public["calendar"]),
            AnnouncedYear: (year, public["calendar"]),
            Version: (Version.objects.first(), public["playbook"]),
            Publication: (proposal, public["playbook"]),
            Line: (Line.objects.first(), public["playbook"]),
            Snapshot: (snapshot, public["lake"]),
            DataFile: (file, public["lake"]),
            Schedule: (schedule, Row("jobs")),
            Outbox: (letter, Row("jobs")),
            **counted,
        }
        return {model: Thing(obj, row) for model, (obj, row) in rows.items()}


def _digest(who: Owner, what: str) -> str:
    return hashlib.sha256(f"{who.key} {what}".encode()).hexdigest()


def phone(n: int) -> str:
    return f"139{n:08d}"


def email(person: Person) -> str:
    return f"p{person.pk}.secret@example.net"


def number_people() -> dict[str, Person]:
    """Give everybody a phone number and an e-mail that stand nowhere else; answers them by these."""
    found = {}
    with given():
        for one in Person.objects.all():
            one.phone, one.email = phone(one.pk), email(one)
            one.save()
            found |= {one.phone: one, one.email: one}
    return found


Relations = dict[str, Owner]


def relations(visitors: list[Visitor], where: Callable[[], dict[str, Place]]) -> dict[str, Relations]:
    """visitor -> the owners it is tried against: itself, one beside, one below, one far away."""
    company = Department.objects.get(code="company")
    away = department("elsewhere", parent=company)
    homes = {v.department.code: v.department for v in visitors if v.department is not None}
    below = {code: department(f"below-{code}", parent=home) for code, home in homes.items()}
    place, post = where(), Position.objects.get(code="x-nothing")
    made: dict[str, Owner] = {}

    def colleague(key: str, there: Department) -> Owner:
        if key not in made:
            person = make(Person, name=f"同事 {key}")
            hold(person, post, there)
            made[key] = Owner(key, person, there, place[there.code])
        return made[key]

    found: dict[str, Relations] = {}
    for one in visitors:
        found[one.key] = {"far": colleague("far", away)}
        if one.department is not None and one.person is not None and one.home is not None:
            code = one.department.code
            found[one.key] |= {
                "own": Owner(one.key, one.person, one.department, one.home),
                "beside": colleague(f"beside-{code}", one.department),
                "below": colleague(f"below-{code}", below[code]),
            }
    return found
