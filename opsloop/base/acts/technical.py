"""The rows that no act writes, each with its reason. Everything else derives from Thing; the layout test looks."""

from __future__ import annotations

TECHNICAL: dict[str, str] = {
    "people.Account": "what signs in; opened and closed by acts, its password and last sign-in are technique",
    "people.SignIn": "sessions come and go with every visit",
    "ledger.Entry": "the trail itself",
    "ledger.EntryObject": "the trail's index",
    "ledger.Private": "the trail's erasable side rows",
    "ledger.Head": "the trail's newest entry",
    "jobs.Job": "leases, heartbeats and progress; what a job does are acts",
    "jobs.Schedule": "when a schedule ran last; pausing and resuming are acts",
    "jobs.ScheduleRun": "one row per due time, so that each runs once",
    "jobs.Outbox": "messages on their way out",
    "jobs.Beat": "a worker's sign of life",
    "inbox.Notice": "what follows from acts is told by rules; read marks are no decisions",
    "search.Document": "the index follows the rows",
    "search.Page": "the index follows the addresses",
    "search.Mark": "how far the index has followed the ledger",
    "ui.Export": "files that wait to be fetched; that somebody took rows out is an act",
    "sources.Attempt": "a load's number and progress before the act; the load itself is an act",
    "imports.Finding": "what was read in a file before it is loaded; it goes when the import is over",
    "sql.Run": "what was asked with SQL and where its rows lie; that somebody asked, and took rows out, are acts",
    "monitors.Look": "what the newest look and the back-test said, made anew at any time; alerts are acts",
    "reports.Content": "what drafts and issued reports say, by its hash, never changed; the hash stands in the ledger",
    "reports.EditionFile": "which attachment is an edition's file of a shape; asking for one and keeping it are acts",
    "channels.Sealed": "a pasted address before and beside the act that takes it: no act may see it",
    "channels.Gate": "how fast a channel may speak and what its service said last",
    "channels.Line": "messages on their way out; they follow from acts",
    "playbook.Content": "texts of versions by their hash, never changed",
    "playbook.Version": "written once by publication, never changed",
}
