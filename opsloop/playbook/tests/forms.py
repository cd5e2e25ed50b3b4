"""Read the editor's form out of a page, as a browser would send it when nothing was touched."""

from __future__ import annotations

from html.parser import HTMLParser


class _Form(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.out: dict[str, str] = {}
        self.area = self.select = ""
        self.inside = self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self.inside += tag == "form" and said.get("class") == "editor"
        self.hidden += tag == "template"
        if not self.inside or self.hidden:
            return
        name = said.get("name", "")
        if tag == "textarea":
            self.area, self.out[name] = name, ""
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and "selected" in said:
            self.out[self.select] = said["value"]
        elif tag == "input" and (said.get("type") != "checkbox" or "checked" in said):
            self.out[name] = said.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag == "template"
        self.inside -= tag == "form" and self.inside
        self.area = "" if tag == "textarea" else self.area
        self.select = "" if tag == "select" else self.select

    def handle_data(self, data: str) -> None:
        if self.area:  # a browser drops the first line break in a text area
            self.out[self.area] += data.removeprefix("\n") if not self.out[self.area] else data


def fields(page: str) -> dict[str, str]:
    """name -> value of everything that the form would send; of checkboxes with one name the last."""
    form = _Form()
    form.feed(page)
    assert form.out, "there is no editor on this page"
    return form.out
