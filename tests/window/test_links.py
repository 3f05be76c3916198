"""A link that leads out of the window opens in the browser that its user would have started."""

from __future__ import annotations

from pathlib import Path

import pytest

from launcher import host
from tests.support.processes import run_python
from tests.support.programs import environment

pytestmark = pytest.mark.skipif(host.WINDOWS, reason="stands in for a browser by a shell script")

BROWSER = """#!/bin/sh
printf '%s\\n' "$@" > "{note}.part"
/usr/bin/env >> "{note}.part"
mv "{note}.part" "{note}"
"""
OPEN = """
import os, sys, threading, webbrowser
from launcher.window import links
links.open_with(os.environ)
os.environ.update(LD_LIBRARY_PATH="/bundle", XDG_DATA_HOME="/bundle/web", QT_PLUGIN_PATH="/bundle/plugins")
assert webbrowser.open(sys.argv[1], 2, True)
for thread in threading.enumerate():
    if thread is not threading.current_thread():
        thread.join(30)
"""


@pytest.mark.parametrize("url", ["https://example.org/a?b=c&d=%20'\"$HOME", "mailto:ö@example.org"])
def test_browser_gets_the_address_and_nothing_of_what_the_window_needs(tmp_path: Path, url: str) -> None:
    note, browser = tmp_path / "note", tmp_path / "browser"
    browser.write_text(BROWSER.format(note=note), encoding="utf-8")
    browser.chmod(0o755)
    env = environment(BROWSER=str(browser), LD_LIBRARY_PATH="/opt/of-the-user", QT_PLUGIN_PATH="/opt/plugins")
    done = run_python(OPEN, url, cwd=Path(__file__).parents[2], env=env)
    assert (done.returncode, done.stderr) == (0, "")
    address, *variables = note.read_text(encoding="utf-8").splitlines()
    assert address == url
    assert "LD_LIBRARY_PATH=/opt/of-the-user" in variables
    assert not [line for line in variables if "/bundle" in line or line.startswith("_LAUNCHER")]
