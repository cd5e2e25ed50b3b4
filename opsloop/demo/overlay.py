"""The demo company's own playbook files, laid over the standard: its sources, its closed day, its targets, its zone."""

from __future__ import annotations

from pathlib import Path

from opsloop.demo.grocer import CLOSED, ZONE, Shift, example_folder


def lay_over(playbook: Path, shift: Shift) -> list[str]:
    """Copy the files of examples/grocer/playbook over a playbook folder, the closed day moved. Answers their paths.

    The standard's calendars keep their hours, in the zone of the stores.
    """
    source = example_folder() / "playbook"
    laid = []
    for file in sorted(one for one in source.rglob("*") if one.is_file()):
        path = file.relative_to(source)
        text = file.read_text(encoding="utf-8").replace(f"{CLOSED}", f"{shift.closed}")
        (playbook / path).parent.mkdir(parents=True, exist_ok=True)
        (playbook / path).write_text(text, encoding="utf-8")
        laid.append(path.as_posix())
    for file in (playbook / "calendars").glob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("timezone: Asia/Shanghai", f"timezone: {ZONE}"), encoding="utf-8")
    return laid
