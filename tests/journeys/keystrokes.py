"""How long a task takes by the keystroke-level model: what hands and head do, and what the product answers.

Source: S. K. Card, T. P. Moran, A. Newell, The keystroke-level model for user performance time with interactive
systems, Communications of the ACM 23 (7), July 1980, pages 396-410. It foretells how long somebody who knows the way
and makes no mistake takes; it is a model, not a person.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator

KEY_S = 0.28
"""K: a key struck by somebody who types, though it is not his trade (40 words a minute)."""
POINT_S = 1.10
"""P: the pointer brought to a place on the screen."""
BUTTON_S = 0.20
"""B: the mouse's button pressed and let go."""
HOME_S = 0.40
"""H: the hand from the mouse to the keyboard, or back."""
MENTAL_S = 1.35
"""M: making up one's mind, before each press and each text."""
KEYS_OF_A_CHARACTER = 4
"""Our assumption, not the model's: a Chinese character by its sound is three letters, and one key to choose it."""


@dataclass
class Hands:
    """What somebody does with mouse and keyboard, counted while it is done in a real browser."""

    presses: int = 0
    keys: int = 0
    homings: int = 0
    thoughts: int = 0
    waited_s: float = 0.0

    @contextmanager
    def answered(self) -> Iterator[None]:
        """R: the time until the product has answered; the block is left when what was waited for is there."""
        begun = time.monotonic()
        yield
        self.waited_s += time.monotonic() - begun

    def press(self, what: Locator, seen: Callable[[], object]) -> None:
        """Thinks, points, presses, and waits until what shows the answer is there."""
        self._point()
        with self.answered():
            what.click()
            seen()

    def write(self, what: Locator, text: str, seen: Callable[[], object] = lambda: None) -> None:
        """Presses into a field, strikes the text over what stood there, and leaves it by the tab key."""
        self._point()
        over = ["Control", "a"] if what.input_value() else []
        struck = len([*over, "Tab"]) + sum(map(_keys, text))
        self.keys, self.homings, self.thoughts = self.keys + struck, self.homings + 2, self.thoughts + 1
        with self.answered():
            what.click()
            what.fill(text)
            what.press("Tab")
            seen()

    def choose(self, what: Locator, text: str, seen: Callable[[], object]) -> None:
        """Opens a list of choices, finds this one in it and presses it."""
        self._point()
        self._point()
        with self.answered():
            what.select_option(label=text)
            seen()

    def _point(self) -> None:
        self.presses, self.thoughts = self.presses + 1, self.thoughts + 1

    @property
    def seconds(self) -> float:
        """What somebody takes who knows the way."""
        hands = self.presses * (POINT_S + BUTTON_S) + self.keys * KEY_S + self.homings * HOME_S
        return hands + self.thoughts * MENTAL_S + self.waited_s


def _keys(character: str) -> int:
    return 1 if character.isascii() else KEYS_OF_A_CHARACTER
