"""The box for lines: each line one assignment, with what a line that is silent takes."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from opsloop.base.people.models import Person
from opsloop.engine.assignments.whose import staff

MOST = 50


class LinesForm(forms.Form):
    """lines: the text. who, day: for lines that name nobody or no day."""

    lines = forms.CharField(
        label=_("Who, what, by when: one line each"),
        widget=forms.Textarea({"rows": 5, "class": "form-control", "autofocus": True}),
        max_length=10_000,
    )
    who = forms.ModelChoiceField(
        Person.objects.none(), label=_("Lines that name nobody are for"), required=False,
        widget=forms.Select({"class": "form-select"}), empty_label=_("nobody so far"),
    )  # fmt: skip
    day = forms.DateField(
        label=_("Lines without a day are due on"), required=False,
        widget=forms.DateInput({"type": "date", "class": "form-control"}, format="%Y-%m-%d"),
    )  # fmt: skip
    key = forms.CharField(widget=forms.HiddenInput, max_length=40, required=False)

    def __init__(self, by: Person, data: Any = None, *, start: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial={"who": by.pk, "key": uuid.uuid4().hex, **(start or {})})
        self.fields["who"].queryset = staff(by).order_by("name")  # type: ignore[attr-defined]
