"""What pages give to keep: a dialog asks where, and a file has its name only when all of it is there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from launcher.window import downloads
from launcher.window.gtk.bindings import library
from launcher.window.gtk.pane import Pane


def bind(pane: Pane) -> None:
    """Ask for all that is downloaded in the session of the first pane, and so in every pane's."""
    pane.view.get_context().connect("download-started", lambda _, download: Saving(pane, download))


class Saving:
    """One download."""

    def __init__(self, pane: Pane, download: Any) -> None:
        self._pane = pane
        self._download = download
        self._dialog: Any = None  # kept here: nobody else holds it
        self._path: Path | None = None
        self._part: Path | None = None
        download.connect("decide-destination", lambda _, name: self._ask(name))
        download.connect("finished", lambda _: self._finished())
        download.connect("failed", lambda _, error: self._failed(error))

    def _ask(self, name: str) -> bool:
        gtk = library("Gtk")
        view = self._download.get_web_view()
        window = view.get_toplevel() if view is not None else None
        owner = window if isinstance(window, gtk.Window) else self._pane.window
        place = downloads.suggested(name, downloads.folder())
        self._dialog = gtk.FileChooserNative.new("Save", owner, gtk.FileChooserAction.SAVE, None, None)
        self._dialog.set_do_overwrite_confirmation(True)
        self._dialog.set_current_folder(str(place.parent))
        self._dialog.set_current_name(place.name)
        self._dialog.connect("response", lambda dialog, answer: self._answered(answer))
        self._dialog.show()
        return True

    def _answered(self, answer: Any) -> None:
        chosen = self._dialog.get_filename() if answer == library("Gtk").ResponseType.ACCEPT else None
        self._dialog.destroy()
        self._dialog = None
        if chosen is None:
            self._download.cancel()
            return
        self._path = Path(chosen)
        self._part = downloads.part_of(self._path)
        self._download.set_allow_overwrite(True)
        self._download.set_destination(self._part.as_uri())

    def _failed(self, error: Any) -> None:
        part, self._part = self._part, None
        if part is not None:
            part.unlink(missing_ok=True)
            self._say(error.message)

    def _finished(self) -> None:
        if self._path is None or self._part is None:
            return
        try:
            downloads.complete(self._part, self._path)
        except OSError as error:
            self._part.unlink(missing_ok=True)
            self._say(error.strerror or str(error))

    def _say(self, why: str) -> None:
        gtk = library("Gtk")
        name = self._path.name if self._path is not None else "The file"
        told = gtk.MessageDialog(
            title=self._pane.opening.manifest.name,
            transient_for=self._pane.window,
            modal=True,
            message_type=gtk.MessageType.ERROR,
            buttons=gtk.ButtonsType.CLOSE,
            text=f"{name} could not be saved",
            secondary_text=why,
        )
        told.connect("response", lambda dialog, _: dialog.destroy())
        told.show()
