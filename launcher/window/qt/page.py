"""One page of the app, by the rules of its window."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, QUrl, Signal
from PySide6.QtWebEngineCore import (
    QWebEngineNavigationRequest,
    QWebEngineNewWindowRequest,
    QWebEnginePage,
    QWebEngineProfile,
)

from launcher.window import Opening
from launcher.window.leading import Leading
from launcher.window.qt import permissions
from launcher.window.qt.fence import FOREIGN, Fence
from launcher.window.rules import OWN_PAGE, Rules, shown

if TYPE_CHECKING:
    from launcher.window.qt.popups import Popup

# What a frame inside a page may load; `chrome-extension` is how the engine shows a PDF.
FRAMES = ("http", "https", "about", "blob", "data", "chrome-extension")


@dataclass(slots=True)
class Around:
    """What the pages of one program have in common."""

    opening: Opening
    rules: Rules
    leading: Leading
    popups: list[Popup] = field(default_factory=list)


class Page(QWebEnginePage):
    """A page that goes only where the rules let it, in whatever way it is led there."""

    led_away = Signal()  # it would have left: to the system's browser, or nowhere

    def __init__(self, profile: QWebEngineProfile, parent: QObject, around: Around) -> None:
        super().__init__(profile, parent)
        self.around = around
        self.is_own = False  # what is shown is a page of the launcher's
        self.was_posted = False  # to load it again would send a form again
        self._awaits_own = False
        self._has_own_behind = False
        self._fence = Fence(around.rules, self)
        self.setUrlRequestInterceptor(self._fence)
        permissions.bind(self, around.rules)
        self.certificateError.connect(lambda error: error.rejectCertificate())
        self.newWindowRequested.connect(self._open_window)
        self.navigationRequested.connect(self._note_form)
        self.loadFinished.connect(self._forget_own)

    def show_own(self, html: str) -> None:
        """Show a page of the launcher's."""
        self._awaits_own = True
        self.setHtml(html, QUrl(OWN_PAGE))

    def _forget_own(self) -> None:
        # From the app's first page the way back would lead to ours, which is gone.
        if not self.is_own and self._has_own_behind:
            self._has_own_behind = False
            self.history().clear()

    def acceptNavigationRequest(
        self, url: QUrl | str, kind: QWebEnginePage.NavigationType, isMainFrame: bool
    ) -> bool:
        """Decide about an address, for whatever reason the engine asks for it."""
        address = url.toEncoded().toStdString() if isinstance(url, QUrl) else url
        if not isMainFrame:
            return self._lets_frame(address, kind)
        if self._awaits_own and address.startswith("data:"):
            self._awaits_own = False
            self.is_own = self._has_own_behind = True
            return True
        if address == FOREIGN:
            self.around.opening.note("a frame of another site was not let to lead the window")
            return False
        stays = self.around.leading.stays(address, from_own_page=self.is_own)
        if stays and self.is_own and kind is not QWebEnginePage.NavigationType.NavigationTypeTyped:
            # Led by a page of no origin it would come to the app as from a stranger, without its session.
            QTimer.singleShot(0, self, lambda: self.setUrl(QUrl(address)))
            return False
        if stays:
            self.is_own = False
        else:
            self.led_away.emit()
        return stays

    def _lets_frame(self, address: str, kind: QWebEnginePage.NavigationType) -> bool:
        scheme = address.partition(":")[0]
        if scheme in FRAMES:
            return True
        if scheme == "mailto" and kind is QWebEnginePage.NavigationType.NavigationTypeLinkClicked:
            return self.around.leading.stays(address)
        self.around.opening.note(f"a frame of a page was not let to {shown(address)}")
        return False

    def _note_form(self, request: QWebEngineNavigationRequest) -> None:
        if request.isMainFrame():
            self.was_posted = request.hasFormData()

    def _open_window(self, request: QWebEngineNewWindowRequest) -> None:
        from launcher.window.qt.popups import Popup

        address = request.requestedUrl().toEncoded().toStdString() or "about:blank"
        if self.around.leading.stays(address):
            request.openIn(Popup(self).view.page())

    # The engine would name these dialogs after the address of the page.

    def javaScriptAlert(self, securityOrigin: QUrl | str, msg: str) -> None:
        """Show what a page has to say."""
        from launcher.window.qt import dialogs

        dialogs.tell(self, msg)

    def javaScriptConfirm(self, securityOrigin: QUrl | str, msg: str) -> bool:
        """Ask what a page asks."""
        from launcher.window.qt import dialogs

        return dialogs.ask(self, msg)
