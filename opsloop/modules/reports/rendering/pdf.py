"""PDF by WeasyPrint, of the same HTML as the page: A4, running head, page numbers, headings repeated on tables.

A report is one page that is read in a minute. What is detail goes to an annex behind it as far as it must, and the
letters become smaller down to 8.5 pt; a report that says more than that goes on over its page, nothing is cut off.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from opsloop.base.things.errors import OutsideError
from opsloop.modules.reports.document import Document
from opsloop.modules.reports.rendering.html import drawn, page
from opsloop.modules.reports.rendering.leaving import ANNEX, with_annex

COMPACT, TIGHT = "compact", "tight"


def make(document: Document) -> bytes:
    """The file. Raises OutsideError where the machine has no Pango, with what to install."""
    found: bytes = laid_out(document).write_pdf()
    return found


def laid_out(document: Document) -> Any:
    """WeasyPrint's pages in the roomiest way in which the report itself is one page, else in the tightest."""
    weasyprint, pictures = _weasyprint(), drawn(document)
    for one, room in _ways(document):
        text = page(one, pictures, room)
        made = weasyprint.HTML(string=text, url_fetcher=_nothing, base_url=None).render(presentational_hints=False)
        if body_pages(made) == 1:
            break
    return made


def _ways(document: Document) -> Iterator[tuple[Document, str]]:
    yield document, ""
    yield with_annex(document, charts=False), COMPACT
    whole = with_annex(document)
    yield whole, COMPACT
    yield whole, TIGHT


def body_pages(made: Any) -> int:
    """How many pages come before the annex."""
    name = f"report-{ANNEX}"
    return next((n for n, one in enumerate(made.pages) if name in one.anchors), len(made.pages))


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
