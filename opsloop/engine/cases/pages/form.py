"""A step as a form: its fields, the evidence it wants, its checklist and a word; sent to the act that finishes it."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _t

from opsloop.base.acts import Call, Invalid, Warned, perform
from opsloop.base.acts.about import ref
from opsloop.base.files.models import Attachment, Stored
from opsloop.base.files.queries import visible_attachments
from opsloop.base.people.models import Person
from opsloop.base.things.errors import ActError
from opsloop.engine.cases.manners import May
from opsloop.engine.cases.models import Case
from opsloop.engine.cases.pages import fields
from opsloop.engine.cases.pages.ofsubject import SUBJECT, OfSubject, name_of, subject_of
from opsloop.engine.sops.definition import CaseField, SopFile
from opsloop.engine.sops.words import FieldType
from opsloop.ui.formkit.actform import dress
from opsloop.ui.formkit.fields import Files
from opsloop.ui.formkit.uploads import keep

WHY = "_why-"


@dataclass(frozen=True, slots=True)
class Asks:
    """What is asked for: fields with their right, evidence and checklist as written and as the reader reads them.

    act: what is done with the step; it takes the fields of the subject (`subject.x`).
    """

    form: tuple[tuple[str, May], ...]
    evidence: tuple[tuple[str, str], ...] = ()
    checklist: tuple[tuple[str, str], ...] = ()
    act: str = ""


def asks(written: Any, said: Any) -> Asks:
    """Of a step or an approval of the file, as written and as said; what it hides is not there."""
    form = tuple((one.field, may) for one in written.form if (may := May(one.may.value)) != May.HIDDEN)
    return Asks(form, _pairs(written.evidence, said.evidence), _pairs(written.checklist, said.checklist), written.act)


def _pairs(written: Sequence[str], said: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple(zip(written, said if len(said) == len(written) else written, strict=True))


def digest(case: Case) -> str:
    """Of the values that whoever decides has before them."""
    text = json.dumps([case.values, case.level], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class StepForm(forms.Form):
    """`submit(act, ...)` answers whether it is done; else the form holds what to say.

    case: None while it is not begun. start: values to begin with beside those of the case. proofs: evidence as written
    -> files that were given for it when this was done before, taken along unless they are left out.
    """

    def __init__(
        self, asked: Asks, files: tuple[SopFile, SopFile], by: Person, case: Case | None = None, data: Any = None,
        uploads: Any = None, *, start: Mapping[str, Any] | None = None, word: bool = True, decides: bool = False,
        proofs: Mapping[str, Sequence[int]] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(data, uploads, auto_id="f_%s")
        self.asked, self.by, self.case, self.decides = asked, by, case, decides
        written, said = files
        self.kinds = {one.id: one for one in written.fields}
        self.said = {one.id: one for one in said.fields}
        self.kept = dict(case.values) if case is not None else {}
        self.have = (
            {one.pk: one for one in visible_attachments(by, case)} if case is not None and asked.evidence else {}
        )
        self.rows: dict[str, Any] = {}
        self.held: dict[int, list[Attachment]] = {}
        self.result: Any = None
        sent = (data, uploads) if data is not None else (None, None)
        self.about = OfSubject(asked.act, asked.form, by, subject_of(case, by), sent, decides=decides)
        self.fields |= self.about.fields
        self.rows |= self.about.rows
        for name, may in asked.form:
            if may != May.READ and name in self.kinds:
                self._field(self.kinds[name], needed=may == May.NEED, start=start or {})
        for i, (written_name, label) in enumerate(asked.evidence):
            self.fields[f"ev-{i}"] = Files(label=label, required=False)
            if self.have:
                self.fields[f"have-{i}"] = self._chosen_files((proofs or {}).get(written_name, ()))
        for i, (_written, label) in enumerate(asked.checklist):
            self.fields[f"ck-{i}"] = forms.BooleanField(label=label, required=False)
        if word:
            widget = forms.Textarea({"rows": 2})
            self.fields["word"] = forms.CharField(label=_t("Remark"), required=False, max_length=2000, widget=widget)
        self._technical()
        dress(self)

    def _field(self, one: CaseField, *, needed: bool, start: Mapping[str, Any]) -> None:
        said, name = self.said.get(one.id, one), f"f-{one.id}"
        if one.type == FieldType.LIST:
            sent = self.data if self.is_bound else None
            self.rows[one.id] = fields.rows_of(one, said, self.by, sent, self.files, name, self.kept.get(one.id))
            return
        there = one.type == FieldType.FILE and (self.kept.get(one.id) or self.data.get(name + fields.KEPT))
        self.fields[name] = fields.field_of(one, said, self.by, needed=needed and not there)
        self.fields[name].initial = fields.shown(one, self.kept.get(one.id)) or start.get(one.id)
        if one.type == FieldType.FILE:
            self.fields[name + fields.KEPT] = fields.kept_file(self.by)

    def _chosen_files(self, given: Sequence[int] = ()) -> forms.Field:
        choices = [(str(pk), one.name) for pk, one in self.have.items()]
        return forms.MultipleChoiceField(
            label=_t("Files of the case"), choices=choices, required=False, widget=forms.CheckboxSelectMultiple,
            initial=[str(pk) for pk in given if pk in self.have],
        )  # fmt: skip

    def _technical(self) -> None:
        hidden = forms.HiddenInput
        self.fields["_key"] = forms.CharField(widget=hidden, initial=uuid.uuid4().hex, required=False, max_length=80)
        if self.case is not None:
            seen = digest(self.case)
            self.fields["_seen"] = forms.CharField(widget=hidden, initial=seen, required=False, max_length=40)
        for code in [name.removeprefix(WHY) for name in self.data if name.startswith(WHY)]:
            self._ask_why(code, _t("Reason"))

    def _ask_why(self, code: str, text: Any) -> None:
        widget = forms.Textarea({"rows": 2, "class": "form-control"})
        self.fields[f"{WHY}{code}"] = forms.CharField(label=str(text), required=False, widget=widget)

    # What the template goes through.

    @property
    def parts(self) -> Iterator[tuple[str, Any]]:
        """("field", bound) or ("rows", (name, label, formset)) in the order of the file."""
        for name, may in self.asked.form:
            of_subject = name.startswith(SUBJECT)
            place = name_of(name) if of_subject else f"f-{name}"
            if name in self.rows:
                yield "rows", (place, self.about.label(name) if of_subject else self.said[name].title, self.rows[name])
            elif may != May.READ and place in self.fields and not self[place].is_hidden:
                yield "field", self[place]

    @property
    def proofs(self) -> Iterator[tuple[str, forms.BoundField, forms.BoundField | None]]:
        """(label, upload, choice among the case's files) of each kind of evidence."""
        for i, (_written, label) in enumerate(self.asked.evidence):
            yield label, self[f"ev-{i}"], self[f"have-{i}"] if f"have-{i}" in self.fields else None

    @property
    def checks(self) -> list[forms.BoundField]:
        return [self[f"ck-{i}"] for i in range(len(self.asked.checklist))]

    @property
    def whys(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith(WHY)]

    # Sending it.

    def submit(self, act: str, values: Mapping[str, Any], on: Case | None) -> bool:
        """Do the act with what was filled in. Raises Forbidden and NotFound."""
        fine = self.is_valid() & min([rows.is_valid() for rows in self.rows.values()], default=True)
        if not (fine and self._still_the_same()):
            self._hold()
            return False
        try:
            said = {**values, **self._values()}
            self.result = perform(act, said, self._call(), on=on.pk if on else None)
        except ActError as error:
            self._say(error)
            self._offer()
            return False
        return True

    def _hold(self) -> None:
        """What was uploaded stays, so that nobody takes a photograph twice because a field was empty."""
        try:
            for name, may in self.asked.form:
                if may == May.READ or name not in self.kinds:
                    continue
                if self.kinds[name].type == FieldType.FILE:
                    self._stored(name)
                for row in fields.filled_rows(self.rows[name]) if name in self.rows else ():
                    for column in row.files_of:
                        self._stored_in(row, column)
            list(self._evidence())
        except ActError as error:
            self._say(error)
        self._offer()

    def _offer(self) -> None:
        """Evidence that came with a form that was sent back stands ticked among the files of the case."""
        for i, files in self.held.items():
            self.have |= {one.pk: one for one in files}
            sent = self._writable()
            sent.setlist(f"have-{i}", list({*sent.getlist(f"have-{i}"), *(str(one.pk) for one in files)}))
        for i in range(len(self.asked.evidence)) if self.held else ():
            self.fields[f"have-{i}"] = self._chosen_files()
        dress(self)

    def _still_the_same(self) -> bool:
        """Whoever decides decides on what they saw."""
        seen = self.cleaned_data.get("_seen")
        if not self.decides or self.case is None or not seen or seen == digest(self.case):
            return True
        self._writable()["_seen"] = digest(self.case)
        self.add_error(None, _t("The values changed since you opened it. Look at them, then decide."))
        return False

    def _writable(self) -> Any:
        """What was sent, to be put right before it is shown again."""
        copied: Any = self.data
        self.data = copied = copied.copy()
        return copied

    def _call(self) -> Call:
        said = self.cleaned_data
        whys = {name.removeprefix(WHY): str(said[name] or "") for name in self.fields if name.startswith(WHY)}
        return Call(by=self.by, via="page", key=said["_key"] or None, overrides=whys)

    def _values(self) -> dict[str, Any]:
        out: dict[str, Any] = {"values": list(self._filled())}
        if self.asked.evidence:
            out["evidence"] = [{"name": name, "file": pk} for name, pk in self._evidence()]
        if self.asked.checklist:
            out["ticked"] = [
                {"line": line} for i, (line, _said) in enumerate(self.asked.checklist) if self.cleaned_data[f"ck-{i}"]
            ]
        if "word" in self.fields:
            out["word"] = self.cleaned_data["word"]
        return out

    def _filled(self) -> Iterator[dict[str, str]]:
        """Of the case only what differs from what it has: others may fill in theirs at the same time."""
        for name, may in self.asked.form:
            if may == May.READ or name not in self.kinds:
                continue
            kind = self.kinds[name].type
            if name in self.rows:
                plain = [one.plain(self._stored_in) for one in fields.filled_rows(self.rows[name])]
                if plain != (self.kept.get(name) or []):
                    yield {"field": name, "value": fields.as_text(plain, kind)}
                continue
            text = str(self._stored(name) or "") if kind == FieldType.FILE else self._text(name, kind)
            if (text or kind != FieldType.FILE) and not fields.same(text, self.kept.get(name), kind):
                yield {"field": name, "value": text}
        yield from self.about.filled(self.cleaned_data)

    def _text(self, name: str, kind: FieldType) -> str:
        return fields.as_text(self.cleaned_data.get(f"f-{name}"), kind)

    def _stored(self, name: str) -> int | None:
        return self._kept(self.cleaned_data, f"f-{name}", f"f-{name}")

    def _stored_in(self, row: fields.CaseRow, column: str) -> int | None:
        found = self._kept(row.cleaned_data, column, row.add_prefix(column))
        row.data = self.data
        return found

    def _kept(self, cleaned: Mapping[str, Any], name: str, place: str) -> int | None:
        """The upload is kept before the act; if that refuses, it need not be sent again."""
        upload, key = cleaned.get(name), place + fields.KEPT
        if not upload:
            kept = cleaned.get(name + fields.KEPT)
            return kept.pk if kept else None
        stored = keep(upload, self.by, place)
        self._writable()[key] = str(stored.pk)
        if self.case is not None:
            self._attach(stored)
        return stored.pk

    def _attach(self, stored: Stored) -> Attachment:
        assert self.case is not None
        call = Call(by=self.by, via="page")
        found: Attachment = perform("files.attach", {"stored": stored.pk, "about": ref(self.case)}, call)
        return found

    def _evidence(self) -> Iterator[tuple[str, int]]:
        for i, (name, _said) in enumerate(self.asked.evidence):
            for upload in self.cleaned_data.get(f"ev-{i}") or () if self.case is not None else ():
                file = self._attach(keep(upload, self.by, f"ev-{i}"))
                self.held.setdefault(i, []).append(file)
                yield name, file.pk
            for pk in self.cleaned_data.get(f"have-{i}") or ():
                yield name, int(pk)

    def _say(self, error: ActError) -> None:
        if error.status in (403, 404):
            raise error
        if isinstance(error, Invalid):
            for place, texts in error.errors.items():
                field = self.about.place(place)
                self.add_error(field, texts if field else [f"{place}: {text}" for text in texts])
        elif isinstance(error, Warned):
            for code, text in error.warnings.items():
                self._ask_why(code, text)
        else:
            where = error.field if error.field in self.fields else self.about.place(error.field or "")
            self.add_error(where, str(error.text))
