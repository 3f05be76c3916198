"""What a page asks the machine for: denied, unless the project named it, and then to its own origin."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex
from PySide6.QtWebEngineCore import (
    QWebEngineDesktopMediaRequest,
    QWebEnginePage,
    QWebEnginePermission,
    QWebEngineProfile,
    QWebEngineSettings,
)

from launcher.window.rules import Rules

Kind = QWebEnginePermission.PermissionType
Setting = QWebEngineSettings.WebAttribute

NAMES: dict[Kind, tuple[str, ...]] = {
    Kind.MediaVideoCapture: ("camera",),
    Kind.MediaAudioCapture: ("microphone",),
    Kind.MediaAudioVideoCapture: ("camera", "microphone"),
    Kind.DesktopVideoCapture: ("screen",),
    Kind.DesktopAudioVideoCapture: ("screen",),
    Kind.Geolocation: ("location",),
    Kind.Notifications: ("notifications",),
    Kind.ClipboardReadWrite: ("clipboard",),
    Kind.MouseLock: (),  # games; browsers ask nobody either, and Escape ends it
}


def bind(page: QWebEnginePage, rules: Rules) -> None:
    """Answer what a page asks for, in this window and at this start only."""
    # What was granted must not outlive the project's wish, nor what was denied.
    page.profile().setPersistentPermissionsPolicy(QWebEngineProfile.PersistentPermissionsPolicy.AskEveryTime)
    page.permissionRequested.connect(lambda permission: _answer(permission, rules))
    page.desktopMediaRequested.connect(lambda request: _answer_screen(page, request, rules))
    page.registerProtocolHandlerRequested.connect(lambda request: request.reject())
    page.fileSystemAccessRequested.connect(lambda request: request.reject())
    settings = page.settings()
    settings.setAttribute(Setting.FullScreenSupportEnabled, True)
    settings.setAttribute(Setting.PluginsEnabled, True)  # the one that shows PDFs
    settings.setAttribute(Setting.JavascriptCanAccessClipboard, True)  # a button that copies, once clicked
    settings.setAttribute(Setting.JavascriptCanPaste, "clipboard" in rules.permissions)
    settings.setAttribute(Setting.ScreenCaptureEnabled, "screen" in rules.permissions)
    settings.setAttribute(Setting.LocalContentCanAccessFileUrls, False)
    settings.setAttribute(Setting.LocalContentCanAccessRemoteUrls, False)
    settings.setUnknownUrlSchemePolicy(QWebEngineSettings.UnknownUrlSchemePolicy.AllowAllUnknownUrlSchemes)


def _answer(permission: QWebEnginePermission, rules: Rules) -> None:
    needed = NAMES.get(permission.permissionType())
    origin = permission.origin().toString().rstrip("/")
    if needed is not None and rules.is_own(origin) and all(rules.grants(name, origin) for name in needed):
        permission.grant()
    else:
        permission.deny()


def _answer_screen(page: QWebEnginePage, request: QWebEngineDesktopMediaRequest, rules: Rules) -> None:
    screens = request.screensModel()
    if rules.grants("screen", page.url().toString()) and screens.rowCount(QModelIndex()):
        request.selectScreen(screens.index(0, 0, QModelIndex()))
    else:
        request.cancel()
