"""An empty window: how long pywebview alone takes until its page is there."""

import os
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import webview

PAGE = b"""<!doctype html><html><head><title>empty</title>
<script>addEventListener('DOMContentLoaded', () => fetch('/loaded'))</script></head></html>"""


class Page(BaseHTTPRequestHandler):
    """One page, and the note of its DOMContentLoaded."""

    def do_GET(self) -> None:
        """Answer with the page, and note the time where it says that it is there."""
        if self.path == "/loaded":
            now, note = time.time(), Path(os.environ["START_NOTE"])
            part = note.with_name(f"{note.name}.part")
            part.write_text(str(now), encoding="utf-8")
            part.replace(note)
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
threading.Thread(target=server.serve_forever, daemon=True).start()
webview.create_window("empty", f"http://127.0.0.1:{server.server_port}/")
webview.start(gui="qt")
