"""PyMySQL's streaming cursor, which is left without reading the rest of a result."""

from __future__ import annotations

from typing import Any

from pymysql.cursors import SSCursor


class Streaming(SSCursor):  # type: ignore[misc]  # the driver has no types
    """A result that is not read to its end goes with its connection; the driver would fetch the rest first."""

    def read_next(self) -> Any:
        try:
            return super().read_next()
        except BaseException:
            if self._result is not None:
                self._result.unbuffered_active = False  # nothing more can come
            raise

    def close(self) -> None:
        link: Any = self.connection  # type: ignore[has-type]
        result: Any = self._result
        if link is None:
            return
        if result is not None and result.unbuffered_active:
            result.unbuffered_active = False
            link._result = None
            link._force_close()
        self.connection = None

    __del__ = close
