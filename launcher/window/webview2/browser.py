"""pywebview's browser on Windows, as ours: bound to the rules before it loads anything.

Never run on Windows.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable
from typing import Any

from launcher.window import Opening
from launcher.window.calls import Calls
from launcher.window.colours import PAPER, PAPER_DARK
from launcher.window.crashing import Deaths
from launcher.window.leading import Leading
from launcher.window.rules import Rules
from launcher.window.webview2 import calling, permissions
from launcher.window.webview2.navigation import Navigation


class Bound:
    """What is ours in a browser of pywebview's; the methods without an underscore are named by it."""

    opening: Opening
    rules: Rules
    webview: Any
    form: Any
    html: str
    url: Any
    pywebview_window: Any
    on_source_changed: Any
    on_download_starting: Any

    def __init__(self, form: Any, window: Any, cache_dir: str) -> None:
        self.broken: Exception | None = None
        self._navigation = Navigation(self.rules, Leading(self.rules, self.opening))
        self._deaths = Deaths(self.opening.manifest.name, self.rules)
        self._is_bound = False
        self._wish: Callable[[], None] = lambda: self.load_html(window.html, "")
        colour = importlib.import_module("System.Drawing").ColorTranslator.FromHtml
        self.paper = colour(PAPER_DARK if form.is_dark_theme() else PAPER)
        self._white = colour("#ffffff")
        theirs: Any = super()
        theirs.__init__(form, window, cache_dir)
        self.webview.DefaultBackgroundColor = self.paper

    def load_html(self, content: str, base_uri: str) -> None:
        """Show a page of the launcher's own; the last wish counts until there is a view to show it."""
        if not self._is_bound:
            self._wish = lambda: self.load_html(content, base_uri)
            return
        self._navigation.await_own()
        theirs: Any = super()
        theirs.load_html(content, base_uri)

    def load_url(self, url: str) -> None:
        """Show a page of the app's."""
        if not self._is_bound:
            self._wish = lambda: self.load_url(url)
            return
        theirs: Any = super()
        theirs.load_url(url)

    def on_webview_ready(self, sender: Any, args: Any) -> None:
        """Bind what has started, and load what was asked for; else give up."""
        try:
            if not args.IsSuccess:
                raise OSError(f"WebView2 did not start: {args.InitializationException}")
            self._bind(self.webview.CoreWebView2)
        except Exception as error:
            self._give_up(error)
            return
        self._is_bound = True
        self._wish()

    def on_navigation_start(self, sender: Any, args: Any) -> None:
        """Let the rules decide; bound by pywebview as soon as there is a control."""
        instead = self._navigation.starting(args)
        if instead:
            self._later(lambda: self.load_url(instead))

    def on_navigation_completed(self, sender: Any, args: Any) -> None:
        """Give a page of the app's the white ground that it counts on."""
        own = self._navigation.shows_own_page
        self.webview.DefaultBackgroundColor = self.paper if own else self._white
        theirs: Any = super()
        theirs.on_navigation_completed(sender, args)

    def on_script_notify(self, sender: Any, args: Any) -> None:
        """Take no message here: pywebview's are of no use, and calls have an ear of their own."""

    def on_new_window_request(self, sender: Any, args: Any) -> None:
        """Show here what is of the own origin; the rest as any address."""
        instead = self._navigation.new_window(args)
        if instead:
            self._later(lambda: self.load_url(instead))

    def _bind(self, core: Any) -> None:
        core.SourceChanged += self.on_source_changed
        core.DownloadStarting += self.on_download_starting
        core.NewWindowRequested += self.on_new_window_request
        core.PermissionRequested += lambda sender, args: permissions.decide(self.rules, args)
        core.ScreenCaptureStarting += lambda sender, args: permissions.decide_screen(self.rules, args)
        core.ServerCertificateErrorDetected += lambda sender, args: permissions.reject_certificate(args)
        core.LaunchingExternalUriScheme += lambda sender, args: self._navigation.launching(
            args, self.opening.note
        )
        core.ProcessFailed += self._on_process_failed
        _settle(core.Settings, has_calls=bool(self.rules.calls))
        self.webview.AllowExternalDrop = True
        if self.rules.calls:
            calling.open_for(core, Calls(self.rules, self.pywebview_window), self._later)

    def _on_process_failed(self, sender: Any, args: Any) -> None:
        kind = args.ProcessFailedKind.ToString()
        self.opening.note(f"a process of the web view's failed ({kind})")
        if kind == "BrowserProcessExited":
            self._give_up(OSError("WebView2 has ended"))
        elif kind == "RenderProcessExited":
            self._later(self._show_again)

    def _show_again(self) -> None:
        if self._navigation.shows_own_page:
            self.load_html(self.html, "")
            return
        shown = self._deaths.after(str(self.url or ""), time.monotonic())
        if shown is None:
            self.webview.CoreWebView2.Reload()
        else:
            self.load_html(shown, "")

    def _give_up(self, error: Exception) -> None:
        self.broken = error
        self._later(self.form.Close)

    def _later(self, action: Callable[[], object]) -> None:
        """Do a thing on the window's own thread, after what WebView2 is busy with."""
        self.form.BeginInvoke(importlib.import_module("System").Action(action))


def browser_of(base: type, opening: Opening, rules: Rules) -> type:
    """Return a class in the place of pywebview's `EdgeChrome`, which is `base`."""
    return type("Browser", (Bound, base), {"opening": opening, "rules": rules})


def _settle(settings: Any, *, has_calls: bool) -> None:
    """Give the comforts of a browser, and nothing of a developer's."""
    settings.AreDevToolsEnabled = False
    settings.AreHostObjectsAllowed = False
    settings.IsWebMessageEnabled = has_calls
    settings.AreBrowserAcceleratorKeysEnabled = True  # find, zoom, reload, print, back and forward
    settings.AreDefaultContextMenusEnabled = True
    settings.AreDefaultScriptDialogsEnabled = True
    settings.IsBuiltInErrorPageEnabled = True
    settings.IsStatusBarEnabled = False
    settings.IsZoomControlEnabled = True
