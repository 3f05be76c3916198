"""The sample as it is packaged by hand: pywebview, Waitress and the app in one PyInstaller script."""

import threading

import webview
from timed import app  # type: ignore[import-not-found]  # laid beside this script
from waitress.server import create_server

server = create_server(app, host="127.0.0.1", port=0)
threading.Thread(target=server.run, daemon=True).start()
webview.create_window("naive", f"http://127.0.0.1:{server.effective_port}/")
webview.start(gui="qt")
