"""Somebody at the page: counts taps, keys, fields and pages and adds up keystroke-level time (experience.md §8).

An action is one tap, one field filled or one file chosen. Time is of practised, error-free use.
"""

from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Locator, Page

THINK, POINT, PRESS, KEY = 1.35, 1.1, 0.2, 0.28  # seconds: M, P, B, K
CAMERA = 2 * (THINK + POINT + PRESS)  # the phone's own chooser: take the picture, then use it


@dataclass
class Actor:
    page: Page
    actions: int = 0
    seconds: float = 0.0
    pages: int = 0
    done: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("framenavigated", lambda frame: self._paged(frame))

    def tap(self, name: str, *, role: str = "button") -> None:
        """A button, link, radio button or checkbox by its accessible name."""
        self.press(self.page.get_by_role(role, name=name).first, name)

    def press(self, target: Locator, name: str = "") -> None:
        target.click()
        self._did(f"tap {name}", THINK + POINT + PRESS)

    def choose(self, name: str) -> None:
        """An answer among radio buttons or checkboxes, tapped on its words."""
        self.press(self.page.locator("label", has_text=name).first, name)
        assert self.page.get_by_label(name, exact=False).first.is_checked(), f"{name} is not chosen"

    def fill(self, label: str, text: str) -> None:
        target = self.page.get_by_label(label, exact=False).first
        target.fill(text)
        self._did(f"fill {label}", THINK + POINT + PRESS + KEY * len(text))

    def enter(self) -> None:
        """Enter in the field at hand, as a phone's 前往 key does."""
        self.page.keyboard.press("Enter")
        self._did("enter", THINK + KEY)

    def key(self, name: str) -> None:
        """A key of the keyboard, or several held together."""
        self.page.keyboard.press(name)
        self._did(f"key {name}", THINK + KEY * len(name.split("+")))

    def pick(self, label: str, option: str) -> None:
        """An entry of a drop-down list, chosen by its first letter."""
        self.page.get_by_label(label).select_option(option)
        self._did(f"pick {option}", THINK + POINT + PRESS + KEY)

    def upload(self, label: str, *files: Path | dict) -> None:
        """Chooses files; with a phone's camera that is the tap, the picture and its confirmation."""
        self.page.get_by_label(label, exact=False).first.set_input_files(list(files))
        self._did(f"upload {label}", THINK + POINT + PRESS + CAMERA * len(files))

    def _did(self, what: str, seconds: float) -> None:
        self.actions += 1
        self.seconds += seconds
        self.done.append(what)

    def _paged(self, frame) -> None:
        if frame == self.page.main_frame:
            self.pages += 1

    def within(self, actions: int, seconds: float) -> None:
        told = f"{self.actions} actions, {self.pages} pages, {self.seconds:.1f} s: {'; '.join(self.done)}"
        print(told)
        assert self.actions <= actions and self.seconds <= seconds, told
