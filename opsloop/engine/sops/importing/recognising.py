"""From a document to proposed steps. Pure; what is not understood becomes text, so that nothing is lost.

Tables with columns for steps come first; without one, numbered paragraphs and headings below a heading that speaks of
the procedure are the steps.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from opsloop.base.calendar.limits import LimitError, parse
from opsloop.engine.sops.importing.documents import Document, Table, Text

WORDS: dict[str, tuple[str, ...]] = {
    "number": ("序号", "编号", "no", "no."),
    "title": ("步骤名称", "步骤", "环节", "流程节点", "节点", "工序", "工作事项", "工作内容", "事项", "流程", "活动",
              "step"),
    "who": ("责任岗位", "责任人", "负责岗位", "负责人", "执行岗位", "执行人", "经办人", "经办岗位", "主办", "岗位",
            "责任部门", "谁做", "responsible", "owner"),
    "accountable": ("审核人", "监督人", "复核人", "accountable"),
    "within": ("完成时限", "办理时限", "时限", "完成时间", "时间要求", "期限", "工作时限", "time limit", "deadline"),
    "evidence": ("输出文件", "输出", "凭证", "佐证材料", "佐证", "成果", "交付物", "留存记录", "记录",
                 "evidence", "output"),
    "mistakes": ("注意事项", "常见错误", "风险点", "风险提示", "注意", "mistakes"),
    "form": ("表单", "使用表格", "填写内容", "表格", "form"),
    "checklist": ("检查要点", "检查项", "检查", "checklist"),
    "text": ("工作要求", "操作说明", "操作要点", "工作标准", "具体要求", "要求", "说明", "做法", "内容描述", "标准",
             "how"),
}  # fmt: skip
"""What a column means, by the words that stand above it; longer words are looked for first."""
APPROVAL = re.compile(r"审批|审核|批准|核准|会签|签批")
_PROCEDURE = re.compile(r"流程|步骤|程序|办理|作业")
_NUMBERED = re.compile(
    r"^\s*(?:第[一二三四五六七八九十百\d]+(?:步|条|节)|步骤[一二三四五六七八九十\d]+|"
    r"\d{1,2}(?:\.\d{1,2})*(?=[.、．)）\s])|[（(][一二三四五六七八九十\d]+[)）]|[一二三四五六七八九十]+(?=、))"
    r"[.、．)）:：\s]*(?P<rest>.*)$"
)
_SAID = re.compile(r"^[\s\-·•]*(?P<name>[^:：\s]{2,8})\s*[:：]\s*(?P<text>.+)$")
_WITHIN = re.compile(
    r"(\d+(?:\.\d+)?|[一二两三四五六七八九十半]+)\s*个?\s*(工作|自然)?\s*(分钟|小时|日|天)(?=之?内|以内|$|[，。；,;、）)])"
)
_BY = re.compile(
    r"由(?P<who>[^，。,；;由]{2,12}?)(?:负责|办理|填写|提交|审批|审核|批准|核对|登记|组织|完成|执行|汇总|编制)"
)
_COUNT = re.compile(r"[\d.\-、()（）一二三四五六七八九十第步]+")
_SPLIT = re.compile(r"[\n；;]+|(?:^|\s)\d+[.、)）]\s*")


@dataclass(slots=True)
class Proposed:
    """A step as it was understood. who, within: as written; position: its id, empty when no position has this name."""

    title: str
    who: str = ""
    position: str = ""
    accountable: str = ""
    within: str = ""
    evidence: list[str] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)
    checklist: list[str] = field(default_factory=list)
    form: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    approval: bool = False


@dataclass(slots=True)
class Columns:
    """What the columns of one table mean. head: the row of the names; -1: the table has no steps."""

    table: int
    head: int
    names: tuple[str, ...]
    means: tuple[str, ...]


@dataclass(slots=True)
class Proposal:
    """title: of the document. rest: everything that is no step, as Markdown."""

    title: str
    steps: list[Proposed]
    columns: list[Columns]
    rest: str


def recognise(document: Document, name: str = "", given: Mapping[tuple[int, int], str] | None = None) -> Proposal:
    """Steps and the rest. name: of the file; given: (table, column) -> what a person says that it means."""
    columns = [_columns(i, table, given or {}) for i, table in enumerate(document.tables)]
    stepped = [one for one in columns if one.head >= 0 and "title" in one.means]
    steps: list[Proposed] = []
    if stepped:
        for one in stepped:
            steps += _from_table(document.tables[one.table], one)
        rest = _rest(document, {one.table for one in stepped}, set())
    else:
        steps, used = _from_paragraphs(document)
        rest = _rest(document, set(), used)
    return Proposal(_title(document, name), steps, columns, rest)


def _title(document: Document, name: str) -> str:
    first = next((one.text for one in document.parts if isinstance(one, Text)), "")
    if not first:
        rows = document.tables[0].rows if document.tables else ()
        alone = [cell for cell in (rows[0] if rows else ()) if cell]
        first = alone[0] if len(alone) == 1 else ""
    return first if 2 <= len(first) <= 40 else name


# tables


def meaning(name: str) -> str:
    """What a column of this name holds; empty when nobody knows."""
    plain = re.sub(r"[\s（(].*$", "", name.strip()).lower() or name.strip().lower()
    pairs = sorted(((word, what) for what, words in WORDS.items() for word in words), key=lambda one: -len(one[0]))
    exact = next((what for word, what in pairs if plain == word), "")
    return exact or next((what for word, what in pairs if len(word) > 1 and word in plain), "")


def _columns(i: int, table: Table, given: Mapping[tuple[int, int], str]) -> Columns:
    best, head = 1, -1
    for n, row in enumerate(table.rows[:10]):
        found = {what for cell in row if (what := meaning(cell)) and len(cell) <= 16}
        if len(found) > best and "title" in found:
            best, head = len(found), n
    if head < 0 and any(place[0] == i for place in given):
        head = 0
    names = table.rows[head] if head >= 0 else ()
    taken: set[str] = set()
    means = []
    for j, cell in enumerate(names):
        what = given.get((i, j), meaning(cell))
        means.append("" if what in taken and what in ("title", "who", "within", "accountable") else what)
        taken.add(what)
    return Columns(i, head, tuple(names), tuple(means))


def _from_table(table: Table, columns: Columns) -> list[Proposed]:
    """One step for each row with a title; rows without one say more about the step above."""
    steps: list[Proposed] = []
    for row in table.rows[columns.head + 1 :]:
        said = [(what, name, cell) for what, name, cell in zip(columns.means, columns.names, row, strict=False) if cell]
        title = next((cell for what, _name, cell in said if what == "title"), "")
        if said and not title and not steps:
            title = said[0][2]
        if title and row != columns.names:
            steps.append(Proposed(_line(title), approval=bool(APPROVAL.search(title))))
            if "\n" in title:
                steps[-1].text.append(title)
        if not steps:
            continue
        for what, name, cell in said:
            _put(steps[-1], what, name, cell)
    return [one for one in steps if one.title]


def _line(text: str) -> str:
    first = text.split("\n")[0].strip()
    found = _NUMBERED.match(first)
    return found["rest"] if found and found["rest"] else first


def _put(step: Proposed, what: str, name: str, cell: str) -> None:
    """A cell where it belongs; what has no place, or a second value, becomes text with its column's name."""
    if what == "title" or (what == "number" and _COUNT.fullmatch(cell)):
        return
    if what in ("evidence", "mistakes", "checklist", "form"):
        getattr(step, what).extend(one for one in split(cell) if one not in getattr(step, what))
    elif what in ("who", "accountable") and not getattr(step, what):
        setattr(step, what, _line(cell))
        if "\n" in cell:
            step.text.append(f"{name}：{cell}")
    elif what == "within" and not step.within and (limit := limit_in(cell)):
        step.within = limit
        if not _only_limit(cell):
            step.text.append(f"{name}：{cell}")
    elif what == "text":
        step.text.append(cell)
    else:
        step.text.append(f"{name}：{cell}" if name else cell)


def split(cell: str) -> list[str]:
    """The entries of a cell: lines, or what semicolons or numbers separate."""
    return [one for part in _SPLIT.split(cell) if (one := part.strip(" 。·•-\t"))]


def limit_in(text: str) -> str:
    """The limit that a text says, as files write it; empty for none."""
    try:
        return parse(text.strip(" 。内以")).text("en")
    except LimitError:
        pass
    for found in _WITHIN.finditer(text):
        try:
            return parse(found[0]).text("en")
        except LimitError:
            continue
    return ""


def _only_limit(text: str) -> bool:
    try:
        parse(text.strip(" 。内以"))
    except LimitError:
        return False
    return True


# paragraphs


def _from_paragraphs(document: Document) -> tuple[list[Proposed], set[int]]:
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
                steps[-1].text.append(_as_text(inner))
            used.add(j)
    return steps, used


def _beginnings(parts: Sequence[Text | Table]) -> list[int]:
    """Where steps begin: the numbered paragraphs below the procedure's heading, else the longest run of one sort."""
    start = next((i + 1 for i, one in enumerate(parts) if _is_heading(one) and _PROCEDURE.search(_text(one))), 0)
    for begin in (start, 0) if start else (0,):
        runs: dict[str, list[int]] = {}
        for i in range(begin, len(parts)):
            one = parts[i]
            if begin and runs and isinstance(one, Text) and one.level == 1 and not _NUMBERED.match(one.text):
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
    if (found := _NUMBERED.match(one.text)) is not None:
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
    found = _NUMBERED.match(text)
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
        _put(step, what, found["name"], found["text"])
        return
    step.text.append(text)
    _sentence(step, text)


def _sentence(step: Proposed, text: str) -> None:
    """Who and until when, from a plain sentence; the sentence itself stays in the text."""
    if not step.who and (found := _BY.search(text)):
        step.who = found["who"].strip()
    if not step.within and (limit := limit_in(text)):
        step.within = limit


# the rest


def _rest(document: Document, tables: set[int], used: set[int]) -> str:
    """Everything that is no step: tables whose rows became steps without these rows, and all other parts."""
    out: list[str] = []
    number = -1
    for i, one in enumerate(document.parts):
        if isinstance(one, Table):
            number += 1
            if number in tables:
                head = _columns(number, one, {}).head
                out += [" ".join(filter(None, row)) for row in one.rows[: max(head, 0)]]
            elif i not in used:
                out.append(_as_text(one))
        elif i not in used:
            out.append(f"### {one.text}" if one.level else one.text)
    return "\n\n".join(one for one in out if one.strip())


def _as_text(table: Table) -> str:
    """A table as Markdown."""
    width = max(len(row) for row in table.rows)
    lines = ["| " + " | ".join(_cell(cell) for cell in (*row, *[""] * (width - len(row)))) + " |" for row in table.rows]
    return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])


def _cell(text: str) -> str:
    return text.replace("|", "／").replace("\n", "；")
