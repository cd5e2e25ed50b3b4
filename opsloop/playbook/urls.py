"""/playbook/: the book, its things, their versions, and what changes them."""

from django.urls import path, register_converter

from opsloop.playbook.views import book, editing, proposals, revising, versions


class KindName:
    """A kind's name; no page of the book's own has one of these."""

    regex = "[a-z][a-z-]*"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class ThingId(KindName):
    regex = "[a-z0-9][a-z0-9/-]*"


register_converter(KindName, "kind")
register_converter(ThingId, "ident")

app_name = "playbook"
urlpatterns = [
    # the book
    path("", book.contents_page, name="contents"),
    path("-/search/", book.search_page, name="search"),
    path("-/whole/", book.whole_page, name="whole"),
    path("-/open/", book.open_page, name="open"),
    path("-/kinds/", book.kind_list, name="kinds"),
    path("-/kinds/<kind:kind>/", book.kind_page, name="kind"),
    path("-/kinds/<kind:kind>.schema.json", book.kind_schema, name="schema"),
    # what changes it
    path("-/drafts/", proposals.draft_list, name="drafts"),
    path("-/propose/", proposals.propose_page, name="propose"),
    path("-/publications/", proposals.publication_list, name="publications"),
    path("-/publications/<int:number>/", proposals.publication_page, name="publication"),
    path("-/revise/", revising.revise_page, name="revise"),
    path("-/new/<kind:kind>/", editing.new_page, name="new"),
    path("-/edit/<kind:kind>/<ident:ident>/", editing.edit_page, name="edit"),
    # versions, then the thing itself
    path("<kind:kind>/<ident:ident>/versions/", versions.version_list, name="versions"),
    path("<kind:kind>/<ident:ident>/versions/<int:number>/", versions.version_page, name="version"),
    path("<kind:kind>/<ident:ident>/compare/", versions.compare_page, name="compare"),
    path("<kind:kind>/<ident:ident>/", book.thing_page, name="thing"),
]
