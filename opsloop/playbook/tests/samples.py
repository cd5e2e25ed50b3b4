"""Small playbooks for tests, written as people write them."""

from __future__ import annotations

from pathlib import Path

TITLE = """title: 试用标准
language: zh-Hans
chapters:
  - {title: 岗位, kind: position, about: 谁做什么}
  - {title: 术语, kind: glossary}
"""

MANAGER = """---
title: 运营经理
department: operations
duties:
  - {do: 制定计划, weight: 60, by: [annual-plan]}
  - {do: 审批活动, weight: 40, by: [campaign]}   # 每次都看对照组
may: [playbook.draft, playbook.propose, playbook.withdraw, playbook.approve, playbook.publish, calendar.*]
sees: {"*": all}
limits:
  compensation: {each: 5000}
---
## 岗位目的
让运营每天有数。

## 任职说明
本科。
"""

SPECIALIST = """---
title: 运营专员
reports_to: operations-manager
department: operations
headcount: 4
duties:
  - {do: 执行活动, weight: 100, by: [campaign]}
talks_to:
  - {who: operations-manager, how_often: 每周一, channel: 例会}
sees: department
limits:
  compensation: {each: 200, per_day: 2000}
---
岗位说明写在这里。
"""

GLOSSARY = """title: 运营术语
terms:
  - {term: 流程单, en: case, meaning: 正在执行的标准流程, not: [案例]}
"""

CALENDAR = """title: 公司日历
hours:
  mon-fri: ["09:00-12:00", "13:00-18:00"]
for: [operations]
"""

ENGLISH = """of: ""
fields:
  title: Operations specialist
  duties.0.do: Run campaigns
body: |
  Written here.
"""

FILES = {
    "playbook.yaml": TITLE,
    "positions/operations-manager.md": MANAGER,
    "positions/operations-specialist.md": SPECIALIST,
    "glossary/operations.yaml": GLOSSARY,
    "calendars/company.yaml": CALENDAR,
    "translations/en/positions/operations-specialist.yaml": ENGLISH,
}


def write(folder: Path, **changed: str) -> Path:
    """The sample playbook in a folder; keys of `changed` are stems, an empty text leaves the file out."""
    for path, text in FILES.items():
        stem = Path(path).stem.replace("-", "_") if not path.startswith("translations") else "english"
        text = changed.get(stem, text)
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if text:
            target.write_bytes(text.encode())
        else:
            target.unlink(missing_ok=True)
    return folder
