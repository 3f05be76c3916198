"""The bar of menus above the page, where there is one: not on a full screen, nor by keys of the page's."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import (
    QMainWindow,
    QMenuBar,
    QProxyStyle,
    QStyle,
    QStyleHintReturn,
    QStyleOption,
    QWidget,
)


class Quiet(QProxyStyle):
    """Lets Alt alone lead nowhere: the letters after it, which a page may wait for, would go to the bar."""

    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        returnData: QStyleHintReturn | None = None,
    ) -> int:
        """Answer as the style does, but for that."""
        if hint is QStyle.StyleHint.SH_MenuBar_AltKeyNavigation:
            return 0
        return super().styleHint(hint, option, widget, returnData)


class Bar(QObject):
    """The bar of a window, which goes with the window's frame and comes back with it."""

    def __init__(self, host: QMainWindow) -> None:
        super().__init__(host)
        self._host = host
        self._bar: QMenuBar = host.menuBar()  # the one that pywebview fills later
        self._style = Quiet()
        self._bar.setStyle(self._style)
        host.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice that the window takes the screen, or gives it back."""
        if event.type() is QEvent.Type.WindowStateChange:
            self._bar.setVisible(not self._host.isFullScreen())
        return False
