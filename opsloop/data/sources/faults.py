"""What people are told: why a file cannot be taken and what to do, and what is wrong with a row aside."""

from __future__ import annotations

import errno
from typing import Any

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.things.errors import Text
from opsloop.data.cleaning.engine import DISK_FULL
from opsloop.data.cleaning.reading import Unreadable
from opsloop.data.sources.kinds.source import Source as Definition

FILES: dict[str, tuple[Text, Text]] = {
    "empty": (_("The file is empty."), _("Have it exported again.")),
    "binary": (_("This is no text file, whatever its name says."), _("Export it as CSV, XLSX, Parquet or JSON lines.")),
    "encoding": (
        _("The text is in none of the encodings {names}."),
        _("Save it in UTF-8, or name its encoding in the source."),
    ),
    "no_encoding": (_("There is no encoding {name}."), _("Correct it in the source; utf-8 and gb18030 are usual.")),
    "cut_off": (_("The file is cut off."), _("Have it sent again; it is not loaded in part.")),
    "broken_gzip": (_("The packed file is damaged."), _("Have it packed and sent again.")),
    "packed": (_("The file is packed, but its name does not end with .gz."), _("Name it so, or unpack it.")),
    "bomb": (
        _("The file would unpack to too much ({size} MB)."),
        _("If that is right, split it, or send it as CSV that is not packed."),
    ),
    "no_headings": (
        _("None of the columns is found; looked for were {names}. The file begins with: {there}."),
        _("Check that this is the right file, its first line, and, if its letters are garbled, save it in UTF-8."),
    ),
    "column_missing": (
        _("Columns are missing: {names}. The file has, further: {there}."),
        _("Have them exported, or give them a default in the source."),
    ),
    "column_renamed": (
        _("Columns are missing: {names}. Was {first} renamed to {renamed}?"),
        _("If so, add {renamed} to `from` of the column {column} in the source."),
    ),
    "column_absent": (
        _("Columns are missing: {names}."),
        _("Have them exported, or give them a default in the source."),
    ),
    "unknown_columns": (
        _("There are unknown columns: {names}."),
        _("Add them to the source, or let unknown columns be left out."),
    ),
    "too_many_columns": (_("There are {n} columns."), _("Check the separator, or export fewer.")),
    "no_table": (_("The lines do not have as many columns as the headings."), _("Check the separator.")),
    "quotes_open": (
        _("A quotation mark is not closed, so that rows run into each other."),
        _("Close it or take it out, and load the file again."),
    ),
    "broken_parquet": (_("The Parquet file is damaged or cut off."), _("Have it sent again.")),
    "broken_json": (_("The JSON is damaged or cut off."), _("Have it sent again.")),
    "list_too_long": (_("A JSON list may have {size} MB at most."), _("Send JSON lines: one object a line.")),
    "no_objects": (_("There is no JSON object in the first lines."), _("Send JSON lines: one object a line.")),
    "old_excel": (
        _("This is an old or protected Excel file."),
        _("Save it as .xlsx without a password, or as CSV."),
    ),
    "no_excel": (_("This is no Excel file, whatever its name says."), _("Save it anew as .xlsx or CSV.")),
    "cut_off_excel": (_("The Excel file is damaged or cut off."), _("Open it and save it anew.")),
    "broken_excel": (_("The Excel file is damaged."), _("Open it and save it anew.")),
    "several_sheets": (
        _("Several sheets have these columns: {names}."),
        _("Name the one that is meant, or save each as a file of its own."),
    ),
    "no_sheet": (_("There is no sheet {sheet}; there are {names}."), _("Correct the sheet's name in the source.")),
    "merged": (_("Too many cells are merged."), _("Undo the merging and save it anew.")),
    "formula": (
        _("The formula in {cell} was never worked out."),
        _("Open the file in a spreadsheet program, save it, and load it again."),
    ),
    "too_much_memory": (_("The file needs too much memory."), _("Split it, or send it as CSV.")),
    "too_slow": (_("Reading the file took too long."), _("Split it, or send it as CSV.")),
    "changed": (_("The file was still being written while it was read."), _("It is taken when it no longer grows.")),
    "gone": (_("The file is not there any more."), _("Put it back, or load it by its path.")),
    "disk_full": (_("The disk is full; nothing was loaded."), _("Free some space, then load again.")),
    "engine": (_("The file could not be taken in: {why}"), _("Tell the system administrator.")),
}

ROWS: dict[str, Text] = {
    "missing": _("{column} is missing"),
    "not_integer": _("{column} is no whole number"),
    "not_number": _("{column} is no number"),
    "not_money": _("{column} is no amount"),
    "not_date": _("{column} is no day"),
    "not_datetime": _("{column} is no moment"),
    "not_boolean": _("{column} is neither yes nor no"),
    "ambiguous": _("{column} may be read day first or month first"),
    "shown_short": _("{column} lost its last digits (1.23E+17); export the column as text"),
    "of_totals": _("The row is one of totals, not of data"),
    "allowed": _("{column} is none of the allowed values"),
    "at_least": _("{column} is less than {limit}"),
    "at_most": _("{column} is more than {limit}"),
    "pattern": _("{column} does not fit its pattern"),
    "longest": _("{column} is longer than {limit} characters"),
    "not_found": _("{column} is not found in {limit}"),
    "after_load": _("{column} lies in the future"),
    "after": _("{column} is later than {limit}"),
}

WHOLE_ROWS: dict[str, Text] = {
    "too_few": _("The row has too few columns"),
    "too_many": _("The row has too many columns"),
    "quotes": _("A quotation mark is not closed"),
    "too_long": _("The row is too long"),
    "unreadable": _("The row is in an unknown encoding"),
    "ragged": _("The row cannot be split into columns"),
    "not_json": _("The line is no JSON object"),
    "erased": _("The row is of a person who was erased; nothing personal of it is kept"),
}


def reason(code: str, definition: Definition | None = None) -> str:
    """One reason of a row aside, such as 'amount:at_least', in the reader's language."""
    name, _colon, what = code.partition(":")
    if name == "row":
        return str(WHOLE_ROWS.get(what, what))
    column = definition.columns.get(name) if definition else None
    title = column.title if column and column.title else name
    if what not in ROWS:
        return code
    limits = {
        "at_least": column.at_least, "at_most": column.at_most, "longest": column.longest, "not_found": column.in_,
        "after": column.not_after,
    } if column else {}  # fmt: skip
    return str(ROWS[what]).format(column=title, limit=limits.get(what) or "")


def fault(error: Exception, file: str) -> str:
    """One clear message for a file that could not be taken: file, line, what, and the remedy."""
    code, line, values = _taken_apart(error)
    text, remedy = FILES[code]
    where = _t("{file}, line {line}").format(file=file, line=line) if line else file
    what, how = str(text).format(**values), str(remedy).format(**values)
    return _t("{where}: {what} {remedy}").format(where=where, what=what, remedy=how)[:3900]


def _taken_apart(error: Exception) -> tuple[str, int, dict[str, Any]]:
    if isinstance(error, Unreadable):
        values = dict.fromkeys(
            ("names", "first", "renamed", "there", "size", "n", "name", "sheet", "cell", "column"), ""
        )
        known = error.code if error.code in FILES else "engine"
        return known, error.line, {**values, "why": str(error), **error.values}
    if isinstance(error, FileNotFoundError):
        return "gone", 0, {}
    text = str(error)
    full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
    if full or any(one in text for one in DISK_FULL):
        return "disk_full", 0, {}
    return "engine", 0, {"why": text.splitlines()[0][:300] if text else type(error).__name__}
