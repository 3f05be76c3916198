"""The pages of the launcher's own that a program shows in its window: it is starting, and it has failed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from launcher.control import Message
from launcher.launch import Launch
from launcher.serving import pages

BUTTONS = ("restart", "open-log", "quit")


@dataclass(frozen=True, slots=True)
class OwnPages:
    """The pages of one program."""

    name: str
    launch: Launch
    log: Path

    def starting(self) -> str:
        """Return what is shown until the app answers."""
        return pages.starting_page(self.name, self.launch.icon, self.log)

    def failure(self, told: Message, *, has_stopped: bool, in_browser: bool) -> str:
        """Return what is shown of an app that failed; a browser has no way to our buttons."""
        return pages.failure_page(
            self.name,
            told,
            self.log,
            self.launch.icon,
            stopped=has_stopped,
            commands=() if in_browser else BUTTONS,
            unfolded=not self.launch.settle,
        )
