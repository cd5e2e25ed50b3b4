"""Steps out of numbered paragraphs and headings, where a document has no table of them. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from opsloop.engine.sops.importing.documents import Document, Table, Text
from opsloop.engine.sops.importing.understanding import APPROVAL, NUMBERED, Proposed, as_text, limit_in, meaning, put

_PROCEDURE = re.compile(r"流程|步骤|程序|办理|作业")
_SAID = re.compile(r"^[\s\-·•]*(?P<name>[^:：\s]{2,8})\s*[:：]\s*(?P<text>.+)$")
_BY = re.compile(
    r"由(?P<who>[^，。,；;由]{2,12}?)(?:负责|办理|填写|提交|审批|审核|批准|核对|登记|组织|完成|执行|汇总|编制)"
)


def from_paragraphs(document: Document) -> tuple[list[Proposed], set[int]]:
    """Steps, and the places of the parts that went into them."""
    begins = _beginnings(document.parts)
    steps: list[Proposed] = []
    used: set[int] = set()
    for n, i in enumerate(begins):
        end = begins[n + 1] if n + 1 < len(begins) else _end(document.parts, i)
        part = document.parts[i]
        if not isinstance(part, Text):
            continue
        steps.append(_step(part.text))
        used.add(i)
        for j in range(i + 1, end):
            inner = document.parts[j]
            if isinstance(inner, Text):
                _tell(steps[-1], inner.text)
            else:
                steps[-1].text.append(as_text(inner))
            used.add(j)
    return steps, used


def _beginnings(parts: Sequence[Text | Table]) -> list[int]:
    """Where steps begin: the numbered paragraphs below the procedure's heading, else the longest run of one sort."""
    start = next((i + 1 for i, one in enumerate(parts) if _is_heading(one) and _PROCEDURE.search(_text(one))), 0)
    for begin in (start, 0) if start else (0,):
        runs: dict[str, list[int]] = {}
        for i in range(begin, len(parts)):
            one = parts[i]
            if begin and runs and isinstance(one, Text) and one.level == 1 and not NUMBERED.match(one.text):
                break
            if isinstance(one, Text) and (sort := _sort(one)):
                runs.setdefault(sort, []).append(i)
        found = max(runs.values(), key=len, default=[])
        if len(found) >= 2:
            return found
    return []


def _text(one: Text | Table) -> str:
    return one.text if isinstance(one, Text) else ""


def _is_heading(one: Text | Table) -> bool:
    return isinstance(one, Text) and (one.level > 0 or (len(one.text) <= 20 and not one.text.endswith(("。", "；"))))


def _sort(one: Text) -> str:
    """How a paragraph is numbered: those of one sort belong together."""
    if (found := NUMBERED.match(one.text)) is not None:
        mark = one.text[: one.text.index(found["rest"])] if found["rest"] else one.text
        dots = len(re.findall(r"\d+", mark))
        kind = "arabic" if re.match(r"\s*\d", mark) else re.sub(r"[一二三四五六七八九十百\d\s]+", "#", mark).strip()
        return f"{kind}{dots if kind == 'arabic' else ''}"
    if one.level > 1:
        return f"heading{one.level}"
    return "auto" if one.numbered else ""


def _end(parts: Sequence[Text | Table], last: int) -> int:
    """Where the last step ends: at the next heading of a chapter."""
    begin = parts[last]
    level = begin.level if isinstance(begin, Text) else 0
    for i in range(last + 1, len(parts)):
        one = parts[i]
        if isinstance(one, Text) and ((one.level and (not level or one.level <= level)) or _chapter(one.text)):
            return i
    return len(parts)


def _chapter(text: str) -> bool:
    return (
        bool(re.match(r"^(?:第[一二三四五六七八九十]+章|[一二三四五六七八九十]+、|附则|附件)", text))
        and len(text) <= 20
    )


def _step(text: str) -> Proposed:
    found = NUMBERED.match(text)
    said = (found["rest"] if found and found["rest"] else text).strip()
    short = re.split(r"[，。；：,;:]", said, maxsplit=1)[0][:40]
    made = Proposed(short or said[:40], approval=bool(APPROVAL.search(short)))
    if said != short:
        made.text.append(said)
    _sentence(made, said)
    return made


def _tell(step: Proposed, text: str) -> None:
    """A paragraph below a step: `责任人：…` where it belongs, anything else as text."""
    found = _SAID.match(text)
    what = meaning(found["name"]) if found else ""
    if found and what and what not in ("title", "number"):
        put(step, what, found["name"], found["text"])
        return
    step.text.append(text)
    _sentence(step, text)


def _sentence(step: Proposed, text: str) -> None:
    """Who and until when, from a plain sentence; the sentence itself stays in the text."""
    if not step.who and (found := _BY.search(text)):
        step.who = found["who"].strip()
    if not step.within and (limit := limit_in(text)):
        step.within = limit
