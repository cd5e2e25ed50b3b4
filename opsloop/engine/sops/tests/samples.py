"""SOP files for tests: the campaign of the design, and what makes a short one."""

from __future__ import annotations

from opsloop.base.kinds.registry import kinds
from opsloop.playbook.reader.files import Item, read_text

CAMPAIGN = """---
title: 活动策划与执行
purpose: 让每一次活动都有目标、有预算、有人负责、有复盘
owner: operations-manager
about: campaign
review_every: 6 months

start:
  form: [subject.theme, subject.budget]
  act: campaigns.plan

steps:
  - id: brief
    title: 写活动方案
    do: operations-specialist
    consult: [data-analyst]
    within: 2 working days
    form: [subject.channels, {field: subject.theme, may: read}]
    evidence: [方案文档]

  - id: review
    title: 审批方案
    approve:
      - by: operations-manager
      - {by: finance-head, when: subject.budget > 50000}
    within: 1 working day
    on_reject: brief

  - parallel:
      - steps:
          - id: creative
            title: 制作物料
            do: content-editor
            within: 3 working days
            call: content-publishing
      - steps:
          - {id: audience, title: 圈定人群并留出对照组, do: data-analyst, within: 1 working day}

  - id: run
    title: 上线与值守
    do: operations-specialist
    until: subject.window.end
    on_overdue: {notify: operations-manager, again: [{at: 150%, notify: operations-director}]}

  - {id: settle, title: 等待结算, wait: 3 working days}

  - choose:
      - when: subject.verdict is 无效
        steps:
          - {id: change, title: 提出改进, do: operations-manager, call: improvement-suggestion}
      - otherwise: []

  - {id: tell, title: 通报结果, notify: [operations-director], say: result}

messages:
  - {id: result, title: 结果, text: 活动已结束。}

quiz:
  questions:
    - ask: 没有留对照组的活动,评估结论最多能写到什么程度?
      options: [证明有效, 证据较弱, 无需说明]
      right: 证据较弱
---

## brief
先写清楚目标。

## review
审批人看四件事。
"""


def read(text: str, ident: str = "campaign") -> Item:
    """The text read as a file of the kind."""
    return read_text(kinds["sop"], ident, f"sops/{ident}.md", text)


def sop(steps: str, head: str = "", body: str = "") -> str:
    """A file with these steps, each line as it stands below `steps:`."""
    lines = "\n".join(f"  {line}" for line in steps.strip("\n").split("\n"))
    return f"---\ntitle: 退款\nowner: operations-manager\nshort: true\n{head}steps:\n{lines}\n---\n{body}"
