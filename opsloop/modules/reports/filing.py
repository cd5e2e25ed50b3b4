"""Files of an edition: which are there, which a job makes now, and what a page offers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from opsloop.base.files.actions import take_off
from opsloop.base.files.models import Attachment
from opsloop.base.jobs.api import enqueue
from opsloop.base.jobs.models import Job, JobState
from opsloop.base.jobs.reasons import first_line
from opsloop.base.people.models import Person
from opsloop.modules.reports.company_template import stamp_of
from opsloop.modules.reports.composing import document_of
from opsloop.modules.reports.document import Document, to_plain
from opsloop.modules.reports.models import Edition, EditionFile, digest
from opsloop.modules.reports.words import FileShape

TASK = "reports.file"
GOING = (JobState.WAITING, JobState.RUNNING)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file by what it says. content: the hash of that, so that a changed draft is another file."""

    shape: FileShape
    language: str
    content: str


def wanted(edition: Edition, language: str) -> dict[str, Wanted]:
    """shape -> the file of what the edition says now, or has said since it was issued."""
    return of_document(edition, document_of(edition, language))


def of_document(edition: Edition, document: Document) -> dict[str, Wanted]:
    """shape -> the file of this document; of Word with the template that it is filled into."""
    content, stamp = digest(to_plain(document)), stamp_of(edition.report)
    word = digest([content, stamp]) if stamp else content
    return {
        shape: Wanted(shape, document.language, word if shape == FileShape.WORD else content) for shape in FileShape
    }


def made(edition: Edition, *said: Wanted) -> dict[str, Attachment]:
    """shape -> the file, of those that were made and that nobody took off."""
    rows = EditionFile.objects.filter(
        edition=edition, attachment__removed_at=None, attachment__stored__erased_at=None
    ).select_related("attachment")
    known = {(row.shape, row.language, row.content): row.attachment for row in rows}
    found = {one.shape: known.get((one.shape, one.language, one.content)) for one in said}
    return {shape: attachment for shape, attachment in found.items() if attachment is not None}


def ask(edition: Edition, said: Wanted, person: Person) -> None:
    """Let a job make it, unless one does so for this person already. Inside an act."""
    newest = _newest(edition, [said], person).get(said.shape)
    if newest is None or newest.state not in GOING:
        args = {"edition": edition.pk, "shape": str(said.shape), "language": said.language, "person": person.pk}
        enqueue(TASK, args, key=f"{_key(edition, said, person)}:{timezone.now().timestamp():.3f}", behalf=None)


def _key(edition: Edition, said: Wanted, person: Person) -> str:
    return f"{_begin(edition, person)}{said.language}:{said.shape}:{said.content[:16]}"


def _begin(edition: Edition, person: Person) -> str:
    return f"{TASK}:{edition.pk}:{person.pk}:"


def _newest(edition: Edition, said: Iterable[Wanted], person: Person) -> dict[str, Job]:
    """shape -> the newest job that this person asked for."""
    jobs = Job.objects.filter(task=TASK, key__startswith=_begin(edition, person)).order_by("pk")
    newest = {str(job.key).rpartition(":")[0]: job for job in jobs}
    found = {one.shape: newest.get(_key(edition, one, person)) for one in said}
    return {shape: job for shape, job in found.items() if job is not None}


def take_off_files(edition: Edition, shape: FileShape | None = None, language: str = "") -> None:
    """The files of a draft go, when it is issued or a newer one is made. Inside an act."""
    rows = EditionFile.objects.filter(edition=edition)
    if shape is not None:
        rows = rows.filter(shape=shape, language=language)
    for attachment in Attachment.objects.filter(pk__in=rows.values("attachment"), removed_at=None):
        take_off(attachment)


@dataclass(frozen=True, slots=True)
class Offer:
    """One kind of file on the page of an edition, as one person sees it."""

    shape: FileShape
    file: Attachment | None
    job: Job | None

    @property
    def waiting(self) -> bool:
        """Is it being made for this person?"""
        return self.file is None and self.job is not None and self.job.state in GOING

    @property
    def asked(self) -> bool:
        """Is it there because this person asked, which is recorded already?"""
        return self.file is not None and self.job is not None and self.job.state == JobState.DONE

    @property
    def failed(self) -> str:
        """Why it could not be made, or nothing."""
        if self.file is not None or self.job is None or self.job.state != JobState.DEAD:
            return ""
        return first_line(self.job.error)


def offers(edition: Edition, document: Document, person: Person) -> list[Offer]:
    """Every kind of file of what the document says, in its language."""
    said = of_document(edition, document)
    there, jobs = made(edition, *said.values()), _newest(edition, said.values(), person)
    return [Offer(shape, there.get(shape), jobs.get(shape)) for shape in FileShape]
