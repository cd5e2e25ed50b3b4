"""A roster of people out of XLSX or CSV: planned without a trace, then done row by row through the acts.

    made = plan(data, "名册.xlsx", by)           # nothing is kept; made.faults say row, column, what and the remedy
    done = commit(made, by, key, overrides={…})  # only without faults; each person by their staff number

The plan runs the very acts that the commit will run, and rolls them back: what it promises, the acts have judged.
Whoever is known by their staff number is corrected where the file says otherwise; empty cells change nothing; a
position held already is left alone, and no holding is ended. So the same file twice does nothing the second time.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _t

from opsloop.base.acts import Call, Invalid, Refused, Warned, attempt, each, operation, perform
from opsloop.base.people import roster, sheets
from opsloop.base.people.models import Appointment, Holding, Person
from opsloop.base.people.roster import Fault, Line, Organisation
from opsloop.base.policy.scopes import visible
from opsloop.base.things.errors import ActError, Text

CHUNK = 50
"""Rows to a transaction: on SQLite others wait for the write lock no longer than that takes, about half a second."""
Heard = Callable[[int, int], None]
DETAILS = ("name", "email", "phone", "joined_on")


def _deaf(done: int, of: int) -> None:
    """Nobody wants to know how far it is."""


@dataclass(slots=True)
class Planned:
    """What is to happen for one row. `register`, `correct` and `appoint` are the acts' values, None where nothing is
    to be done; `person` is the id of somebody known."""

    line: Line
    person: int | None = None
    register: dict[str, Any] | None = None
    correct: dict[str, Any] | None = None
    appoint: dict[str, Any] | None = None
    notes: list[str] = field(default_factory=list)
    warnings: dict[str, Text] = field(default_factory=dict)

    @property
    def does(self) -> tuple[str, ...]:
        """The verbs of this row, in order; empty where all is as the file says."""
        return tuple(verb for verb in ("register", "correct", "appoint") if getattr(self, verb) is not None)


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """A judged file. It can be committed when it has no faults and every warning is given a reason."""

    filename: str
    by_id: int
    rows: tuple[Planned, ...]
    notes: tuple[str, ...]

    @property
    def faults(self) -> list[Fault]:
        return [fault for row in self.rows for fault in row.line.faults]

    @property
    def warnings(self) -> dict[str, Text]:
        """What needs a reason, once for the whole file."""
        return {code: text for row in self.rows for code, text in row.warnings.items()}

    @property
    def counts(self) -> dict[str, int]:
        """verb -> how many rows; `nothing` for those that are as the file says."""
        return dict(Counter(verb for row in self.rows for verb in row.does or ("nothing",)))

    @property
    def digest(self) -> str:
        """Of what is to be done: a file planned anew after half of it was done is another plan."""
        said = [(row.person, row.register, row.correct, row.appoint) for row in self.rows]
        return hashlib.sha256(json.dumps(said, default=str).encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class ImportDone:
    """What became of a plan: how many rows of each verb, how many wait for a second person, what failed after all."""

    counts: dict[str, int]
    waiting: int
    faults: list[Fault]


def plan(data: bytes, filename: str, by: Person, overrides: dict[str, str] | None = None) -> ImportPlan:
    """Judge a file as `by`; nothing is kept. Raises Refused for a file that cannot be read as a roster at all."""
    table = sheets.read(data, filename)
    columns, notes = roster.columns_of(table)
    lines = roster.lines_of(table, columns)
    _read_cells(lines)
    _find_doubles(lines)
    _check_superiors(lines)
    rows = tuple(_planned(lines, by, filename))
    sound = [row for row in rows if not row.line.faults]
    call = Call(by=by, via="import", dry=True, overrides=overrides or {})
    for start in range(0, len(sound), CHUNK):
        with operation(call) as op:
            for row in sound[start : start + CHUNK]:
                _try(row, call)
                op.locked.clear()
    return ImportPlan(filename, by.pk, rows, (*table.notes, *notes))


def _read_cells(lines: list[Line]) -> None:
    organisation = Organisation()
    for line in lines:
        said = line.values
        for name in roster.REQUIRED:
            if not said[name]:
                line.wrong(name, _t("Please fill this in."))
        if joined := said.get("joined_on"):
            line.joined_on = roster.day(joined)
            if line.joined_on is None:
                line.wrong("joined_on", _t("{text} is no day.").format(text=joined), _t("Write it as 2026-01-31."))
        _read_post(line, organisation)


def _read_post(line: Line, organisation: Organisation) -> None:
    department, position = line.values.get("department", ""), line.values.get("position", "")
    if bool(department) != bool(position):
        missing = "position" if department else "department"
        line.wrong(missing, _t("Department and position go together."), _t("Fill in both or neither."))
        return
    if department:
        line.department, why = organisation.department(department)
        if why:
            line.wrong("department", why, _t("Found it first, or write its code."))
        line.position, why = organisation.position(position)
        if why:
            line.wrong("position", why, _t("Positions come from the standard; write the title or code that it has."))


def _find_doubles(lines: list[Line]) -> None:
    first: dict[str, int] = {}
    for line in lines:
        number = line.values["number"]
        if number and first.setdefault(number, line.row) != line.row:
            said = _t("The same staff number is in row {n}.").format(n=first[number])
            line.wrong("number", said, _t("Remove one of the two rows."))


def _check_superiors(lines: list[Line]) -> None:
    wanted = {line.values["superior"] for line in lines if line.values.get("superior")}
    if not wanted:
        return
    known = Person.objects.filter(Q(number__in=wanted) | Q(name__in=wanted)).values_list("number", "name")
    there = {text for pair in known for text in pair} | {
        line.values[column] for line in lines for column in roster.REQUIRED
    }
    for line in lines:
        superior = line.values.get("superior", "")
        if superior and superior not in there:
            said = _t("Nobody is called or numbered {text}.").format(text=superior)
            line.wrong("superior", said, _t("Write a name or staff number that is in the file or registered."))
        if superior and superior in (line.values["number"], line.values["name"]):
            line.wrong("superior", _t("Nobody is their own superior."))


def _planned(lines: list[Line], by: Person, filename: str) -> Iterator[Planned]:
    numbers = [line.values["number"] for line in lines]
    known = {person.number: person for person in Person.objects.filter(number__in=numbers)}
    ids = [person.pk for person in known.values()]
    seen = set(visible(by, Person).filter(pk__in=ids).values_list("pk", flat=True))
    held: dict[int, list[Holding]] = {}
    still = Q(ends_at__isnull=True) | Q(ends_at__gt=timezone.now())
    for holding in Holding.objects.filter(still, person_id__in=ids).select_related("position", "department"):
        held.setdefault(holding.person_id, []).append(holding)
    for line in lines:
        row, person = Planned(line), known.get(line.values["number"])
        if person is None:
            row.register = {**_details(line), "number": line.values["number"]}
        elif person.pk not in seen:
            line.wrong("number", _t("This staff number belongs to somebody whom you do not see."))
        else:
            row.person = person.pk
            changed = {name: value for name, value in _details(line).items() if getattr(person, name) != value}
            if changed:
                row.correct = {**changed, "reason": _t("Import of {file}").format(file=filename)[:200]}
        _plan_post(row, held.get(person.pk, []) if person else [])
        yield row


def _details(line: Line) -> dict[str, Any]:
    """What the row says of the person; empty cells say nothing."""
    said: dict[str, Any] = {**line.values, "joined_on": line.joined_on}
    return {name: said[name] for name in DETAILS if said.get(name)}


def _plan_post(row: Planned, held: list[Holding]) -> None:
    position, department = row.line.position, row.line.department
    if position is None or department is None:
        return
    if any((one.position_id, one.department_id) == (position.pk, department.pk) for one in held):
        return
    row.appoint = {"position": position.pk, "department": department.pk}
    for one in held:
        said = _t("Also holds {position} in {department}; the import does not end it.")
        row.notes.append(said.format(position=one.position, department=one.department))


def _try(row: Planned, call: Call) -> None:
    """Do the row's acts inside the running dry operation and note what they said."""

    def whole() -> Any:
        person = row.person
        if row.register is not None:
            person = perform("people.register", row.register, call).pk
        if row.correct is not None:
            perform("people.correct", row.correct, call, on=person)
        return perform("people.appoint", row.appoint, call, on=person) if row.appoint is not None else None

    got, error = attempt(whole)
    if isinstance(error, Warned):
        row.warnings |= error.warnings
    elif error is not None:
        row.line.faults += _faults(row.line.row, error)
    if isinstance(got, Appointment):
        row.notes.append(_t("A second person must confirm the position."))


def _faults(row: int, error: ActError) -> list[Fault]:
    """An act's no as faults of a row."""
    if isinstance(error, Invalid):
        return [Fault(row, roster.label(name), " ".join(texts)) for name, texts in error.errors.items()]
    return [Fault(row, roster.label(error.field or ""), str(error.text))]


def commit(
    made: ImportPlan, by: Person, key: str, overrides: dict[str, str] | None = None, heard: Heard = _deaf
) -> ImportDone:
    """Do what was planned, `CHUNK` rows to a transaction; the same plan and key again does only what is missing.

    overrides: a reason for each of the plan's warnings. heard: told how many acts are done, of how many.
    Raises Refused for a plan with faults or of somebody else, Warned while a reason is missing.
    """
    if made.by_id != by.pk:
        raise Refused(_t("Somebody else planned this import."))
    if made.faults:
        raise Refused(_t("{n} rows have errors; nothing was imported.").format(n=len({f.row for f in made.faults})))
    reasons = overrides or {}
    if open_ones := {code: text for code, text in made.warnings.items() if not reasons.get(code, "").strip()}:
        raise Warned(open_ones)
    run = _Run(made, Call(by=by, via="import", overrides=reasons), f"{key[:40]}:{made.digest}", heard)
    return run.all()


class _Run:
    """One commit: registers, corrects, appoints, each a pass over the rows concerned."""

    def __init__(self, made: ImportPlan, call: Call, key: str, heard: Heard) -> None:
        self.made, self.call, self.key, self.heard = made, call, key, heard
        self.all_acts, self.done = sum(len(row.does) for row in made.rows), 0
        self.ids = {row.line.row: row.person for row in made.rows}
        self.counts: Counter[str] = Counter()
        self.faults: list[Fault] = []
        self.waiting = 0

    def all(self) -> ImportDone:
        for row, person in self._pass("register"):
            self.ids[row.line.row] = person.pk
        list(self._pass("correct"))
        for _row, got in self._pass("appoint"):
            self.waiting += isinstance(got, Appointment)
        return ImportDone(dict(self.counts), self.waiting, self.faults)

    def _pass(self, verb: str) -> Iterator[tuple[Planned, Any]]:
        """(row, what the act answered) of each row that the act was done for; its noes are kept as faults."""
        rows = [row for row in self.made.rows if getattr(row, verb) is not None]
        # one whose registering failed keeps its place with an id that nobody has, so that each row's key stays its own
        todo = [(None if verb == "register" else self.ids[row.line.row] or 0, getattr(row, verb)) for row in rows]
        call = Call(by=self.call.by, via="import", overrides=self.call.overrides, key=f"{self.key}:{verb}")
        for out in each(f"people.{verb}", todo, call, chunk=CHUNK):
            row, self.done = rows[out.row], self.done + 1
            self.heard(self.done, self.all_acts)
            if out.error is None:
                self.counts[verb] += 1
                yield row, out.result
            elif verb == "register" or self.ids[row.line.row] is not None:
                self.faults += _faults(row.line.row, out.error)
