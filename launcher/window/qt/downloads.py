"""Downloads: they begin while the user is asked where to, as in browsers."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtWebEngineCore import QWebEngineDownloadRequest
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QFileDialog, QMainWindow, QMessageBox, QWidget

from launcher.window import Opening, downloads

State = QWebEngineDownloadRequest.DownloadState


class Downloads:
    """All downloads of one program."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._room = downloads.room(opening.folders.private)
        self._folder: Path | None = None  # where the last one went

    def begin(self, request: QWebEngineDownloadRequest, first: QMainWindow) -> None:
        """Take a download, and ask where to; `first` is the app's main window."""
        part = downloads.part(self._room)
        request.setDownloadDirectory(str(part.parent))
        request.setDownloadFileName(part.name)
        window: QWidget = first
        if request.page() is not None:
            window = QWebEngineView.forPage(request.page()).window()
        if getattr(window, "is_empty", False):
            window.close()  # it was opened for the download alone
            window = first
        request.accept()
        folder = self._folder if self._folder is not None and self._folder.is_dir() else downloads.folder()
        Download(self, request, part, downloads.suggested(_name(request), folder), window)

    def went_to(self, folder: Path) -> None:
        """Suggest this folder the next time."""
        self._folder = folder


class Download(QObject):
    """One download: it is there when it is whole and its place is known, whichever comes last."""

    def __init__(
        self,
        all_of_them: Downloads,
        request: QWebEngineDownloadRequest,
        part: Path,
        place: Path,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._all = all_of_them
        self._request = request
        self._part = part
        self._place: Path | None = None
        self._window = window
        request.setParent(self)
        request.stateChanged.connect(self._move_on)
        self._dialog = dialog = QFileDialog(window, "Save", str(place.parent))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.selectFile(place.name)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._chosen)
        dialog.rejected.connect(self._unwanted)
        dialog.open()

    def _chosen(self, path: str) -> None:
        self._place = Path(path)
        self._all.went_to(self._place.parent)
        self._move_on()

    def _unwanted(self) -> None:
        self._request.cancel()
        self._forget()

    def _move_on(self, *_: Any) -> None:
        state = self._request.state()
        if state is State.DownloadInterrupted:
            why = self._request.interruptReasonString()
            self._dialog_away()
            self._fail(f"It could not be fetched to its end ({why}).")
        elif state is State.DownloadCompleted and self._place is not None:
            try:
                downloads.complete(self._part, self._place)
            except OSError as error:
                self._fail(f"{self._place.parent} does not take it: {error.strerror or error}.")
            else:
                self._forget()

    def _dialog_away(self) -> None:
        if self._place is None:
            self._dialog.rejected.disconnect(self._unwanted)
            self._dialog.close()

    def _fail(self, why: str) -> None:
        box = QMessageBox(
            QMessageBox.Icon.Warning, self._window.windowTitle(), f"The file was not saved. {why}"
        )
        box.setParent(self._window, box.windowFlags())
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()
        self._forget()

    def _forget(self) -> None:
        self._part.unlink(missing_ok=True)
        self.deleteLater()


def _name(request: QWebEngineDownloadRequest) -> str:
    """Return the name that the page gives; for `data:` and `blob:` without one, by the kind of the file."""
    name = request.suggestedFileName()
    if request.url().scheme() in ("data", "blob") and "." not in name:
        return name + (mimetypes.guess_extension(request.mimeType()) or "")
    return name
