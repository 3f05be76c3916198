"""Serve the victim in one of the other ways, with the settings that each has of itself.

    python stands.py WAY PORT

A process of its own; the way is one of the functions below.
"""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "victim"))

app = importlib.import_module("app").app


def waitress(port: int) -> None:
    """Serve as `waitress-serve --listen=127.0.0.1:PORT` does."""
    from waitress import serve

    serve(app, listen=f"127.0.0.1:{port}")


def flask_run(port: int) -> None:
    """Serve as `flask run` does."""
    os.environ["FLASK_APP"] = str(Path(__file__).resolve().parents[1] / "victim" / "app.py")
    from flask.cli import main

    sys.argv = ["flask", "run", "--port", str(port)]
    main()


def flaskwebgui(port: int) -> None:
    """Serve as its first example does, with a browser that shows nothing and stays open."""
    ui = importlib.import_module("flaskwebgui").FlaskUI
    nothing = [sys.executable, "-c", "import time; time.sleep(86400)"]
    ui(app=app, server="flask", port=port, browser_path="/bin/true", browser_command=nothing).run()


def pywebview(port: int) -> None:
    """Serve as `webview.create_window("", app)` does, without the window around it."""
    server = importlib.import_module("webview.http").BottleServer.start_server([app], port)[2]
    server.thread.join()


if __name__ == "__main__":
    {"waitress": waitress, "flask run": flask_run, "flaskwebgui": flaskwebgui, "pywebview": pywebview}[
        sys.argv[1]
    ](int(sys.argv[2]))
