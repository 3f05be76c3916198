"""The backend: the process in which the app lives, from the first line of the order to the last request.

It has the user's code for itself: the window and its libraries are in the
program's process, and what the launcher needs here is imported before the
user's code and then hidden, so that a project may call its modules
`launcher`, `waitress` or `webview`. Nothing below imports lazily, therefore.
"""

from __future__ import annotations

import faulthandler
import os
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from launcher import ending, report
from launcher.control import Channel, Order, claim_standard_pipes, order_of
from launcher.data import home, secret_key, turns
from launcher.environ import clean
from launcher.loading import certificates, greenlets, interpreting, kinds, load, sites
from launcher.loading.isolation import hide_ourselves
from launcher.loading.recording import Recorder, after_import, record
from launcher.paths import AppFolders, unwritable
from launcher.project import manifest as manifests
from launcher.serving.adapting import flask_apps
from launcher.serving.doorway import Doorway

DRAIN_READS, DRAIN_WRITES = 3.0, 10.0  # seconds for requests in flight at the end


def main() -> None:
    """Serve the app that the program orders, until it says stop or is gone. Never returns."""
    channel = claim_standard_pipes()
    faulthandler.enable(all_threads=False)  # a crash in an extension leaves the user's lines in the log
    first = next(channel.messages(), None)
    code = 1
    try:
        if first is not None:
            code = Backend(order_of(first), channel).run()
    finally:
        ending.leave(code)


class Backend:
    """One app being served."""

    def __init__(self, order: Order, channel: Channel) -> None:
        self.order = order
        self.channel = channel
        self.manifest = manifests.load(Path(order.manifest))
        self.folders = AppFolders(Path(order.data))
        self.stopping = threading.Event()
        self.doorway: Doorway | None = None
        self._beginning = threading.Lock()
        self._is_ready = False
        self._is_browser_shared = threading.Event()  # the browser, with other apps

    def run(self) -> int:
        """Serve from the first moment, then load the app; return the exit code."""
        self.channel.follow(self._obey, self._orphaned)
        try:
            self.doorway = doorway = Doorway(self.manifest, self.folders, self.order, self.channel.send)
            doorway.open()
            if self.may_be_shared():
                doorway.allow_sharing()
            root = self._root()
        except OSError as error:
            told = unwritable(self.manifest.name, self.folders.root, error)
            return self._fail(told, Path(self.order.root))
        except Exception as error:
            return self._fail(error, Path(self.order.root))
        recorder = Recorder()

        def answer(app: Any) -> None:
            self._answer(app, recorder, root, doorway)

        try:
            answer(self._load(root, recorder, answer))
        except BaseException as error:
            if not self._is_ready:
                return self._fail(error, root)
            sys.stderr.write(f"{report.of_exception(error, root).to_text()}\n")  # of the app's own end
        return 0

    def _answer(self, app: Any, recorder: Recorder, root: Path, doorway: Doorway) -> None:
        """Let the app answer until the program says stop.

        A main program is still in the call of its server here; it may have been a thread that called.
        """
        with self._beginning:
            if self._is_ready:
                self.stopping.wait()
                return
            kept = self.folders.private / "secret-key"
            secret_key.provide(flask_apps(app), kept, version=self.manifest.version)
            self.loaded(app, recorder, root)
            doorway.lead_to(app, self._is_browser_shared)
            self._is_ready = True
        doorway.say_ready()
        if self.order.share is not None and self.may_be_shared():
            doorway.share(self.order.share)
        greenlets.wait(self.stopping)
        cut = doorway.stop(reads=DRAIN_READS, writes=DRAIN_WRITES)
        if cut:
            sys.stderr.write(f"{cut} request(s) were still unfinished at the end\n")
        ending.leave_soon(0)  # whatever the main program does after its server

    def may_be_shared(self) -> bool:
        """Tell whether guests may be let in."""
        return self.manifest.share or self.order.share is not None

    def _root(self) -> Path:
        """Return the folder in which the app runs."""
        layer = Path(self.order.root)
        if not self.order.settle:
            return layer
        self._turn = turns.take(turns.path_in(self.folders.private))  # ours until the process ends
        return home.place(layer, self.manifest, self.folders, _note)

    def _load(self, root: Path, recorder: Recorder, answer: Callable[[Any], None]) -> Any:
        """Load the user's code as on its author's machine: his folder, his distributions, his names."""
        manifest = self.manifest
        clean(dict(manifest.env))
        work = self.folders.home if self.order.settle else root
        os.chdir(work)
        kinds.provide()
        record(recorder)
        greenlets.provide()
        if self.order.settle:
            _keep_instances_in(work / "instance")
        sites.take_in([str(root)], self.order.sites)
        name = manifest.target.script or manifest.target.module or ""
        if getattr(sys, "frozen", False):
            interpreting.mark([str(root / manifest.target.path), str(root), *self.order.sites])
            certificates.provide()
        sys.argv = [str(root / name), *manifest.args, *self.order.arguments]
        hide_ourselves()
        return load(manifest.target, root, recorder, serve=answer)

    def loaded(self, app: Any, recorder: Recorder, root: Path) -> None:
        """Do nothing; a rehearsal looks at the app here."""

    def _fail(self, error: BaseException, root: Path) -> int:
        told = report.of_exception(error, root)
        sys.stderr.write(f"{told.to_text()}\n")
        self.channel.send({"event": "failed", **asdict(told)})
        return 6

    def _obey(self, message: dict[str, Any]) -> None:
        if message["command"] == "stop":
            self.stopping.set()
            if not self._is_ready:
                self._stop_early()
        elif message["command"] == "apart":
            self._is_browser_shared.set()
        elif message["command"] == "entry" and self.doorway is not None:
            self.doorway.say_entry()

    def _stop_early(self) -> None:
        """End in the middle of an import, which cannot be told to stop; what was asked is answered first."""
        if self.doorway is not None:
            self.doorway.stop(reads=DRAIN_READS, writes=DRAIN_READS)
        ending.leave(0)

    def _orphaned(self) -> None:
        """The program is gone, however it went: end, and take the app's own children along."""
        ending.orphan(self.folders.logs / "app.log")
        self.stopping.set()
        if not self._is_ready:
            ending.vanish()
        threading.Timer(DRAIN_WRITES + ending.EXIT_DEADLINE, ending.vanish).start()


def _note(text: str) -> None:
    sys.stderr.write(f"launcher: {text}\n")


def _keep_instances_in(folder: Path) -> None:
    """Let Flask's instance folder be in the home: a frozen interpreter would put it inside the bundle."""

    def patch(module: Any) -> None:
        module.App.auto_find_instance_path = lambda self: str(folder)

    after_import({"flask.sansio.app": patch})
