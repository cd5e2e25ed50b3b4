"""What a load answers to whoever asked for it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _t

from opsloop.data.sources.models import Load, LoadState


@dataclass(frozen=True, slots=True)
class LoadResult:
    """One load as told: the command line prints it as JSON. snapshot: the data version it left, None when none."""

    source: str
    file: str
    state: str
    rows_in: int
    kept: int
    duplicates: int
    set_aside: int
    snapshot: int | None
    seconds: float
    load: int
    message: str = ""
    hold_reasons: tuple[dict[str, Any], ...] = ()

    @classmethod
    def of(cls, load: Load) -> LoadResult:
        """The answer about a load."""
        return cls(
            load.source.ident, load.file, load.state, load.rows_in, load.kept, load.duplicates, load.set_aside,
            load.snapshot_id, round(load.seconds, 3), load.pk, load.message, tuple(load.hold_reasons),
        )  # fmt: skip

    @property
    def done(self) -> bool:
        """Is what the file brought in the lake, or was it there already?"""
        return self.state in (LoadState.LOADED, LoadState.SAME)

    def plain(self) -> dict[str, Any]:
        """As JSON values."""
        return {**asdict(self), "state": str(self.state), "hold_reasons": list(self.hold_reasons)}


def told(result: LoadResult) -> str:
    """One line for people about a load."""
    texts = {
        LoadState.LOADED: _t(
            "{source}: {file}: {kept} of {rows_in} rows kept, {duplicates} duplicates, {set_aside} aside"
        ),
        LoadState.SAME: _t("{source}: {file}: came already, nothing to load"),
        LoadState.HELD: _t("{source}: {file}: held, waits for release"),
        LoadState.FAILED: _t("{source}: {message}"),
    }
    values = {name: getattr(result, name) for name in ("source", "file", "kept", "rows_in", "duplicates", "set_aside")}
    return texts[LoadState(result.state)].format(**values, message=result.message)
