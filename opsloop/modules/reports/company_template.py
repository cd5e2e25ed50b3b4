"""The company's own Word template (公司模板): which one a report is filled into, and what lies in it now."""

from __future__ import annotations

import hashlib
import re

from django.conf import settings
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.files.content import judge
from opsloop.base.things.errors import Refused, Text
from opsloop.modules.reports.models import Report
from opsloop.modules.reports.rendering import WordTemplate

NAME = re.compile(r"[^\\/:*?\"<>|\x00-\x1f.][^\\/:*?\"<>|\x00-\x1f]{0,115}\.docx", re.IGNORECASE)
EXPECTED: Text = _("The name of a file that ends with .docx, without folders")


def wrong_name(text: str) -> Text | None:
    """What was expected instead, or None; for `Says(check=...)`."""
    return None if NAME.fullmatch(text) else EXPECTED


def name_of(report: Report) -> str:
    """The file that the report names, else the company's (`report_template` in opsloop.toml), else nothing."""
    return str(report.definition.get("template", "")) or str(settings.WORKSPACE.report_template)


def stamp_of(report: Report) -> str:
    """Changes with the template, so that a file made with another one is not given out as this one's. For pages."""
    name = name_of(report)
    if not name or wrong_name(name) is not None:
        return name
    try:
        return hashlib.sha256((settings.WORKSPACE.templates / name).read_bytes()).hexdigest()
    except OSError:
        return name


def template_of(report: Report) -> WordTemplate | None:
    """The template itself; None: our plain look. Raises Refused for one that is not there or no Word file."""
    name = name_of(report)
    if not name:
        return None
    if wrong_name(name) is not None:
        text = _t("The Word template {name} cannot be the name of a file. Expected: {expected}.")
        raise Refused(text.format(name=name, expected=EXPECTED))
    path = settings.WORKSPACE.templates / name
    if not path.is_file():
        text = _t("The Word template {name} is not in the workspace's folder {folder}. Put it there, or name another.")
        raise Refused(text.format(name=name, folder=settings.WORKSPACE.templates.name))
    judge(path, name)
    return WordTemplate(name, path.read_bytes())
