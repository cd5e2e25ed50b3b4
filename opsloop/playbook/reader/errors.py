"""The one error of playbook files: where, what was expected, how to repair it; in the reader's language."""

from __future__ import annotations

from typing import Any

from opsloop.base.things.errors import Text
from opsloop.base.things.texts import say

__all__ = ["PlaybookError", "say"]


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
