"""The command `opsloop`: one parser; each command's work is in opsloop.config.commands and loads only then.

Exit code 0 done, 1 refused or failed with one clear line, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from datetime import date
from importlib import import_module
from pathlib import Path

from opsloop.config.starting import set_up
from opsloop.config.workspace import NoWorkspace, find

Run = Callable[[argparse.Namespace], int]


class Failed(Exception):
    """A command's clear no; its text is the one line shown."""


def _command(
    subs: argparse._SubParsersAction[argparse.ArgumentParser], name: str, where: str, text: str, *, bare: bool = False
) -> argparse.ArgumentParser:
    """A sub-command whose function `where` is module:function; `bare` ones make or need no workspace."""
    parser = subs.add_parser(name, help=text, description=text)
    parser.set_defaults(where=where, bare=bare)
    return parser


def _json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="answer one JSON object")


def build() -> argparse.ArgumentParser:
    """The whole grammar."""
    top = argparse.ArgumentParser("opsloop", description="The running form of an operations department's standard.")
    top.add_argument("-C", dest="workspace", metavar="DIR", help="the workspace; else the current folder or a parent")
    subs = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _workspace_commands(subs)
    _care_commands(subs)
    _playbook_commands(subs)
    _number_commands(subs)
    _metric_commands(subs)
    return top


def _workspace_commands(subs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    init = _command(subs, "init", "workspace:init", "make a workspace in DIR", bare=True)
    init.add_argument("dir", metavar="DIR")
    init.add_argument("--name", default="", help="the company's name")
    init.add_argument("--bare-playbook", action="store_true", help="leave playbook/ empty instead of the standard")
    serve = _command(subs, "serve", "workspace:serve", "serve the pages and run the jobs until Ctrl-C")
    demo = _command(subs, "demo", "demo:demo", "make the demo company and serve it", bare=True)
    demo.add_argument("--dir", default="demo", metavar="DIR")
    demo.add_argument("--no-serve", action="store_true", help="stop when it is set up")
    demo.add_argument("--complete", action="store_true", help="bring the whole year at once, hold nothing back")
    demo.add_argument(
        "--original-dates",
        action="store_true",
        help="keep the data's dates of 2017; implies --complete, adds no faults",
    )
    for parser in (serve, demo):
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
    _command(subs, "upgrade", "workspace:upgrade", "bring the database to this version, after a backup")
    act = _command(subs, "act", "acts:act", "do one act: opsloop act NAME --help")
    act.add_argument("name", nargs="?", metavar="NAME")
    act.add_argument("rest", nargs=argparse.REMAINDER)


def _care_commands(subs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    _json(_command(subs, "doctor", "doctor:doctor", "name every missing or weak part with its remedy"))
    where = _command(subs, "where", "where:where", "print the code behind a page")
    where.add_argument("url", metavar="URL")
    _json(where)
    _json(_command(subs, "verify", "ledger:verify", "walk the ledger's chain and name every fault with its place"))
    backup = _command(subs, "backup", "backup:backup", "write one archive of the whole workspace")
    backup.add_argument("file", metavar="FILE")
    _json(backup)
    _command(subs, "reindex", "search:reindex", "build the search index anew")
    restore = _command(subs, "restore", "backup:restore", "unpack an archive into an empty workspace", bare=True)
    restore.add_argument("file", metavar="FILE")
    restore.add_argument("--to", metavar="DIR", help="the empty folder; else -C DIR")
    restore.add_argument("--erased", metavar="LIST", help="a list of erasures; else the one beside FILE")
    _json(restore)
    _json(_command(subs, "erase-again", "erased:erase_again", "erase again whom a restored backup brought back"))
    move = _command(subs, "move-to", "move:move_to", "copy everything to PostgreSQL and verify counts and ledger")
    move.add_argument("url", metavar="URL", help="postgresql://user:password@host:port/database")
    _json(move)


def _playbook_commands(subs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    book = subs.add_parser("playbook", help="check, compare, publish, export or pull the playbook's files")
    verbs = book.add_subparsers(dest="verb", required=True, metavar="VERB")
    check = _command(verbs, "check", "playbook:check", "check the files; answers every error with its place and remedy")
    diff = _command(verbs, "diff", "playbook:diff", "what differs between the files and what is published")
    publish = _command(verbs, "publish", "playbook:publish", "publish the files as new versions")
    export = _command(verbs, "export", "playbook:export", "write the published standard as a book or as files")
    export.add_argument("-o", dest="out", required=True, metavar="FILE")
    export.add_argument("--format", choices=["html", "pdf", "files"], default="html")
    export.add_argument("--language", choices=["zh-hans", "en"], default="zh-hans")
    pull = _command(verbs, "pull", "playbook:pull", "write the published versions back into the files")
    stamp = _command(verbs, "stamp", "playbook:stamp", "mark the translations as made from the files as they are now")
    for parser in (check, diff, publish, pull, stamp):
        parser.add_argument("dir", nargs="?", metavar="DIR", help="else the workspace's playbook folder")
    for parser in (check, diff, publish, export, pull, stamp):
        _json(parser)
    publish.add_argument("--by", required=True, metavar="PERSON", help="login or staff number of who publishes")
    publish.add_argument("--reason", required=True)
    publish.add_argument("--from", dest="from_day", metavar="DATE", help="in force from this day; else today")


def _day(text: str) -> date:
    """A day of the command line; what is none is wrong usage."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is no day; write it as 2026-01-31") from error


def _pair(text: str) -> tuple[str, str | None]:
    """DIM=VALUE; an empty value means unknown."""
    dim, sign, value = text.partition("=")
    if not sign or not dim:
        raise ValueError(text)
    return dim, value or None


_day.__name__, _pair.__name__ = "day such as 2026-01-31", "DIM=VALUE"


_READER = "login or staff number: as this person sees it; else all rows, everything personal masked"


def _metric_commands(subs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    metric = _command(subs, "metric", "numbers:metric", "a metric's values")
    metric.add_argument("name", metavar="NAME")
    metric.add_argument("--by", action="append", default=[], metavar="DIM", help="split by this dimension; repeatable")
    metric.add_argument("--grain", choices=["day", "week", "month", "quarter", "year"], default="total")
    metric.add_argument("--from", dest="since", type=_day, metavar="DATE", help="the first day; else of the data")
    metric.add_argument("--to", dest="until", type=_day, metavar="DATE", help="the last day; else of the data")
    metric.add_argument(
        "--where", dest="chosen", action="append", default=[], type=_pair, metavar="DIM=VALUE", help="repeatable"
    )
    metric.add_argument("--compare", choices=["previous", "year", "target"], default="")
    metric.add_argument("--snapshot", type=int, metavar="N", help="as the data was at this version")
    metric.add_argument("--engine", choices=["duckdb", "spark"], default="duckdb")
    metric.add_argument("--as", dest="reader", metavar="PERSON", help=_READER)
    metric.add_argument("--format", choices=["table", "csv", "json"], default="table")
    explain = _command(subs, "explain", "numbers:explain", "which parts made the difference between two spans of days")
    explain.add_argument("name", metavar="NAME")
    days = {"from": "since", "to": "until", "against": "against", "until": "against_until"}
    for option, dest in days.items():
        explain.add_argument(f"--{option}", dest=dest, type=_day, required=True, metavar="DATE")
    explain.add_argument("--by", action="append", default=[], metavar="DIM", help="else the metric's own dimensions")
    explain.add_argument("--snapshot", type=int, metavar="N", help="as the data was at this version")
    explain.add_argument("--as", dest="reader", metavar="PERSON", help=_READER)
    _json(explain)


def _number_commands(subs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    load = _command(subs, "load", "loads:load", "load files of a source; without FILE what lies in drop/ or is fetched")
    load.add_argument("source", metavar="SOURCE")
    load.add_argument("files", metavar="FILE", nargs="*")
    load.add_argument("--json", action="store_true", help="answer one JSON object a load")
    aside = _command(subs, "aside", "loads:aside", "the rows of a source that are set aside, with their reasons")
    aside.add_argument("source", metavar="SOURCE")
    aside.add_argument("--rows", action="store_true", help="each row with its file and line")
    aside.add_argument("--by", metavar="PERSON", help="login or staff number: as this person may see it")
    _json(aside)
    run = _command(subs, "run", "loads:run", "do everything that is due")
    run.add_argument("--as-of", type=_day, metavar="DATE", help="as if it were the end of this day")
    _json(run)
    monitor = subs.add_parser("monitor", help="judge monitors now, or back-test them over the last year")
    verbs = monitor.add_subparsers(dest="verb", required=True, metavar="VERB")
    judge = _command(verbs, "run", "monitors:run", "judge those that are switched on, or NAME")
    test = _command(verbs, "backtest", "monitors:backtest", "how many alerts each would have made in the last year")
    for parser in (judge, test):
        parser.add_argument("name", nargs="?", default="", metavar="NAME")
        _json(parser)
    note = _command(subs, "note", "notes:note", "the morning note as it would go out now")
    note.add_argument("name", nargs="?", default="", metavar="NAME")
    _json(note)
    report = _command(
        subs, "report", "reports:report", "a weekly or monthly report as a file; drafted if it is not there"
    )
    report.add_argument("name", metavar="NAME")
    report.add_argument(
        "--as-of", type=_day, metavar="DATE", help="the one due at the end of this day; else the newest"
    )
    report.add_argument("--format", choices=["html", "pdf", "docx", "xlsx", "pptx", "md"], help="else as FILE ends")
    report.add_argument("--language", choices=["zh-hans", "en"], help="else the workspace's")
    report.add_argument("-o", dest="output", required=True, metavar="FILE", help="- writes to the standard output")
    sql = _command(subs, "sql", "sql:sql", "run one SELECT over the tables; personal columns come masked")
    sql.add_argument("query", metavar="QUERY", help="the SELECT; - reads it from the standard input")
    sql.add_argument("--format", choices=["table", "csv", "json"], default="table")
    sql.add_argument("--by", metavar="PERSON", help="login or staff number: as this person may see it")
    sql.add_argument("--snapshot", type=int, metavar="N", help="every table as it was at this data version")


def _prepare(said: argparse.Namespace) -> None:
    """Point Django at the workspace and start it, in the workspace's language."""
    workspace = find(Path(said.workspace) if said.workspace else Path.cwd())
    start(workspace.root)


def start(root: Path) -> None:
    """Start Django on this workspace. Once in a process."""
    os.environ["OPSLOOP_WORKSPACE"] = str(root)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opsloop.config.settings")
    from django.conf import settings
    from django.utils import translation

    set_up()
    translation.activate(os.environ.get("OPSLOOP_LANGUAGE") or settings.LANGUAGE_CODE)


def main(argv: list[str] | None = None) -> int:
    """The console entry. Answers the exit code."""
    said = build().parse_args(argv)
    module, _colon, function = said.where.partition(":")
    try:
        if not said.bare:
            _prepare(said)
        run: Run = getattr(import_module(f"opsloop.config.commands.{module}"), function)
        return run(said)
    except (Failed, NoWorkspace, ValueError) as error:
        print(f"opsloop: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        from opsloop.config.faults import told

        line = told(error)
        if line is None:
            raise
        print(f"opsloop: {line}", file=sys.stderr)
        return 1
