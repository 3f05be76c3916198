"""The answers of those who are not let in: short, the same whatever the reason, and silent about the app."""

from __future__ import annotations

from http import HTTPStatus

from launcher.serving.policy import Page

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<style>body{{font:1.1rem/1.5 system-ui,sans-serif;max-width:26rem;margin:25vh auto;padding:0 1rem}}
h1{{font-size:1.3rem}}</style>
<h1>{title}</h1><p>{text}</p></html>
"""
NOT_HERE = ("Not here", "This app is open in a window of its own. You can close this page.")
OTHERS = {
    400: ("Not understood", "This is not a request that a browser makes."),
    404: ("Not found", "There is nothing here."),
    413: ("Too large", "This is larger than the app takes."),
    431: ("Too large", "This is larger than the app takes."),
    500: ("Not possible", "The app could not answer this."),
    501: ("Not understood", "This is not a request that a browser makes."),
}
HEADERS = (
    ("Content-Type", "text/html; charset=utf-8"),
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)


def refusal(status: int, page: Page | None = None) -> tuple[str, list[tuple[str, str]], bytes]:
    """Return the status line, the headers and the body of a refusal, of the usual ones or of a page's own."""
    if page is None:
        title, text = OTHERS.get(status, NOT_HERE)
        page = Page(PAGE.format(title=title, text=text))
    body = page.body.encode()
    phrase = f"{status} {HTTPStatus(status).phrase}"
    return phrase, [*HEADERS, *page.headers, ("Content-Length", str(len(body)))], body
