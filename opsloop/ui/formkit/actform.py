"""One act as a form: what is typed goes to the act, and each of its answers goes beside the field it is about."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.db.models import Model
from django.forms.formsets import BaseFormSet, formset_factory
from django.utils.translation import gettext as _t

from opsloop.base.acts import Act, Call, Invalid, Stale, Warned, perform, registry
from opsloop.base.acts.args import Param
from opsloop.base.people.models import Person
from opsloop.base.policy.rules import reads
from opsloop.base.things.errors import ActError, NotFound
from opsloop.ui.formkit import fields, since, uploads

WHY = "_why-"
CLASSES = {
    forms.Select: "form-select",
    forms.CheckboxInput: "form-check-input",
    forms.CheckboxSelectMultiple: "form-check-input",
}


def act_named(act: Act | str) -> Act:
    """The act itself. Raises NotFound."""
    found = registry.get(act) if isinstance(act, str) else act
    if found is None:
        raise NotFound(_t("There is no act {name}.").format(name=act))
    return found


def dress(form: forms.BaseForm) -> None:
    """Tabler's classes on the widgets."""
    for one in form.fields.values():
        if not one.widget.is_hidden and one.widget.__class__.__name__ != "Pick":
            kind = next((css for widget, css in CLASSES.items() if isinstance(one.widget, widget)), "form-control")
            one.widget.attrs.setdefault("class", kind)


class ActForm(forms.Form):
    """`submit()` does the act and answers whether it is done; `result` is then what the act answered.

    given: values that are fixed already and not asked. start: what the fields begin with.
    A refusal for lack of rights or of the object is raised; every other answer stands in the form.
    """

    def __init__(
        self,
        act: Act | str,
        by: Person,
        subject: Any = None,
        data: Any = None,
        files: Any = None,
        *,
        given: dict[str, Any] | None = None,
        start: dict[str, Any] | None = None,
        via: str = "page",
    ) -> None:
        super().__init__(data, files, auto_id="f_%s")
        self.act, self.by, self.subject, self.given, self.via = act_named(act), by, subject, given or {}, via
        self.result: Any = None
        self.stale: list[Any] = []
        self.rows: dict[str, BaseFormSet[Any]] = {}
        for param in self.asked:
            if param.is_rows:
                self.rows[param.name] = self._row_set(param)
            else:
                self.fields[param.name] = fields.field(param, by, subject, self.act.name)
                self._begin(param, start or {})
        self._technical()
        for code in [name.removeprefix(WHY) for name in data or {} if name.startswith(WHY)]:
            self._ask_why(code, _t("Reason"))
        dress(self)

    @property
    def asked(self) -> list[Param]:
        """The arguments that the person is asked for."""
        return [param for param in self.act.params if param.name not in self.given]

    @property
    def plain(self) -> list[forms.BoundField]:
        """The act's own fields, in its order; hidden ones go along unseen."""
        found = [self[param.name] for param in self.asked if not param.is_rows]
        return [one for one in found if not one.is_hidden]

    @property
    def nested(self) -> list[tuple[str, str, BaseFormSet[Any]]]:
        """(name, label, rows) of nested rows."""
        return [(p.name, p.label, self.rows[p.name]) for p in self.asked if p.is_rows]

    @property
    def whys(self) -> list[forms.BoundField]:
        """The reason boxes of the soft rules that spoke."""
        return [self[name] for name in self.fields if name.startswith(WHY)]

    @property
    def late(self) -> forms.BoundField:
        """When it happened, if it is entered later (补录)."""
        return self["_happened"]

    @property
    def late_open(self) -> bool:
        return bool(self.late.data or self.late.errors)

    @property
    def on(self) -> list[Any]:
        """The ids of a bulk act's objects."""
        return [one.pk for one in self.subject] if isinstance(self.subject, list) else []

    def _row_set(self, param: Param) -> BaseFormSet[Any]:
        columns = {
            column.name: fields.field(column, self.by, self.subject, self.act.name, f"{param.name}.{column.name}")
            for column in param.row_params
        }
        row = type("Row", (Row,), columns)
        least = 1 if param.required else 0
        said = self.data if self.is_bound and f"{param.name}-TOTAL_FORMS" in self.data else None
        return formset_factory(row, extra=least)(said, self.files or None, prefix=param.name)

    def _begin(self, param: Param, start: dict[str, Any]) -> None:
        """What the object has now, where the argument is one of its columns and the person may read it."""
        field = self.fields[param.name]
        if param.name in start:
            field.initial = start[param.name]
        elif param.mirror is not None and isinstance(self.subject, Model) and not fields.is_file(param):
            sensitive = getattr(type(self.subject), "sensitive", {}).get(param.name)
            if sensitive is None or self.subject == self.by or reads(self.by, sensitive):
                value = getattr(self.subject, param.mirror.attname)
                field.initial = field.initial if value in (None, "") else value

    def _technical(self) -> None:
        hidden = forms.HiddenInput
        self.fields["_key"] = forms.CharField(widget=hidden, initial=uuid.uuid4().hex, required=False, max_length=80)
        self.fields["_rev"] = forms.IntegerField(
            widget=hidden, initial=getattr(self.subject, "revision", None), required=False
        )
        self.fields["_seen"] = forms.IntegerField(widget=hidden, initial=since.newest, required=False)
        self.fields["_happened"] = forms.DateTimeField(
            label=_t("When it happened"), help_text=_t("Only if you are entering it later."),
            required=False, widget=fields.moment_input(),
        )  # fmt: skip

    def _ask_why(self, code: str, text: Any) -> None:
        widget = forms.Textarea({"rows": 2, "class": "form-control"})
        self.fields[f"{WHY}{code}"] = forms.CharField(label=str(text), required=False, widget=widget)

    def submit(self) -> bool:
        """Do the act. False: show the form again, it holds what to say. Raises Forbidden and NotFound."""
        parsed = self.is_valid() & min([rows.is_valid() for rows in self.rows.values()], default=True)
        if not parsed:
            return False
        on = self.on if isinstance(self.subject, list) else getattr(self.subject, "pk", None)
        try:
            values = {**self.given, **self._values()}
            self.result = perform(self.act.name, values, self._call(), on=on)
        except ActError as error:
            self._say(error)
            return False
        return True

    def _call(self) -> Call:
        said = self.cleaned_data
        whys = {name.removeprefix(WHY): str(said[name] or "") for name in self.fields if name.startswith(WHY)}
        return Call(
            by=self.by, via=self.via, key=said["_key"] or None, revision=said["_rev"], overrides=whys,
            happened=said["_happened"],
        )  # fmt: skip

    def _values(self) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for param in self.asked:
            if param.is_rows:
                out[param.name] = [row.values(param.row_params, self.by) for row in self._filled(param.name)]
            else:
                out |= taken(param, self.cleaned_data.get(param.name), self.by)
        return out

    def _filled(self, name: str) -> list[Row]:
        return [row for row in self.rows[name] if row.has_changed()]

    def _say(self, error: ActError) -> None:
        if error.status in (403, 404):
            raise error
        if isinstance(error, Invalid):
            for place, texts in error.errors.items():
                self._put(place, texts)
        elif isinstance(error, Warned):
            for code, text in error.warnings.items():
                self._ask_why(code, text)
        elif isinstance(error, Stale):
            self._freshen()
        else:
            self._put("_happened" if error.field == "happened" else error.field or "", [str(error.text)])

    def _put(self, place: str, texts: list[str]) -> None:
        """Beside the field, in the nested row, or on top when no field is shown for it."""
        name, _dot, rest = place.partition(".")
        index, _dot, column = rest.partition(".")
        if name in self.rows and index.isdecimal() and column.partition(".")[0]:
            row = self._filled(name)[int(index)]
            row.add_error(column.partition(".")[0], texts)
        elif name in self.rows or name not in self.fields:
            self.add_error(None, texts)
        else:
            self.add_error(name, texts)

    def _freshen(self) -> None:
        """Somebody was faster: say what changed; what was typed stays and counts when it is sent again."""
        self.stale = since.entries(self.subject, self.cleaned_data.get("_seen"))
        self.subject.refresh_from_db()
        fresh = {"_rev": self.subject.revision, "_seen": since.newest() or "", "_key": uuid.uuid4().hex}
        typed: Any = self.data
        self.data = typed = typed.copy()
        for name, value in fresh.items():
            typed[name] = str(value)
        said = _t("Somebody changed this meanwhile. Look at what changed, then send yours again if it still holds.")
        self.add_error(None, [said])


class Row(forms.Form):
    """One nested row."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self)

    def has_changed(self) -> bool:
        """A row that was taken away in the page sends nothing at all."""
        sent = any(self.add_prefix(name) in self.data or self.add_prefix(name) in self.files for name in self.fields)
        return sent and super().has_changed()

    def values(self, params: list[Param], by: Person) -> dict[str, Any]:
        """Plain values of the row's columns."""
        out: dict[str, Any] = {}
        for param in params:
            out |= taken(param, self.cleaned_data.get(param.name), by)
        return out


def taken(param: Param, value: Any, by: Person) -> dict[str, Any]:
    """{name: plain value} of what a field parsed; nothing where the argument's default stands."""
    if fields.is_file(param) and value:
        value = (
            [uploads.keep(one, by, param.name) for one in value] if param.many else uploads.keep(value, by, param.name)
        )
    if param.is_model and value:
        value = [one.pk for one in value] if param.many else value.pk
    elif param.is_model:
        value = None
    if value not in (None, "", []):
        return {param.name: value}
    if param.optional:
        return {param.name: None}
    if param.many:
        return {param.name: []}
    return {param.name: ""} if param.type is str and not param.required else {}
