"""What people are told: the texts of every no, and of every note."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Forbidden, Refused, Stale
from opsloop.base.things.errors import ActError, Text
from opsloop.engine.cases.flow.outcome import No

FORBIDDEN: dict[str, Text] = {
    "not-yours": _("This work is not yours."),
    "own-request": _("Nobody decides on their own request."),
    "same-hands": _("These steps must be in different hands: you did one of them, or it was done for you."),
    "authority": _("The amount is beyond this authority; it goes to somebody with more."),
    "beyond": _("The amount is beyond this authority and was not approved: return it for approval, or hand it over."),
}
REFUSED: dict[str, Text] = {
    "no-item": _("There is no such work in this case any more."),
    "taken": _("Somebody else has taken it."),
    "closed": _("This is closed already."),
    "not-yet": _("Its turn has not come yet."),
    "nobody": _("Nobody says this."),
    "gone": _("This person no longer works here."),
    "nobody-else": _("Nobody else could take it."),
    "no-field": _("This step may not fill in: {fields}."),
    "need": _("This has to be filled in: {fields}."),
    "evidence": _("Evidence is missing: {missing}."),
    "checklist": _("Not ticked yet: {missing}."),
    "not-before": _("It cannot be finished before {at}."),
    "until": _("It cannot be finished yet: its condition does not hold."),
    "decide": _("This is to be approved or rejected."),
    "no-decision": _("There is nothing to decide here."),
    "delegated": _("It was given to somebody for help and has to come back first."),
    "not-delegated": _("It was not given to anybody for help."),
    "yourself": _("That is the person who has it."),
    "signs-already": _("This person signs already."),
    "added-before": _("No further signers may be added here."),
    "not-added": _("Only signers who were added can be removed."),
    "not-passed": _("It cannot be returned there: that step was not passed on the way here."),
    "no-approval": _("There is no approval to take back."),
    "touched": _("Somebody has seen or done what follows; it cannot be taken back any more."),
    "acted": _("Somebody has acted already; it cannot be withdrawn any more."),
    "urged-often": _("It has been urged often enough. Speak to whom they report to."),
    "urged-lately": _("It was urged a short while ago."),
    "reason": _("Say why."),
    "reading": _("Read the version of this SOP and confirm it first; this step is done by those who have."),
    "started": _("The case has begun already."),
    "not-started": _("The case has not begun."),
    "in-future": _("This moment lies ahead."),
    "suspended": _("The case is suspended."),
    "not-suspended": _("The case is not suspended."),
    "step-paused": _("This step is paused; resume it first."),
    "not-paused": _("This step is not paused."),
    "no-pause": _("A copy has no limit that could stand still."),
    "over": _("The case is over."),
    "not-lower": _("That level is not lower."),
    "no-place": _("The other version has no place for what is open: {steps}. Say where each goes."),
    "no-level": _("There is no such level."),
}

NOTES: dict[str, Text] = {
    "work": _("To do: {step} · {case}"),
    "approval": _("To approve: {step} · {case}"),
    "nobody": _("Nobody can be found for {step} · {case}"),
    "gone": _("No longer needed: {step} · {case}"),
    "consult": _("You are consulted: {step} · {case}"),
    "inform": _("Done: {step} · {case}"),
    "message": _("{step} · {case}"),
    "handed-over": _("Handed over to you: {step} · {case}"),
    "delegated": _("Your help is asked: {step} · {case}"),
    "given-back": _("Back with you: {step} · {case}"),
    "returned": _("Returned: {step} · {case}"),
    "urged": _("Urged: {step} · {case}"),
    "copy": _("For your information: {case}"),
    "mention": _("You are mentioned: {case}"),
    "warn": _("Due soon: {step} · {case}"),
    "overdue": _("Overdue: {step} · {case}"),
    "again": _("Still overdue: {step} · {case}"),
    "case-warn": _("The case is due soon: {case}"),
    "case-overdue": _("The case is overdue: {case}"),
    "used-up": _("All rounds are used up: {step} · {case}"),
    "level-raised": _("The level has risen: {case}"),
    "ended-done": _("Done: {case}"),
    "ended-rejected": _("Rejected: {case}"),
    "ended-cancelled": _("Cancelled: {case}"),
    "ended-withdrawn": _("Withdrawn: {case}"),
}


def said(no: No, words: Mapping[str, str]) -> ActError:
    """The error that doors understand. words: ids and texts of the SOP's file -> as the person who acts reads them."""
    if no.code == "stale":
        return Stale(str(_("Somebody changed this meanwhile.")))
    details = {
        name: ", ".join(words.get(str(one), str(one)) for one in value) if isinstance(value, list | tuple) else value
        for name, value in no.details.items()
    }
    if no.code in FORBIDDEN:
        return Forbidden(str(FORBIDDEN[no.code]))
    return Refused(str(REFUSED[no.code]).format(**details))
