"""Over HTTP, with a token."""

from __future__ import annotations

import io
from typing import Any

import httpx

from opsloop.client.asking import ClientError

TIMEOUT_S = 300


class Remote:
    """The feeds of a server. Raises ClientError for every no, with the server's words."""

    def __init__(self, url: str, token: str) -> None:
        self._http = httpx.Client(
            base_url=url.rstrip("/"), headers={"Authorization": f"Bearer {token}"}, timeout=TIMEOUT_S
        )

    def metric(self, name: str, said: list[tuple[str, str]]) -> dict[str, Any]:
        found: dict[str, Any] = self._get(f"/sql/metrics/{name}.json", said).json()
        return found

    def table(self, name: str, at: int | None) -> Any:
        import pyarrow.parquet as pq  # noqa: PLC0415  # heavy

        body = self._get(f"/sql/tables/{name}.parquet", [("at", str(at))] if at is not None else []).content
        return pq.read_table(io.BytesIO(body))

    def query(self, pk: int) -> Any:
        from pyarrow import csv  # noqa: PLC0415  # heavy

        return csv.read_csv(io.BytesIO(self._get(f"/sql/saved/{pk}/rows.csv", []).content))

    def _get(self, path: str, said: list[tuple[str, str]]) -> httpx.Response:
        words: list[tuple[str, Any]] = [*said]
        try:
            answer = self._http.get(path, params=words, headers={"Accept": "application/json"})
        except httpx.HTTPError as error:
            raise ClientError(f"Opsloop could not be reached: {error}") from error
        if answer.status_code != 200:
            raise ClientError(f"{answer.status_code}: {_reason(answer)}")
        return answer


def _reason(answer: httpx.Response) -> str:
    """The words of a no, whether it came as JSON or as text; a page has none that fit here."""
    kind = answer.headers.get("Content-Type", "")
    if "json" in kind:
        said = answer.json()
        return str(said.get("text") or said.get("detail") or said) if isinstance(said, dict) else str(said)
    return answer.text.strip()[:300] if kind.startswith("text/plain") else answer.reason_phrase
