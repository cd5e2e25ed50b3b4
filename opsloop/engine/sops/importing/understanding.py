"""What the words of a document mean for a step: columns, limits, approvals, and where a cell belongs. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from opsloop.base.calendar.limits import LimitError, parse
from opsloop.engine.sops.importing.documents import Table

WORDS: dict[str, tuple[str, ...]] = {
    "number": ("序号", "编号", "no", "no."),
    "title": ("步骤名称", "步骤", "环节", "流程节点", "节点", "任务名称", "任务", "工序", "工作事项", "工作内容",
              "事项", "流程", "活动", "step"),
    "who": ("责任岗位", "责任人", "负责岗位", "负责人", "执行岗位", "执行人", "经办人", "经办岗位", "主办", "岗位",
            "责任部门", "主责", "谁做", "responsible", "owner"),
    "accountable": ("审核人", "监督人", "复核人", "批准人", "批准", "accountable"),
    "within": ("完成时限", "办理时限", "时限", "完成时间", "时间要求", "期限", "工作时限", "工期", "用时",
               "time limit", "deadline"),
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
NUMBERED = re.compile(
    r"^\s*(?:第[一二三四五六七八九十百\d]+(?:步|条|节)|步骤[一二三四五六七八九十\d]+|"
    r"\d{1,2}(?:\.\d{1,2})*(?=[.、．)）\s])|[（(][一二三四五六七八九十\d]+[)）]|[一二三四五六七八九十]+(?=、))"
    r"[.、．)）:：\s]*(?P<rest>.*)$"
)
_WITHIN = re.compile(
    r"(\d+(?:\.\d+)?|[一二两三四五六七八九十半]+)\s*个?\s*(工作|自然)?\s*(分钟|小时|日|天)(?=之?内|以内|$|[，。；,;、）)])"
)
_UNIT = re.compile(r"[(（/]\s*(?:单位)?[:：]?\s*(个?(?:工作|自然)?(?:分钟|小时|时|日|天))\s*[)）]?$")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
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


def meaning(name: str) -> str:
    """What a column of this name holds; empty when nobody knows."""
    plain = re.sub(r"[\s（(].*$", "", name.strip()).lower() or name.strip().lower()
    pairs = sorted(((word, what) for what, words in WORDS.items() for word in words), key=lambda one: -len(one[0]))
    exact = next((what for word, what in pairs if plain == word), "")
    return exact or next((what for word, what in pairs if len(word) > 1 and word in plain), "")


def line_of(text: str) -> str:
    first = text.split("\n")[0].strip()
    found = NUMBERED.match(first)
    return found["rest"] if found and found["rest"] else first


def put(step: Proposed, what: str, name: str, cell: str) -> None:
    """A cell where it belongs; what has no place, or a second value, becomes text with its column's name."""
    if what == "title" or (what == "number" and _COUNT.fullmatch(cell)):
        return
    if what in ("evidence", "mistakes", "checklist", "form"):
        getattr(step, what).extend(one for one in split(cell) if one not in getattr(step, what))
    elif what in ("who", "accountable") and not getattr(step, what):
        setattr(step, what, line_of(cell))
        if "\n" in cell:
            step.text.append(f"{name}：{cell}")
    elif what == "within" and not step.within and (limit := limit_in(cell) or _of_column(name, cell)):
        step.within = limit
        if not _only_limit(cell) and not _of_column(name, cell):
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


def _of_column(name: str, cell: str) -> str:
    """The limit that a bare number means below a column that says its unit: 时限（工作日）."""
    unit = _UNIT.search(name)
    return limit_in(f"{cell}{unit[1]}") if unit and _NUMBER.fullmatch(cell.strip()) else ""


def _only_limit(text: str) -> bool:
    try:
        parse(text.strip(" 。内以"))
    except LimitError:
        return False
    return True


def as_text(table: Table) -> str:
    """A table as Markdown."""
    width = max(len(row) for row in table.rows)
    lines = ["| " + " | ".join(_cell(cell) for cell in (*row, *[""] * (width - len(row)))) + " |" for row in table.rows]
    return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])


def _cell(text: str) -> str:
    return text.replace("|", "／").replace("\n", "；")
