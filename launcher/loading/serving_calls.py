"""The calls by which Python's servers are started, and how the app is found among their arguments.

Each is written after the server's own source. An app for an ASGI server counts as far as it is a WSGI app
in a wrapping.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from typing import Any

Taker = Callable[[tuple[Any, ...], dict[str, Any]], Any]
OBEYED = object()  # what a taker gives for a server that is none of an app: it is started
WRAPPINGS = ("asgiref.", "a2wsgi.", "uvicorn.")  # of a WSGI app, for an ASGI server


class Unstarted:
    """A server that was made, does not listen, and is recorded when it is to run."""

    effective_host, effective_port = "127.0.0.1", "0"

    def __init__(self, application: Any) -> None:
        self.application = application
        self.start: Callable[[], None] = lambda: None

    def run(self) -> None:
        """Be recorded as started."""
        self.start()

    def close(self) -> None:
        """Do nothing; there is nothing to close."""

    def print_listen(self, format_str: str) -> None:
        """Say nothing; it does not listen."""


def _argument(position: int, keyword: str) -> Taker:
    def take(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return args[position] if len(args) > position else kwargs.get(keyword)

    return take


def _attribute(name: str) -> Taker:
    """Take the app from an attribute of the server object, the first argument of its method."""

    def take(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return getattr(args[0], name, None)

    return take


def _of_wsgiref(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    # It has been listening since it was made: nobody may reach the app around the guard.
    args[0].server_close()
    return getattr(args[0], "application", None)


def _of_eventlet(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    listening = args[0] if args else kwargs.get("sock")
    if listening is not None:
        listening.close()
    return args[1] if len(args) > 1 else kwargs.get("site")


def _bottle_app(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    app = args[0] if args else kwargs.get("app")
    return app if app is not None else sys.modules["bottle"].default_app()


def _of_waitress(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return Unstarted(args[0] if args else kwargs.get("application"))


def _of_werkzeug(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    args[0].server_close()
    return getattr(args[0], "app", None)


def _of_cheroot(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    app = getattr(args[0], "wsgi_app", None)
    mounted = getattr(app, "apps", None)  # of its PathInfoDispatcher: pairs of a path and an app
    is_alone = isinstance(mounted, list) and len(mounted) == 1 and mounted[0][0] in ("", "/")
    return mounted[0][1] if is_alone and mounted else app


def _of_tornado(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return getattr(getattr(args[0], "request_callback", None), "wsgi_application", OBEYED)


def _of_cherrypy(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Take what is mounted: one app for all paths itself, several through CherryPy's own tree."""
    tree = sys.modules["cherrypy"].tree
    return tree.apps[""] if list(tree.apps) == [""] else tree


def _of_gunicorn(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return args[0].load()


def _of_window(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Take the app that a window of pywebview was given for an address; else the last that was served."""
    shown = [window.original_url for window in sys.modules["webview"].windows]
    return next((one for one in shown if callable(one)), None)


def _of_flaskwebgui(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return args[0].app or (args[0].server_kwargs or {}).get("app")


def _of_asgi(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return _unwrapped(args[0] if args else kwargs.get("app"))


def _of_uvicorn(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return _unwrapped(args[0].config.app)


def _unwrapped(app: Any) -> Any:
    if isinstance(app, str):
        module, _, name = app.partition(":")
        app = getattr(importlib.import_module(module), name, None)
    if type(app).__module__.startswith(WRAPPINGS):
        return getattr(app, "wsgi_application", None) or getattr(app, "app", None) or app
    return app


# module -> (dotted name in it, how the app is found among the arguments)
SERVERS: dict[str, tuple[tuple[str, Taker], ...]] = {
    "flask.app": (("Flask.run", _argument(0, "self")),),
    "flask_socketio": (("SocketIO.run", _argument(1, "app")),),
    "waitress": (("serve", _argument(0, "app")),),
    "waitress.server": (("create_server", _of_waitress),),
    "werkzeug.serving": (
        ("run_simple", _argument(2, "application")),
        ("BaseWSGIServer.serve_forever", _of_werkzeug),
    ),
    "cheroot.server": (("HTTPServer.start", _of_cheroot),),
    "cherrypy.process.wspbus": (("Bus.start", _of_cherrypy), ("Bus.block", _of_cherrypy)),
    "gevent.pywsgi": (
        ("WSGIServer.serve_forever", _attribute("application")),
        ("WSGIServer.start", _attribute("application")),
    ),
    "eventlet.wsgi": (("server", _of_eventlet),),
    "gunicorn.app.base": (("BaseApplication.run", _of_gunicorn), ("Application.run", _of_gunicorn)),
    "uvicorn.main": (("run", _of_asgi),),
    "uvicorn.server": (("Server.run", _of_uvicorn), ("Server.serve", _of_uvicorn)),
    "hypercorn.asyncio": (("serve", _of_asgi),),
    "tornado.tcpserver": tuple(
        (f"TCPServer.{name}", _of_tornado) for name in ("listen", "bind", "add_sockets")
    ),
    "livereload.server": (("Server.serve", _attribute("app")),),
    "paste.httpserver": (("serve", _argument(0, "application")),),
    "wsgiref.simple_server": (("WSGIServer.serve_forever", _of_wsgiref),),
    "bottle": (("run", _bottle_app),),
    "flaskwebgui": (("FlaskUI.run", _of_flaskwebgui),),
    "webview": (("start", _of_window),),
}
