"""Documents that Finder hands to the application: not as arguments, as other systems do, but as an event.

It comes when the application runs, and at its start too. Never run on macOS.
"""

from __future__ import annotations

from typing import Any

from launcher.window import Opening

SUCCESS = 0  # NSApplicationDelegateReplySuccess


def application_delegate_of(view: Any, opening: Opening) -> Any:
    """Return a class in the place of the application's delegate that pywebview's `view` has."""
    base: Any = view.AppDelegate

    class LauncherAppDelegate(base):  # type: ignore[misc]
        def application_openFiles_(self, application: Any, names: Any) -> None:
            opening.documents([str(name) for name in names])
            application.replyToOpenOrPrint_(SUCCESS)

    return LauncherAppDelegate
