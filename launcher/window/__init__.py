"""What shows the app: a native window, or a browser where there is none.

What a web view's own module (`qt`, `gtk`, `webview2`, `cocoa`) has to do. pywebview builds the window; what
it leaves open or broken is mended there, in one place a platform, and each has the same three functions:

- `prepare(opening, rules)`: on the main thread, before pywebview's own module of the web view is loaded.
  Raise what keeps the web view from working; set the environment; put our classes in the place of its.
- `begin(window, opening, rules)`: on the window's own thread, when `window.native` is built and not yet
  shown, and nothing is loaded. Bind the rules. What it raises closes the window: there is none without
  rules.
- `finish(window)`: on the main thread, when the window is closed. Write what is not written yet; raise what
  closed it, where that was not the user.

Between them, `rules` decide and the module obeys:

- The main frame goes where `Leading(rules, opening).stays(url)` says; ask it once for each, for it opens
  the browser. Frames inside a page load what they like, but do not lead the window. New windows: of the own
  origin in a window of ours with the same profile and the same rules, others as above.
- `from_own_page` is true only for what was shown by `load_html` and not left since.
- Permissions: `rules.grants(name, origin)`, in the names of `project.settings.PERMISSIONS`; all others are
  denied.
- Calls: a channel only where `rules.calls` is not empty. What arrives goes to `calls.Calls.take`, which
  answers later, and only if it came from the main frame and that shows the own origin. The page's side is
  `calls.SCRIPT`.
- Downloads: a dialog that suggests the name, a partial name until all is there, nothing when it was
  cancelled: `downloads.folder`, `downloads.suggested`, `downloads.part_of` and `downloads.complete`.
- Size and place: `places.load`, `places.fitted`, and `places.save` when they changed, never while it
  closes.
- Colours before the first paint: the window's and the view's, by `colours`; white where a page of the app's
  was loaded, which counts on it.
- A menu, where `opening.shares`, by `menus.menu_of`: hidden on a full screen, and no key of it is taken from
  the page; its item stands in the context menu of a page too.
- The comforts of a browser: context menu, find, zoom, reload, print, back and forward, full screen, files
  dropped. Never developer tools, a debugging port, `file:` pages, or certificates that are not valid.
- Whoever draws the page may die: load it again once, then `crashing.crashed_page` with a button; which of
  both, `crashing.Deaths` knows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from launcher.paths import AppFolders
from launcher.project.manifest import Manifest


class Screen(Protocol):
    """Something that shows pages and can be closed; every method may be called from any thread."""

    def show_page(self, page: str) -> None:
        """Show a page of the launcher's own."""

    def go(self, url: str) -> None:
        """Show the app."""

    def place(self) -> str:
        """Return the path that is being looked at."""

    def mark(self, words: str) -> None:
        """Show words beside the window's name, where that can be; none take them away."""

    def come_forward(self) -> None:
        """Raise the window."""

    def close(self) -> None:
        """Close the window."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What a screen is opened with; `opened` is called once, when it is there."""

    manifest: Manifest
    folders: AppFolders
    icon: Path | None
    page: str
    opened: Callable[[Screen], None]
    outside: Callable[[str], None]
    proof: Path | None = None
    restarts: bool = False  # an app that failed may be started again
    shares: bool = False  # its user may let friends in: a menu leads there, by asking for `share`
    asked: Callable[[str], None] = lambda command: None  # what a button of our own pages asks for: `quit`
    note: Callable[[str], None] = lambda line: None  # a line for the app's log
    documents: Callable[[Sequence[str]], None] = lambda paths: None  # what macOS hands to a running program
