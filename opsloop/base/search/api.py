"""What other apps use: in listeners.py `searchable`, in pages `find` and `find_page`, for texts `put_page`."""

from opsloop.base.search.find import Found, Hit, find, find_page
from opsloop.base.search.index import drop_pages, put_page, reindex
from opsloop.base.search.register import searchable
from opsloop.base.search.snippets import Part

__all__ = ["Found", "Hit", "Part", "drop_pages", "find", "find_page", "put_page", "reindex", "searchable"]
