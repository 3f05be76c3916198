"""A WSGI callable without any framework."""

from html import escape

PAGE = """<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>Plain</title></head>
  <body><h1>Plain</h1><p>You asked for {path}</p></body>
</html>
"""


def application(environ, start_response):
    body = PAGE.format(path=escape(environ.get("PATH_INFO", "/"))).encode()
    start_response(
        "200 OK",
        [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))],
    )
    return [body]
