"""An app whose pages say when they are there; laid beside the module `app` that it wraps."""

import os
import time
from pathlib import Path

from flask import Flask, Response

import app as wrapped

SCRIPT = "addEventListener('DOMContentLoaded', () => fetch('/loaded'))"
TAG = b'<script src="/loaded.js"></script></head>'

app: Flask = wrapped.app if hasattr(wrapped, "app") else wrapped.create_app()


@app.get("/loaded.js")
def script() -> Response:
    """Serve the script from the page's own origin, which a policy of the page's lets in."""
    return Response(SCRIPT, mimetype="text/javascript")


@app.get("/loaded")
def loaded() -> Response:
    """Note the time of the page's DOMContentLoaded."""
    place = os.environ.get("START_NOTE")
    if place:
        now, note = time.time(), Path(place)
        part = note.with_name(f"{note.name}.part")
        part.write_text(str(now), encoding="utf-8")
        part.replace(note)
    return Response("noted", mimetype="text/plain")


@app.after_request
def with_script(response: Response) -> Response:
    """Add the script to every page."""
    if response.mimetype == "text/html" and not response.is_streamed:
        response.set_data(response.get_data().replace(b"</head>", TAG, 1))
    return response
