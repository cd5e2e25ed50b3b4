"""What is sent to a group: one thing with its lines, or many as one digest. Pure; sizes are bytes of UTF-8."""

from __future__ import annotations

from dataclasses import dataclass, replace

MORE = "…"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is told. link: a whole address, or empty."""

    title: str
    body: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """title: what the phone shows at first sight. link: where the button leads. picture: a PNG."""

    title: str
    items: tuple[Item, ...]
    link: str = ""
    open_label: str = ""
    foot: str = ""
    picture: bytes | None = None

    @property
    def single(self) -> bool:
        return len(self.items) == 1 and self.items[0].title == self.title


def cut(text: str, most: int) -> str:
    """At most `most` bytes of UTF-8, ended between characters, with … where something is missing."""
    raw = text.encode()
    if len(raw) <= most:
        return text
    room = most - len(MORE.encode())
    return raw[: max(0, room)].decode(errors="ignore").rstrip() + MORE


def cut_lines(head: str, lines: list[str], tail: str, most: int, sep: str = "\n") -> str:
    """head, as many whole lines as fit, tail; the first line that does not fit is cut, tail always stays."""
    room = most - len((sep + tail).encode()) if tail else most
    text = cut(head, room)
    for line in lines:
        longer = f"{text}{sep}{line}" if text else line
        if len(longer.encode()) > room:
            text = cut(longer, room)
            break
        text = longer
    return f"{text}{sep}{tail}" if tail else text


def plain_lines(message: Message) -> list[str]:
    """The items as lines of plain text, each address on its own line."""
    out: list[str] = []
    for one in message.items:
        if not message.single:
            out.append(f"· {one.title}")
        out += [line for line in one.body.splitlines() if line.strip()]
        if one.link and not message.single:
            out.append(one.link)
    return [*out, *([message.foot] if message.foot else [])]


def marked_lines(message: Message) -> list[str]:
    """The items as lines of the little Markdown that all three services know: bold, links, lists."""
    out: list[str] = []
    for one in message.items:
        if not message.single:
            out.append(f"- [{flat(one.title)}]({one.link})" if one.link else f"- {flat(one.title)}")
        out += [flat(line) for line in one.body.splitlines() if line.strip()]
    return [*out, *([flat(message.foot)] if message.foot else [])]


def flat(text: str) -> str:
    """Text that cannot become markup: what would begin a link, an image or a tag is written full-width."""
    table = str.maketrans({"[": "［", "]": "］", "<": "＜", ">": "＞", "`": "｀"})
    return text.translate(table)


def with_keyword(message: Message, keyword: str) -> Message:
    """A bot that wants a keyword finds it in the title."""
    said = "\n".join([message.title, *(f"{one.title}\n{one.body}" for one in message.items)])
    if not keyword or keyword in said:
        return message
    title = f"{keyword}｜{message.title}"
    items = tuple(replace(one, title=title) for one in message.items) if message.single else message.items
    return replace(message, title=title, items=items)
