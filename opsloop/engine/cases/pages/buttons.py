"""The acts that one person may do on a case now, as buttons that open in the drawer."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _t

from opsloop.base.acts import registry
from opsloop.base.policy.rules import can
from opsloop.base.things.errors import Text
from opsloop.engine.cases.flow.state import Item
from opsloop.engine.cases.models import CaseState
from opsloop.engine.cases.pages.desk import Reader, Turn
from opsloop.engine.cases.pages.wishes import revise_url


@dataclass(frozen=True, slots=True)
class Button:
    """label: the act's, perhaps with whom it is about."""

    label: Text
    url: str
    icon: str
    style: str = ""


class Buttons:
    """Those of one reader."""

    def __init__(self, reader: Reader) -> None:
        self.reader, self.case, self.person = reader, reader.case, reader.person
        self._may: dict[str, bool] = {}

    def may(self, verb: str) -> bool:
        if verb not in self._may:
            self._may[verb] = f"cases.{verb}" in registry and can(self.person, f"cases.{verb}", self.case)
        return self._may[verb]

    def make(
        self, verb: str, item: Item | None = None, *, icon: str, style: str = "", label: Text = "", step: str = ""
    ) -> list[Button]:
        """One button, or none for those who may not."""
        if not self.may(verb):
            return []
        said: dict[str, object] = {"act": verb}
        said |= {"item": item.no} if item else {}
        said |= {"step": step} if step else {}
        url = f"/cases/{self.case.pk}/do/?{urlencode(said)}"
        return [Button(label or registry[f"cases.{verb}"].label, url, icon, style)]

    def of_turn(self, turn: Turn) -> list[Button]:
        """Beside finishing or approving it."""
        item = turn.item
        if turn.why:
            return self.make("hand_over", item, icon="arrow-right")
        if turn.helping:
            return self.make("give_back", item, icon="arrow-back-up", style="primary")
        if item.paused is not None:
            found = self.make("resume_step", item, icon="player-play", style="primary")
            return found + self.make("hand_over", item, icon="arrow-right")
        found = self._deciding(item) if turn.decides else self._doing(item)
        found += self.make("hand_over", item, icon="arrow-right")
        found += self.make("delegate", item, icon="users")
        found += self.make("pause_step", item, icon="player-pause")
        return found + self.make("note", icon="bulb", step=item.node)

    def _deciding(self, item: Item) -> list[Button]:
        found = self.make("reject", item, icon="x", style="outline-danger")
        if self.reader.ways_back(item):
            found += self.make("return", item, icon="arrow-back-up")
        return found + self.make("add_signers", item, icon="user-plus")

    def _doing(self, item: Item) -> list[Button]:
        found = []
        if item.assignee is None:
            found += self.make("claim", item, icon="hand-grab")
        if item.begun is None:
            found += self.make("begin_work", item, icon="player-play")
        if self.reader.ways_back(item):
            found += self.make("return", item, icon="arrow-back-up")
        if item.assignee is not None and len(item.candidates) > 1 and item.owner is None:
            found += self.make("unclaim", item, icon="hand-off")
        return found

    @property
    def of_case(self) -> list[Button]:
        """Whatever the person's turn is; the first few stand open, the rest in a menu."""
        found = self.make("comment", icon="message")
        found += self.make("copy", icon="send")
        found += self.make("note", icon="bulb")
        if can(self.person, "playbook.draft"):
            found.append(Button(_t("Propose a change of the SOP"), revise_url(self.case), "pencil"))
        found += [each for one in self.reader.copies for each in self.make("read", one, icon="eye", style="primary")]
        return found + (self._steering() if self.reader.live else [])

    def _steering(self) -> list[Button]:
        found = self.make("withdraw", icon="arrow-back") if self.reader.may_withdraw else []
        if self.case.status == CaseState.SUSPENDED:
            found += self.make("resume", icon="player-play", style="primary")
        else:
            found += self.make("suspend", icon="player-pause")
        if self.case.level:
            found += self.make("lower_level", icon="arrow-down")
        if self.may("set_values"):
            label = registry["cases.set_values"].label
            found.append(Button(label, f"/cases/{self.case.pk}/correct/", "pencil"))
        return found + self.make("skip", icon="player-skip-forward") + self.make("cancel", icon="ban")

    @property
    def of_approvals(self) -> list[Button]:
        """Own approvals that can be taken back, signers that can be removed, help that can be taken back."""
        found: list[Button] = []
        for one in self.reader.to_take_back:
            found += self.make("take_back", one, icon="arrow-back")
        for one in self.reader.to_remove:
            found += self.make("remove_signer", one, icon="user-minus")
        for one in self.reader.given_away:
            found += self.make("give_back", one, icon="arrow-back-up", label=_t("Take it back"))
        return found

    @property
    def of_others(self) -> list[tuple[Item, list[Button]]]:
        """(open work of somebody else, what can be done about it)."""
        out = []
        for one in self.reader.others:
            found = self.make("urge", one, icon="bell") if one.paused is None else self._of_paused(one)
            out.append((one, found + self.make("resolve", one, icon="user-search")))
        return out

    def _of_paused(self, item: Item) -> list[Button]:
        """Who may resume whole cases may resume the steps of others."""
        return self.make("resume_step", item, icon="player-play") if self.may("resume") else []
