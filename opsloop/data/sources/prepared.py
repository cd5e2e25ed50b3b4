"""What a load prepared outside the act, as plain values in its Attempt: the act reads it and publishes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from opsloop.data.lake.publishing import FileRow


@dataclass(frozen=True, slots=True)
class Part:
    """One table's new version: files to add, files to replace, the version it was made from, its columns."""

    table: str
    added: tuple[FileRow, ...]
    removed: tuple[str, ...]
    after: int
    columns: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Mended:
    """One row aside that a person corrected, or dismissed (`after` None)."""

    line: int
    before: dict[str, Any]
    after: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Prepared:
    """Everything that the act needs. rows_in = kept + duplicates + set_aside."""

    rows_in: int = 0
    kept: int = 0
    duplicates: int = 0
    set_aside: int = 0
    first_day: date | None = None
    last_day: date | None = None
    due_on: date | None = None
    figures: dict[str, float] = field(default_factory=dict)
    main: Part | None = None
    aside: Part | None = None
    hold_reasons: tuple[dict[str, Any], ...] = ()
    held_file: str = ""
    message: str = ""
    mended: tuple[Mended, ...] = ()
    came_at: datetime | None = None

    def plain(self) -> dict[str, Any]:
        """As JSON values."""
        return _plain(asdict(self))  # type: ignore[no-any-return]

    @classmethod
    def read(cls, data: dict[str, Any]) -> Prepared:
        """From what `plain` made."""
        days = {name: _day(data[name]) for name in ("first_day", "last_day", "due_on")}
        return cls(
            **{
                **data,
                **days,
                "main": _part(data["main"]),
                "aside": _part(data["aside"]),
                "hold_reasons": tuple(data["hold_reasons"]),
                "came_at": datetime.fromisoformat(data["came_at"]) if data.get("came_at") else None,
                "mended": tuple(Mended(**one) for one in data["mended"]),
            }
        )


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _part(data: dict[str, Any] | None) -> Part | None:
    if data is None:
        return None
    return Part(data["table"], _files(data["added"]), tuple(data["removed"]), data["after"], tuple(data["columns"]))


def _files(rows: Sequence[dict[str, Any]]) -> tuple[FileRow, ...]:
    return tuple(
        FileRow(**{**row, "first_day": _day(row["first_day"]), "last_day": _day(row["last_day"])}) for row in rows
    )
