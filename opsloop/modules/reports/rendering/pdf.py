"""PDF by WeasyPrint, of the same HTML as the page: A4, running head, page numbers, headings repeated on tables."""

from __future__ import annotations

from typing import Any

from opsloop.base.things.errors import OutsideError
from opsloop.modules.reports.document import Document
from opsloop.modules.reports.rendering.html import page


def make(document: Document) -> bytes:
    """The file. Raises OutsideError where the machine has no Pango, with what to install."""
    weasyprint = _weasyprint()
    made = weasyprint.HTML(string=page(document), url_fetcher=_nothing, base_url=None)
    found: bytes = made.write_pdf(presentational_hints=False)
    return found


def _weasyprint() -> Any:
    try:
        import weasyprint  # noqa: PLC0415  # heavy, and absent where Pango is
    except OSError as error:
        said = "PDFs need Pango. Debian: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
        raise OutsideError(said, permanent=True) from error
    return weasyprint


def _nothing(url: str, *_given: Any, **_named: Any) -> Any:
    """A report fetches nothing, from no file and no network."""
    raise ValueError(f"a report fetches nothing: {url}")
