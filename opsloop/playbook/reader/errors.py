"""The one error of playbook files: where, what was expected, how to repair it; in the reader's language."""

from __future__ import annotations

from typing import Any

from django.utils.text import format_lazy

from opsloop.base.things.errors import Text


def say(template: Text, **values: Any) -> Text:
    """A text with values that is put together when it is shown, in the language of whoever reads it."""
    return format_lazy("{}", _Late(template, values)) if values else template


class _Late:
    """Braces in a person's file are no placeholders, so the template is filled here and nowhere else."""

    def __init__(self, template: Text, values: dict[str, Any]) -> None:
        self.template, self.values = template, values

    def __str__(self) -> str:
        return str(self.template).format(**{name: str(value) for name, value in self.values.items()})


class PlaybookError(Exception):
    """One thing that is wrong in one file. Lines and columns count from 1; 0 means the file as a whole."""

    def __init__(
        self, message: Text, *, remedy: Text = "", file: str = "", line: int = 0, column: int = 0, field: str = ""
    ) -> None:
        super().__init__(file, line, column, field, message, remedy)
        self.message, self.remedy = message, remedy
        self.file, self.line, self.column, self.field = file, line, column, field

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        field = f" [{self.field}]" if self.field else ""
        return " ".join(part for part in (f"{place}{field}:", str(self.message), str(self.remedy)) if part)

    def answer(self) -> dict[str, Any]:
        """The error as plain values, in the language in force."""
        return {
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "field": self.field,
            "message": str(self.message),
            "remedy": str(self.remedy),
        }
