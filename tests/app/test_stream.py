"""The stream through a real server: a page that goes away, a page in a real browser."""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from waitress.server import create_server
from werkzeug.wsgi import ClosingIterator

from .conftest import MakePage
from .waiting import until

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")


@contextmanager
def served(app: WSGIApplication) -> Iterator[int]:
    """Serve an app with Waitress as the launcher does; yields the port."""
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield int(server.effective_port)
    finally:
        server.close()
        thread.join(10.0)
        server.task_dispatcher.shutdown()


def test_stream_of_a_page_that_is_gone_ends(make_page: MakePage) -> None:
    """It frees its thread at the next heartbeat, while the build goes on."""
    page = make_page("waiting")
    build = page.build()
    ended = threading.Event()

    def watch(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Serve Studio and note when Waitress closes an answer."""
        return ClosingIterator(page.app.wsgi_app(environ, start), ended.set)

    with served(watch) as port:
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(f"GET {build}/events HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            received = b""
            while b"helper" not in received:
                received += client.recv(65536)
            assert b"text/event-stream" in received and not ended.is_set()
        assert until(ended.is_set, 5.0)
        assert page.studio.builds.running(page.key) is not None
        page.studio.children.end_all()


@pytest.mark.end_to_end
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_page_in_a_browser_follows_a_build_to_its_result(
    make_page: MakePage, tmp_path: Path
) -> None:
    """The scripts read the stream and show the result as text."""
    page = make_page()
    hostile = "<img src=x onerror=document.title='bad'>"
    build = page.build(name=hostile, system=["here", "windows-x86_64", "macos-arm64"])
    with served(page.app) as port:
        options = ["headless", "no-sandbox", "disable-gpu", "no-first-run", "dump-dom"]
        options += ["disable-background-networking", "virtual-time-budget=8000"]
        options += [f"user-data-dir={tmp_path / 'profile'}"]
        shown = subprocess.run(
            [str(CHROMIUM), *(f"--{one}" for one in options), f"http://127.0.0.1:{port}{build}"],
            capture_output=True,
            text=True,
            timeout=90,
            check=True,
        ).stdout
    assert "onerror=document.title='bad'&gt; is ready</h1>" in shown
    # Eight of this machine and of all, three of each other system, and their headings.
    assert shown.count('data-state="end"') == 8 + 2 * 3 + 3
    for heading in ("Windows", "Mac with an Apple chip", "For all"):
        assert f'class="system" data-state="end">{heading}</li>' in shown
    assert shown.count('<h3 class="system">') == 3
    assert '<form id="friends"' in shown and "index.html" not in shown
    assert "c4c4c4" in shown and "184 MB" in shown
    assert "<title>bad" not in shown
