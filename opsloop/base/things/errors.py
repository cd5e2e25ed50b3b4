"""What an act may answer instead of a result. One door or middleware turns each into a page or a status."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.functional import Promise

Text = str | Promise


class ActError(Exception):
    """Base of every answer that is not a result. `status` is the HTTP status, `code` the word in the API."""

    status = 500
    code = "error"

    def __init__(self, text: Text = "", *, field: str | None = None) -> None:
        super().__init__(text)
        self.text, self.field = text, field

    def answer(self) -> dict[str, object]:
        """The body of the API's answer."""
        where = {"field": self.field} if self.field else {}
        return {"code": self.code, "message": str(self.text), **where}


class Refused(ActError):
    """A rule says no."""

    status, code = 409, "refused"


class Forbidden(ActError):
    """The object may be seen, the act may not be done."""

    status, code = 403, "forbidden"


class NotFound(ActError):
    """Not there, or not visible: the answer is the same for both."""

    status, code = 404, "not_found"


class Stale(ActError):
    """Somebody changed the object after it was read."""

    status, code = 412, "stale"


class KeyReused(ActError):
    """The idempotency key belongs to another call."""

    status, code = 422, "key_reused"


class Invalid(ActError):
    """Values that do not fit. `errors` maps a dotted field to its texts."""

    status, code = 422, "invalid"

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        super().__init__("; ".join(f"{name}: {' '.join(texts)}" for name, texts in errors.items()))
        self.errors = dict(errors)

    def answer(self) -> dict[str, object]:
        return {"code": self.code, "errors": self.errors}


class Warned(ActError):
    """Soft rules spoke; give a reason for each code and try again."""

    status, code = 409, "confirm"

    def __init__(self, warnings: Mapping[str, Text]) -> None:
        super().__init__("; ".join(map(str, warnings.values())))
        self.warnings = dict(warnings)

    def answer(self) -> dict[str, object]:
        return {"code": self.code, "confirm": {code: str(text) for code, text in self.warnings.items()}}


class WriteOutsideAct(RuntimeError):
    """A business row was written with no act running."""


class StaleRow(RuntimeError):
    """A row was saved that was read before the operation began, or read only in part."""


class SwallowedNo(RuntimeError):
    """An inner act said no and the outer one went on without `attempt`."""


class OutsideError(Exception):
    """An outside system failed. Temporary ones are tried again, not before `retry_at` where the system named a time."""

    def __init__(self, text: str, *, permanent: bool = False, retry_at: datetime | None = None) -> None:
        super().__init__(text)
        self.permanent, self.retry_at = permanent, retry_at


class NotYet(OutsideError):
    """Nothing was tried: the outside takes nothing before `retry_at`. It counts as no attempt."""

    def __init__(self, text: str, retry_at: datetime) -> None:
        super().__init__(text, retry_at=retry_at)
