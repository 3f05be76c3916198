"""What pages may do by `window.launcher.call(name, value)`: what only a window can, chosen by the project.

Exact names out of one table, JSON in and JSON out. A refusal tells the page no more than that it was one.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

from webview import FileDialog

from launcher.window.rules import Rules
from launcher.window.titling import title_of

LONGEST = 100_000  # letters of one message
TITLE = 200
ONE_AT_A_TIME = threading.Lock()  # pywebview knows one dialog of a window

# The page's side. Messages go out and answers come in as events of the page's window: what carries them from
# there is the web view's module's to say.
SCRIPT = """
(() => {
  const waiting = new Map();
  let last = 0;
  window.addEventListener("launcher-answer", event => {
    const answer = JSON.parse(event.detail);
    const settle = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (settle) "error" in answer ? settle[1](new Error(answer.error)) : settle[0](answer.value);
  });
  const call = (name, value = null) => new Promise((resolve, reject) => {
    const detail = JSON.stringify({id: ++last, name, value});
    waiting.set(last, [resolve, reject]);
    window.dispatchEvent(new CustomEvent("launcher-call", {detail}));
  });
  Object.defineProperty(window, "launcher", {value: Object.freeze({call})});
})();
"""


class Calls:
    """Answers what the pages of one window ask for."""

    def __init__(self, rules: Rules, window: Any) -> None:
        self._rules = rules
        self._window = window

    def take(self, message: str, url: str, answer: Callable[[str], None]) -> None:
        """Take a message that the main frame sent while it showed `url`; `answer` comes on another thread."""
        asked = _read(message)
        if asked is None:
            return
        number, name, value = asked
        may = self._rules.is_own(url) and name in self._rules.calls and name in TABLE

        def work() -> None:
            answer(json.dumps({"id": number, **(self._done(name, value) if may else REFUSAL)}))

        threading.Thread(target=work, daemon=True).start()

    def _done(self, name: str, value: Any) -> dict[str, Any]:
        try:
            return {"value": TABLE[name](self._window, value)}
        except ValueError:
            return {"error": "wrong value"}
        except Exception:
            return {"error": "it could not be done"}


REFUSAL = {"error": "not allowed"}


def _read(message: str) -> tuple[int, str, Any] | None:
    if len(message) > LONGEST:
        return None
    try:
        asked = json.loads(message)
        number, name, value = asked["id"], asked["name"], asked["value"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return (number, name, value) if type(number) is int and isinstance(name, str) else None


def _ask(window: Any, kind: Any, **options: Any) -> list[str]:
    """Show a dialog and return the paths that were chosen."""
    with ONE_AT_A_TIME:
        found = window.create_file_dialog(kind, **options)
    return [found] if isinstance(found, str) else [str(path) for path in found or ()]


def _choose_file(window: Any, value: Any) -> list[str]:
    """Return the files that were chosen; none where the dialog was left."""
    return _ask(window, FileDialog.OPEN, allow_multiple=_of(value, bool, default=False))


def _choose_folder(window: Any, value: Any) -> str | None:
    return next(iter(_ask(window, FileDialog.FOLDER)), None)


def _save_file(window: Any, value: Any) -> str | None:
    """Return the place that was chosen for a file; who writes there is the app."""
    name = _of(value, str, default="")
    if "/" in name or "\\" in name:
        raise ValueError(name)
    return next(iter(_ask(window, FileDialog.SAVE, save_filename=name)), None)


def _full_screen(window: Any, value: Any) -> None:
    window.toggle_fullscreen()


def _minimize(window: Any, value: Any) -> None:
    window.minimize()


def _set_title(window: Any, value: Any) -> None:
    title = "".join(letter for letter in _of(value, str) if letter.isprintable())[:TITLE].strip()
    if not title:
        raise ValueError(value)
    title_of(window).call(title)


def _of(value: Any, kind: type, default: Any = None) -> Any:
    if value is None and default is not None:
        return default
    if not isinstance(value, kind):
        raise ValueError(value)
    return value


TABLE: dict[str, Callable[[Any, Any], Any]] = {
    "choose-file": _choose_file,
    "choose-folder": _choose_folder,
    "save-file": _save_file,
    "full-screen": _full_screen,
    "minimize": _minimize,
    "set-title": _set_title,
}
