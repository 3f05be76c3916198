"""The menu at the mouse's other button: what browsers offer there, and nothing for developers."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWebEngineCore import QWebEngineContextMenuRequest, QWebEnginePage
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QMenu

from launcher.window import menus
from launcher.window.qt.page import Page

Action = QWebEnginePage.WebAction
Media = QWebEngineContextMenuRequest.MediaType
Edit = QWebEngineContextMenuRequest.EditFlag

PAGE = ((Action.Back, "Back"), (Action.Forward, "Forward"), (Action.Reload, "Reload"))
FIELD = (
    (Action.Undo, "Undo", Edit.CanUndo),
    (Action.Redo, "Redo", Edit.CanRedo),
    None,
    (Action.Cut, "Cut", Edit.CanCut),
    (Action.Copy, "Copy", Edit.CanCopy),
    (Action.Paste, "Paste", Edit.CanPaste),
    None,
    (Action.SelectAll, "Select all", Edit.CanSelectAll),
)
LINK = ((Action.CopyLinkToClipboard, "Copy link"), (Action.DownloadLinkToDisk, "Save link…"))
IMAGE = (
    (Action.CopyImageToClipboard, "Copy image"),
    (Action.DownloadImageToDisk, "Save image…"),
)


def menu_of(view: QWebEngineView) -> QMenu:
    """Make the menu for what the mouse points at."""
    menu = QMenu(view)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    page, request = view.page(), view.lastContextMenuRequest()
    for group in _groups(page, request):
        if not menu.isEmpty():
            menu.addSeparator()
        menu.addActions(group)
    return menu


def _groups(page: QWebEnginePage, request: QWebEngineContextMenuRequest) -> Iterator[list[QAction]]:
    if request.isContentEditable():
        yield from _field(page, request)
        return
    link, image = request.linkUrl().isValid(), request.mediaType() is Media.MediaTypeImage
    if link:
        yield [_action(page, *item) for item in LINK]
    if image:
        yield [_action(page, *item) for item in IMAGE]
    if request.selectedText():
        yield [_action(page, Action.Copy, "Copy"), _action(page, Action.SelectAll, "Select all")]
    elif not link and not image:
        yield [_action(page, *item) for item in PAGE]
        yield [_action(page, Action.SelectAll, "Select all")]
        if isinstance(page, Page) and page.around.opening.shares:
            yield [_share(page)]


def _field(page: QWebEnginePage, request: QWebEngineContextMenuRequest) -> Iterator[list[QAction]]:
    group: list[QAction] = []
    for item in (*FIELD, None):
        if item is None:
            yield group
            group = []
        else:
            action, text, flag = item
            group.append(_action(page, action, text, is_there=bool(request.editFlags() & flag)))


def _share(page: Page) -> QAction:
    """Make the way to the friends in the room, as the menu above the page has it."""
    own = QAction(menus.SHARE_HERE, page)
    own.triggered.connect(lambda: menus.share(page.around.opening))
    return own


def _action(
    page: QWebEnginePage, action: QWebEnginePage.WebAction, text: str, *, is_there: bool = True
) -> QAction:
    """Take one of the page's own actions, in words of ours."""
    if action is Action.Reload:
        from launcher.window.qt import reloading

        own = QAction(text, page)
        own.triggered.connect(lambda: reloading.reload(page))
        return own
    made = page.action(action)
    made.setText(text)
    if not is_there:
        made.setEnabled(False)
    return made
