"""An edition as one document: what the machine drafted and what people wrote, or what was frozen when it was issued."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _t
from django.utils.translation import pgettext

from opsloop.base.people import posts
from opsloop.base.things.texts import in_chinese
from opsloop.data.metrics.period_names import span_name
from opsloop.modules.reports.document import (
    Block,
    Column,
    Definition,
    Document,
    Listing,
    Paragraph,
    Part,
    Table,
    Tiles,
    Words,
    from_plain,
    read,
    to_plain,
    words,
)
from opsloop.modules.reports.glue import comma
from opsloop.modules.reports.models import Content, Edition
from opsloop.modules.reports.slots import Slots, filled

LANGUAGES = ("zh-hans", "en")


def document_of(edition: Edition, language: str = "") -> Document:
    """In the language, or the reader's: frozen as issued, else as it would be now. Directions are not part of it."""
    language = _known(language or translation.get_language() or "")
    if edition.is_out and edition.documents:
        return from_plain(edition.document(language))
    with translation.override(language):
        return _composed(edition, language)


def frozen(edition: Edition) -> dict[str, str]:
    """Language -> hash of the document, which is put down: what issuing keeps. Inside the issuing act."""
    out = {}
    for language in LANGUAGES:
        with translation.override(language):
            out[language] = Content.keep(to_plain(_composed(edition, language, issued=True)))
    return out


def _known(language: str) -> str:
    return "zh-hans" if in_chinese(language) else "en"


def _composed(edition: Edition, language: str, *, issued: bool = False) -> Document:
    said = edition.draft(language)
    slots = Slots.of(said.get("figures", []))
    machine = {one["key"]: one for one in said.get("parts", [])}
    titles = posts.titles(in_force=True)
    parts = [read(machine[key]) for key in ("overview", "method", "result") if key in machine]
    conclusion, advice, decisions = body_parts(edition.body, slots, titles)
    became = Part("last-advice", _t("What became of the last advice"), tuple(last_advice(edition)))
    parts += [conclusion, advice, became, decisions]
    return Document(
        edition.report.name, span_name(edition.since, edition.until), edition.number, tuple(_facts(edition, titles)),
        _warning(edition, said), tuple(parts), language, definitions=tuple(_definitions(slots)),
        company=settings.WORKSPACE.name, draft=not issued and not edition.is_out, author=_author(edition, titles),
        issuer=_issuer(edition, titles),
    )  # fmt: skip


def body_parts(body: Mapping[str, Any], slots: Slots, titles: Mapping[str, str]) -> tuple[Part, Part, Part]:
    """Conclusions, advice and what is for decision, as people wrote them. titles: of positions by their codes."""
    return (
        Part("conclusion", _t("Conclusion"), tuple(_conclusions(body, slots))),
        Part("advice", _t("Advice"), tuple(_advice(body, slots, titles))),
        Part("decisions", _t("For decision"), tuple(_decisions(body, slots))),
    )


def _warning(edition: Edition, said: Mapping[str, Any]) -> str:
    texts = []
    if edition.corrects_id:
        text = _t("Correction of {number}: {reason}")
        texts.append(text.format(number=edition.corrects.number, reason=edition.reason))  # type: ignore[union-attr]
    if said.get("warning"):
        texts.append(_t("Data of this period: {what}.").format(what=said["warning"]))
    return " ".join(texts)


def _facts(edition: Edition, titles: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if edition.snapshot:
        yield _t("Data version"), f"#{edition.snapshot}"
    yield _t("Data until"), date_format(edition.until, "DATE_FORMAT")
    yield pgettext("report", "Written by"), _author(edition, titles)
    yield pgettext("report", "Issued by"), _issuer(edition, titles)
    if readers := edition.report.readers:
        yield _t("Copies to"), comma().join(titles.get(one, one) for one in readers)


def _author(edition: Edition, titles: Mapping[str, str]) -> str:
    """Who wrote it, before that the position that does."""
    return edition.writer.name if edition.writer else titles.get(edition.report.writer, edition.report.writer)


def _issuer(edition: Edition, titles: Mapping[str, str]) -> str:
    return edition.issuer.name if edition.issuer else titles.get(edition.report.issuer, edition.report.issuer)


def _rows(body: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    return [one for one in body.get(name, ()) if str(one.get("text", "")).strip()]


def _conclusions(body: Mapping[str, Any], slots: Slots) -> Iterator[Listing | Paragraph]:
    rows = _rows(body, "conclusions")
    items = []
    for one in rows:
        text: Words = filled(str(one["text"]), slots)
        items.append(
            (*text, _t(" (evidence: {address})").format(address=one["evidence"])) if one.get("evidence") else text
        )
    if items:
        yield Listing(tuple(items), ordered=True)
    else:
        yield Paragraph(words(_t("Not written yet.")), "note")


def _advice(body: Mapping[str, Any], slots: Slots, titles: Mapping[str, str]) -> Iterator[Table | Paragraph]:
    rows = _rows(body, "advice")
    if not rows:
        reason = str(body.get("no_advice", "")).strip()
        text = _t("No advice in this period: {reason}").format(reason=reason) if reason else _t("Not written yet.")
        yield Paragraph(words(text), "" if reason else "note")
        return
    heads = (
        Column(_t("Advice"), wide=4), Column(_t("Position"), wide=1.4), Column(_t("By when"), wide=1.2),
        Column(_t("How it is verified"), wide=2), Column(_t("Finding"), wide=1),
    )  # fmt: skip
    lines = tuple(_advice_row(one, slots, titles) for one in rows)
    yield Table("", heads, lines)


def _advice_row(one: Mapping[str, Any], slots: Slots, titles: Mapping[str, str]) -> tuple[Words, ...]:
    code = str(one.get("position", ""))
    said = (titles.get(code, code), one.get("due"), one.get("verify"), one.get("number"))
    return (filled(str(one["text"]), slots), *(words(str(text or "—")) for text in said))


def last_advice(edition: Edition) -> Iterator[Table | Paragraph]:
    """What became of the advice of the last report, read when the document is made."""
    from opsloop.modules.reports.following import became_of  # noqa: PLC0415  # a chain of models

    yield from became_of(edition)


def _decisions(body: Mapping[str, Any], slots: Slots) -> Iterator[Listing | Paragraph]:
    rows = _rows(body, "decisions")
    if rows:
        yield Listing(tuple(filled(str(one["text"]), slots) for one in rows), ordered=True)
        yield Paragraph(words(_t("Direction:")), "blank")
    else:
        yield Paragraph(words(_t("Nothing is asked of the director in this period.")))


def _definitions(slots: Slots) -> Iterator[Definition]:
    from opsloop.data.metrics.models import Metric  # noqa: PLC0415  # of this one list

    used = {slot.figure.metric for slot in slots if slot.figure.metric}
    titles = posts.titles()
    for row in Metric.objects.filter(ident__in=used, withdrawn=False).order_by("ident"):
        obj = row.obj
        yield Definition(
            row.ident, obj.title, obj.meaning, obj.formula, str(obj.unit), titles.get(obj.owner, obj.owner),
            str(row.number),
        )  # fmt: skip


def text_of(edition: Edition) -> str:
    """Everything an edition says, as plain text: for the search."""
    out: list[str] = [edition.number]
    for block in document_of(edition, settings.LANGUAGE_CODE).blocks():
        out += [plain_text(text) for text in texts_of(block)]
    return "\n".join(one for one in out if one)


def plain_text(text: Words) -> str:
    """As it is read, without its marks."""
    return "".join(one if isinstance(one, str) else one.text for one in text)


def texts_of(block: Block) -> list[Words]:
    """The running texts of a block, a table's cells row by row."""
    if isinstance(block, Tiles):
        return [(tile.title, " ", tile.figure) for tile in block.figures]
    if isinstance(block, Paragraph):
        return [block.text]
    if isinstance(block, Listing):
        return list(block.items)
    if isinstance(block, Table):
        return [cell for row in block.rows for cell in row]
    return [(block.title,)]
