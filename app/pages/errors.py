"""Answers to requests that cannot be met."""

from __future__ import annotations

from flask import Flask, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

# Everything comes from Studio itself; no page holds a script. `unsafe-eval` is for the window:
# pywebview reads a page back by an eval in it.
POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-eval'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'"
)


def wants_json() -> bool:
    """Say whether a script of ours asks, which shows the answer in the page it stands on."""
    return request.headers.get("Accept") == "application/json"


def refuse(error: HTTPException) -> ResponseReturnValue:
    """Say in a sentence what is wrong with a request."""
    code = error.code or 500
    if wants_json():
        return jsonify(ok=False, message=error.description), code
    return render_template("error.html", error=error), code


def register(app: Flask) -> None:
    """Give the app its error pages and its content policy."""
    app.register_error_handler(HTTPException, refuse)

    @app.after_request
    def _headers(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        return response
