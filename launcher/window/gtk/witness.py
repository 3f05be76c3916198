"""Who was it: links that are followed in the window's own frame, told by the page before WebKitGTK asks.

The fence learns of them too, but later: by then WebKitGTK has broken off what the page was about to load,
such as a stream of events. The witness stands in a world of its own, where the page's scripts do not come.
"""

from __future__ import annotations

from typing import Any

from launcher.window.gtk.bindings import library

WORLD = "launcher-witness"
HANDLER = "followed"
SCRIPT = """
const tell = (address, target) => {
  const base = document.querySelector("base[target]");
  if (["", "_self", "_top", "_parent"].includes((target || (base ? base.target : "")).toLowerCase()))
    webkit.messageHandlers.followed.postMessage(String(address));
};
const clicked = event => {
  const link = event.composedPath().find(node => node.nodeType === 1 && node.matches("a[href], area[href]"));
  if (link && !link.hasAttribute("download")) tell(link.href, link.target);
};
addEventListener("click", clicked, true);
addEventListener("auxclick", clicked, true);
addEventListener("submit", event => {
  const by = event.submitter;
  const own = name => by && by.hasAttribute("form" + name);
  const target = own("target") ? by.formTarget : event.target.target;
  const action = own("action") ? by.formAction : event.target.getAttribute("action") || "";
  const goal = new URL(action, document.baseURI);
  tell(goal, target);
  const where = by && own("target") ? [by, "formTarget"] : [event.target, "target"];
  if (target === "_blank" && goal.origin === location.origin) {
    // Of a window without an opener the app's port would take no form.
    where[0][where[1]] = "launcher-" + Math.random().toString(36).slice(2);
    setTimeout(() => { where[0][where[1]] = target });
  }
}, true);
"""


class Witness:
    """What was followed last in the frames of one content manager's windows."""

    def __init__(self, manager: Any) -> None:
        webkit = library("WebKit2")
        self._last = ""
        manager.connect(f"script-message-received::{HANDLER}", self._told)
        manager.register_script_message_handler_in_world(HANDLER, WORLD)
        manager.add_script(
            webkit.UserScript.new_for_world(
                SCRIPT,
                webkit.UserContentInjectedFrames.TOP_FRAME,
                webkit.UserScriptInjectionTime.START,
                WORLD,
                None,
                None,
            )
        )

    def saw(self, url: str, kind: Any) -> bool:
        """Tell whether it is the window that follows a link, or sends a form, to this address."""
        kinds = library("WebKit2").NavigationType
        if kind not in (kinds.LINK_CLICKED, kinds.FORM_SUBMITTED):
            return False
        last, self._last = self._last, ""
        if kind == kinds.FORM_SUBMITTED:  # what is filled in was not known yet
            return bool(last) and _place(url) == _place(last)
        return url == last

    def _told(self, manager: Any, message: Any) -> None:
        self._last = message.get_js_value().to_string()


def _place(url: str) -> str:
    return url.partition("?")[0].partition("#")[0]
