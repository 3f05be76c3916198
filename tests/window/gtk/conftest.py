"""One window of GTK's for all tests that leave it as they found it; WebKitGTK is Debian's own Python's."""

from __future__ import annotations

import importlib.util
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from launcher import host
from tests.support.installing import ROOT, install

if TYPE_CHECKING:
    from tests.support.screens import Screen
    from tests.support.windows import Elsewhere, Window

SYSTEM = Path("/usr/bin/python3")
ASKED = "import gi, sys; gi.require_version('WebKit2', '4.1'); assert sys.version_info >= (3, 10)"
CODE = """
import time
@app.route("/away")
def away():
    return redirect(request.args["to"])

@app.post("/popup")
def sent():
    return page("popup")

def given(body, name, **headers):
    return Response(body, headers={"Content-Disposition": f'attachment; filename="{name}"', **headers})

@app.route("/download", methods=["GET", "POST"])
def download():
    return given("a,b\\n", request.args["name"])

@app.route("/slow")
def slow():
    def parts():
        yield b"begin" + b"." * 100_000
        while not os.path.exists(os.path.join(FOLDER, "end")):
            time.sleep(0.02)
        yield b"end"
    return given(parts(), "slow.bin")

@app.post("/slow/end")
def slow_end():
    open(os.path.join(FOLDER, "end"), "w").close()
    return ""

@app.route("/late")
def late():
    while not os.path.exists(os.path.join(FOLDER, "late")):
        time.sleep(0.02)
    return "at last"

@app.post("/late/end")
def late_end():
    open(os.path.join(FOLDER, "late"), "w").close()
    return ""

@app.route("/cut")
def cut():
    def parts():
        yield b"." * 100_000
        raise OSError
    return given(parts(), "cut.bin", **{"Content-Length": "200000"})
"""

OpenWindow = Callable[..., "Window"]


@pytest.fixture(scope="session")
def python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Debian's Python with its PyGObject, and the checkout installed beside it."""
    if not host.LINUX or importlib.util.find_spec("Xlib") is None:
        pytest.skip("looks at windows as X shows them")
    if not SYSTEM.is_file() or subprocess.run([SYSTEM, "-c", ASKED], capture_output=True).returncode:
        pytest.skip(
            "needs Debian's gir1.2-gtk-3.0 gir1.2-webkit2-4.1 python3-gi python3-gi-cairo "
            f"for {SYSTEM}, 3.10 or newer"
        )
    folder = tmp_path_factory.mktemp("gtk")
    return str(install(folder, ROOT, "--system-site-packages", python=SYSTEM) / "python")


@pytest.fixture
def elsewhere(python: str) -> Iterator[Elsewhere]:
    """A server of another origin, which has not been asked for anything."""
    from tests.support.windows import serving_elsewhere

    with serving_elsewhere() as found:
        yield found


@pytest.fixture(scope="session")
def screen(python: str) -> Iterator[Screen]:
    """A display for the shared window alone: the tests of other web views look at all that is on theirs."""
    from tests.support.screens import virtual_screen

    with virtual_screen() as made:
        yield made


@pytest.fixture(scope="session")
def other_screen(python: str) -> Iterator[Screen]:
    """A display beside the shared window's."""
    from tests.support.screens import virtual_screen

    with virtual_screen() as made:
        yield made


@pytest.fixture
def open_window(python: str, other_screen: Screen, tmp_path: Path) -> Iterator[OpenWindow]:
    """Return a function that opens a window of its own, on the other screen."""
    from tests.support.windows import window_of

    with ExitStack() as opened:

        def open_it(code: str = "", **options: Any) -> Window:
            folder = tmp_path / f"window {len(list(tmp_path.iterdir()))}"
            made = window_of(other_screen, folder, CODE + code, webview="gtk", python=python, **options)
            return opened.enter_context(made)

        yield open_it


@pytest.fixture(scope="session")
def shared_window(python: str, screen: Screen, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    """One window, open as long as there are tests."""
    from tests.support.windows import window_of

    folder = tmp_path_factory.mktemp("shared") / "own"
    with window_of(screen, folder, CODE, webview="gtk", python=python) as window:
        yield window


@pytest.fixture
def window(shared_window: Window) -> Window:
    """That window, at the app's first page, without what another test has laid there."""
    shared_window.run("document.body.replaceChildren(), 1")
    return shared_window
