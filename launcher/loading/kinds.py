"""Types of files, as web servers know them: what a registry or a system table says may be another."""

from __future__ import annotations

import mimetypes

# A module script of the wrong type does not run.
MIME_TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
}


def provide() -> None:
    """Let this process name files by these types."""
    for suffix, kind in MIME_TYPES.items():
        mimetypes.add_type(kind, suffix)
