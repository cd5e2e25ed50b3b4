"""Every text of the product is there in both languages, and the tool that says so can be believed."""

from __future__ import annotations

import gettext
import os
from pathlib import Path

import pytest

from tools import messages

NOT_YET = {
    f"opsloop/{place}locale/zh_Hans/LC_MESSAGES/django.po"
    for place in ("", "ui/", "playbook/", "base/kinds/", "base/ledger/", "base/search/")
}
"""Catalogues whose first version is still to land; from then on they are checked like the others."""

CODE = """
from django.utils.translation import gettext as _t, gettext_lazy as _, ngettext as _n, pgettext
TITLE = _("Risk")
def f(n): return _t("{n} left").format(n=n), _n("%(n)s day", "%(n)s days", n), pgettext("verb", "Open")
"""
PAGE = """
  {% load x %}<p title="{% trans "It's late" %}">don't (</p>
     {% blocktrans trimmed with a=b %}
        Hello {{ a }}, 100% of
        you
     {% endblocktrans %}
  {% blocktrans count n=rows|length %}{{ n }} row{% plural %}{{ n }} rows{% endblocktrans %}
  {% if x == _("Yes") %}"{% endif %}
"""
GOOD = r"""
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=1; plural=0;\n"

msgid "Risk"
msgstr "风险"

msgid "{n} left"
msgstr "剩余 {n}"

msgid "%(n)s day"
msgid_plural "%(n)s days"
msgstr[0] "%(n)s 天"

msgctxt "verb"
msgid "Open"
msgstr "打开"

msgid "It's late"
msgstr "晚了"

msgid "Hello %(a)s, 100%% of you"
msgstr "%(a)s，你们 100%% 好"

msgid "%(n)s row"
msgid_plural "%(n)s rows"
msgstr[0] "%(n)s 行"

msgid "Yes"
msgstr "是"
"""


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of one app with one Python file, one page and a whole catalogue."""
    folder = tmp_path / "opsloop/modules/risks"
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    monkeypatch.setattr(messages, "PACKAGE", tmp_path / "opsloop")
    for name, text in {
        "module.py": 'MODULE = Module("risks", "x")',
        "views.py": CODE,
        "tests/test_x.py": '_("not this")',
        "templates/risks/list.html": PAGE,
        str(messages.PO): GOOD,
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def spoil(app: Path, old: str, new: str) -> list[str]:
    file = app / messages.PO
    assert old in GOOD
    file.write_text(GOOD.replace(old, new), encoding="utf-8")
    return messages.check()


def test_every_text_is_translated() -> None:
    excused = {name for name in NOT_YET if not (messages.ROOT / name).exists()}
    problems = [one for one in messages.check() if one.split(":")[0] not in excused]
    assert problems == [], "\n".join(["python tools/messages.py update adds what is missing", *problems])


def test_a_whole_catalogue_has_no_problem(app: Path) -> None:
    assert messages.check() == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('msgid "Risk"', 'msgid "Risks"', "missing 'Risk' of opsloop/modules/risks/views.py:3"),
        ('msgid "Risk"', 'msgid "Risks"', "obsolete 'Risks'"),
        ("It's late", "It is late", 'missing "It\'s late" of opsloop/modules/risks/templates/risks/list.html:2'),
        ('msgid "Risk"', '#, fuzzy\nmsgid "Risk"', "fuzzy 'Risk'"),
        ('"风险"', '""', "not translated 'Risk'"),
        ('"%(n)s 行"', '""', "not translated '%(n)s row'"),
        ("剩余 {n}", "剩余 {m}", "placeholders differ from {n}: '{n} left'"),
        ("%(n)s 天", "%s 天", "placeholders differ from %(n)s: '%(n)s day'"),
        ('msgstr "是"', 'msgstr "是"\n\n#~ msgid "Old"\n#~ msgstr "旧"', "obsolete 'Old'"),
        ('msgctxt "verb"\n', "", "missing 'Open'"),
    ],
)
def test_what_is_wrong_is_named(app: Path, old: str, new: str, said: str) -> None:
    assert any(said in one for one in spoil(app, old, new))


def test_update_adds_what_is_missing_drops_what_is_gone_and_leaves_the_rest(app: Path) -> None:
    spoil(app, 'msgid "Risk"\nmsgstr "风险"', 'msgid "Gone"\nmsgstr "没了"')
    messages.update()
    text = (app / messages.PO).read_text(encoding="utf-8")
    assert "Gone" not in text
    assert text.endswith('msgid "Risk"\nmsgstr ""\n')
    assert messages.check() == [f"{(app / messages.PO).relative_to(messages.ROOT)}: not translated 'Risk'"]
    messages.update()
    assert (app / messages.PO).read_text(encoding="utf-8") == text


def test_update_keeps_what_translators_noted(app: Path) -> None:
    spoil(app, 'msgid "Risk"', '# as in 风险登记册\n#, fuzzy\nmsgid "Risk"')
    messages.update()
    assert '# as in 风险登记册\n#, fuzzy\nmsgid "Risk"\nmsgstr "风险"' in (app / messages.PO).read_text(
        encoding="utf-8"
    )


def test_compile_writes_what_gettext_reads_and_only_when_it_is_older(app: Path) -> None:
    made = (app / messages.PO).with_suffix(".mo")
    messages.compile_all()
    with made.open("rb") as source:
        assert gettext.GNUTranslations(source).gettext("Risk") == "风险"
    later = (app / messages.PO).stat().st_mtime + 10
    os.utime(made, (later, later))
    made.write_bytes(b"kept")
    os.utime(made, (later, later))
    messages.compile_all()
    assert made.read_bytes() == b"kept"
    os.utime(app / messages.PO, (later + 10, later + 10))
    messages.compile_all()
    assert made.read_bytes() != b"kept"


def test_texts_belong_to_the_nearest_app() -> None:
    package = messages.PACKAGE
    for folder, wanted in {
        "base/calendar": "base/calendar",
        "base/things": "",
        "base/acts": "",
        "config": "",
        "ui/templates/calendar": "ui",
        "ui/workbench": "ui",
        "ui/files": "ui",
    }.items():
        assert messages.home(package / folder) == package / wanted
