"""The things of the book in the search over everything; kept up by publication and on the day of coming into force."""

from __future__ import annotations

from opsloop.base.kinds.fields import leaves
from opsloop.base.kinds.registry import kinds
from opsloop.base.search.index import drop_pages, put_page
from opsloop.base.search.snippets import PAGE
from opsloop.playbook.book import Playbook
from opsloop.playbook.kinds.translation import Translation
from opsloop.playbook.reader.files import Item


def put_pages(book: Playbook) -> None:
    """Everything in this book is found by its words in both languages, by everyone; what is not in it no longer is."""
    for one in kinds.values():
        if one.name == "translation":
            continue
        things = [item for (kind, _ident), item in book.items.items() if kind == one.name and item.obj is not None]
        for item in things:
            put_page(one.name, item.ident, title=item.title, text=_text(book, item), url=_url(item))
        drop_pages(one.name, keep=[item.ident for item in things])


def _url(item: Item) -> str:
    return "/playbook/" if kinds[item.kind].single else f"/playbook/{item.kind}/{item.ident}/"


def _text(book: Playbook, item: Item) -> str:
    """Every text of the thing and of its translations, each language on a page of its own."""
    pages = [[str(leaf.value) for leaf in leaves(kinds[item.kind].cls, item.obj) if leaf.says.text]]
    end = f"/{kinds[item.kind].folder}/{item.ident}" if kinds[item.kind].folder else f"/{item.ident}"
    for ident, one in book.all("translation"):
        if ident.endswith(end) and ident.count("/") == end.count("/") and isinstance(one, Translation):
            pages.append([*one.fields.values(), one.body])
    return PAGE.join("\n".join(one) for one in pages)
