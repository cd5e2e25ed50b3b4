"""What may be done with reports. Acts are found here; each file holds those of one moment of a report's life."""

from opsloop.modules.reports.actions.directing import instruct
from opsloop.modules.reports.actions.drafting import draft, recompute, renew
from opsloop.modules.reports.actions.issuing import announce, correct, issue, send_back, submit
from opsloop.modules.reports.actions.own import draft_own, send_own, write_own
from opsloop.modules.reports.actions.taking import export, keep_file
from opsloop.modules.reports.actions.writing import write

__all__ = [
    "announce", "correct", "draft", "draft_own", "export", "instruct", "issue", "keep_file", "recompute", "renew",
    "send_back", "send_own", "submit", "write", "write_own",
]  # fmt: skip
