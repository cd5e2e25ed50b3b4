"""Files, an importer and a small published standard for tests of the wizard."""

from __future__ import annotations

from pathlib import Path

from opsloop.base.files.keep import store
from opsloop.base.people.models import Person
from opsloop.base.testing import Cast, hold, position
from opsloop.data.imports import actions
from opsloop.data.imports.models import Import

LEDGER = "单据编号,营业日期,门店,金额,备注\n" + "".join(
    f"D{n},2026-11-{n % 20 + 1:02d},店{n % 3},{n}.50,x\n" for n in range(1, 31)
)
ORDERS = """订单编号,付款时间,实付金额,status,备注
ORDERNO-1,2026-03-02 12:00:00,10.50,已付,x
ORDERNO-2,2026-02-30 12:00:00,11.00,已付,
ORDERNO-3,2026-03-02 13:00:00,-5,已付,
"""
MAY = ["imports.*", "sources.load", "sources.recognise", "sources.hold", "sources.fail", "sources.map", "sources.unmap",
       "files.keep", "playbook.draft", "playbook.discard"]  # fmt: skip


def importer(cast: Cast, *more: str) -> Person:
    """Wu, who may import, and do what else is said."""
    hold(cast.wu, position("importer", may=[*MAY, *more], sees={"*": "all"}), cast.data)
    return cast.wu


def brought(by: Person, tmp_path: Path, text: str = LEDGER, name: str = "门店台账2026-11.csv") -> Import:
    """An import that is begun."""
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return actions.begin(by=by, stored=store(path, by), name=name)


def publish_standard(cast: Cast, tmp_path: Path) -> None:
    """The playbook's own sample, so that there are positions to name. The reader is above this floor."""
    from importlib import import_module

    folder = tmp_path / "standard"
    folder.mkdir()
    files = import_module("opsloop.playbook.tests.samples").write(folder)
    import_module("opsloop.playbook.tests.test_knowing").publish_folder(cast, files, "The first edition.")
