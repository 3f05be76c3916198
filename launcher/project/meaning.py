"""What a name in a project's source stands for: an app, a factory, something that serves.

A meaning is a short text: "app" (Flask's own), "wsgi" and "asgi" (other apps), "socketio",
"dash", "server", "class K" and "factory K" for what makes a K, "serves" for a function that
starts a server, "other" for what is known to be none of these, and "" for what is not known.
"""

from __future__ import annotations

import re

from launcher.project.scan import Scan
from launcher.project.source import Call, Function, Scope, Source

APPS = frozenset(["app", "wsgi"])
FACTORY_NAMES = ("create_app", "make_app")
_DEEPEST = 24
_STARTERS = frozenset(["main", "run", "serve", "start", "cli", "run_server", "start_server"])
_WSGI_PARAMETERS = re.compile(r"_?(env|environ|environment|e|start_response|start|sr|s)")

# The first package and the last name of what other distributions offer: Flask may be imported
# from flask or from flask.app.
_KNOWN = {
    "flask.Flask": "class app",
    "apiflask.APIFlask": "class app",
    "eve.Eve": "class app",
    "flask_openapi3.OpenAPI": "class app",
    "connexion.FlaskApp": "class wsgi",
    "bottle.Bottle": "class wsgi",
    "bottle.default_app": "factory wsgi",
    "bottle.app": "factory wsgi",
    "bottle.run": "serves",
    "falcon.App": "class wsgi",
    "falcon.API": "class wsgi",
    "django.get_wsgi_application": "factory wsgi",
    "werkzeug.DispatcherMiddleware": "class wsgi",
    "werkzeug.ProxyFix": "class wsgi",
    "werkzeug.SharedDataMiddleware": "class wsgi",
    "werkzeug.DebuggedApplication": "class wsgi",
    "whitenoise.WhiteNoise": "class wsgi",
    "webapp2.WSGIApplication": "class wsgi",
    "socketio.WSGIApp": "class wsgi",
    "flask_socketio.SocketIO": "class socketio",
    "dash.Dash": "class dash",
    "fastapi.FastAPI": "class asgi",
    "starlette.Starlette": "class asgi",
    "quart.Quart": "class asgi",
    "litestar.Litestar": "class asgi",
    "sanic.Sanic": "class asgi",
    "aiohttp.Application": "class asgi",
    "waitress.serve": "serves",
    "werkzeug.run_simple": "serves",
    "paste.serve": "serves",
    "bjoern.run": "serves",
    "eventlet.server": "serves",
    "wsgiref.make_server": "factory server",
    "werkzeug.make_server": "factory server",
    "waitress.create_server": "factory server",
    "gevent.WSGIServer": "class server",
    "cheroot.Server": "class server",
    "cheroot.WSGIServer": "class server",
}


class Meanings:
    """Answers for one scan."""

    def __init__(self, scan: Scan) -> None:
        self.scan = scan
        self._known: dict[tuple[object, ...], str] = {}

    def of(self, text: str, source: Source, *scopes: Scope, depth: int = 0) -> str:
        """Return what the expression means in the innermost of the scopes."""
        if not text or depth > _DEEPEST:
            return ""
        scopes = scopes or (source.scope,)
        key = (text, source.file, *map(id, scopes))
        if key not in self._known:
            self._known[key] = ""  # for functions that call each other in a circle
            self._known[key] = self._find(text, source, scopes, depth)
        return self._known[key]

    def serves(self, call: Call, source: Source, *scopes: Scope, depth: int = 0) -> bool:
        """Tell whether the call starts a server and stays in it."""
        callee = call.expression[:-2]
        if self.of(callee, source, *scopes, depth=depth + 1) == "serves":
            return True
        receiver, _, method = callee.rpartition(".")
        if not receiver:
            return False
        kind = self.of(receiver, source, *scopes, depth=depth + 1)
        if kind == "server":
            return method in ("serve_forever", "start", "run")
        if method in ("run", "run_server"):
            return kind in APPS | {"socketio", "dash"} or (
                kind == "" and self._looks_like_app(receiver, scopes or (source.scope,))
            )
        return False

    def may_serve(self, call: Call, source: Source) -> bool:
        """Tell whether the call starts what another distribution keeps in its main()."""
        callee = call.expression[:-2]
        last = callee.rpartition(".")[2]
        reference = self._reference(callee.partition(".")[0], (source.scope,))
        if last not in _STARTERS or not reference:
            return False
        dotted = reference[1:]
        return self.scan.module(dotted, source) is None and "(" not in callee

    def definition(self, name: str, source: Source, *, depth: int = 0) -> Function | None:
        """Return the project's function behind a name of a file, through imports too."""
        if name in source.scope.functions or depth > _DEEPEST:
            return source.scope.functions.get(name)
        binding = source.scope.names.get(name)
        if binding is None or not binding.imported:
            return None
        place = self.scan.module(binding.expression[1:], source)
        if place is None or len(place[1]) != 1:
            return None
        return self.definition(place[1][0], place[0], depth=depth + 1)

    def is_wsgi_function(self, function: Function) -> bool:
        """Tell whether the function has the two parameters of a WSGI callable."""
        if len(function.required) != 2 or len(function.parameters) < 2:
            return False
        if function.name in ("app", "application"):
            return True
        return all(_WSGI_PARAMETERS.fullmatch(name) for name in function.parameters[:2])

    def _find(self, text: str, source: Source, scopes: tuple[Scope, ...], depth: int) -> str:
        if text.endswith("()"):
            maker = self.of(text[:-2], source, *scopes, depth=depth + 1)
            kind, _, made = maker.partition(" ")
            return made if kind in ("class", "factory") else ""
        receiver, dot, attribute = text.rpartition(".")
        if dot and ")" in receiver:
            return self._attribute(receiver, attribute, source, scopes, depth)
        if text.startswith("@"):
            return self._absolute(text[1:], source, depth)
        head, _, rest = text.partition(".")
        if not rest:
            return self._name(head, source, scopes, depth)
        reference = self._reference(head, scopes)
        if reference:
            return self.of(f"{reference}.{rest}", source, *scopes, depth=depth + 1)
        return self._attribute(receiver, attribute, source, scopes, depth)

    def _name(self, name: str, source: Source, scopes: tuple[Scope, ...], depth: int) -> str:
        for number, scope in enumerate(scopes):
            if name in scope.names:
                text = scope.names[name].expression
                if text.partition(".")[0] == name:  # socketio = socketio.WSGIApp(...)
                    continue
                return self.of(text, source, *scopes[number:], depth=depth + 1)
            if name in scope.functions:
                return self._function(scope.functions[name], source, depth)
            if name in scope.classes:
                return self._class(name, source, scope, depth)
        for module in source.scope.stars:
            if found := self._absolute(f"{module}.{name}", source, depth):
                return found
        return ""

    def _function(self, function: Function, source: Source, depth: int) -> str:
        scopes = (function.scope, source.scope)
        annotated = self.of(function.annotation, source, depth=depth + 1)
        if annotated.startswith("class "):
            return f"factory {annotated[6:]}"
        kinds = [self.of(text, source, *scopes, depth=depth + 1) for text in function.scope.returns]
        for kind in kinds:
            if kind in APPS | {"asgi", "dash", "server", "socketio"}:
                return f"factory {kind}"
        if self.is_wsgi_function(function):
            return "wsgi"
        if any(self.serves(call, source, *scopes, depth=depth) for call in function.scope.calls):
            return "serves"
        if function.name in FACTORY_NAMES and function.scope.returns:
            return "factory app"
        return "other"

    def _class(self, name: str, source: Source, scope: Scope, depth: int) -> str:
        described = scope.classes[name]
        for base in described.bases:
            kind = self.of(base, source, depth=depth + 1) if base != name else ""
            if kind.startswith("class "):
                return kind
        if len(described.called_with) == 2 and all(
            _WSGI_PARAMETERS.fullmatch(parameter) for parameter in described.called_with
        ):
            return "class wsgi"
        return "other"

    def _absolute(self, dotted: str, source: Source, depth: int) -> str:
        place = self.scan.module(dotted, source)
        if place is not None:
            found, rest = place
            if not rest:
                return "other"
            return self.of(".".join(rest), found, depth=depth + 1)
        first, last = dotted.partition(".")[0], dotted.rpartition(".")[2]
        known = _KNOWN.get(f"{first}.{last}")
        if known is not None:
            return known
        if last in FACTORY_NAMES:
            return "factory app"
        return "class app" if last.endswith("Flask") else ""

    def _attribute(
        self, receiver: str, attribute: str, source: Source, scopes: tuple[Scope, ...], depth: int
    ) -> str:
        if attribute in ("make_wsgi_app", "wsgifunc"):
            return "factory wsgi"  # Pyramid's Configurator, web.py's application
        kind = self.of(receiver, source, *scopes, depth=depth + 1)
        if kind == "dash" and attribute == "server":
            return "app"
        return "wsgi" if kind in APPS and attribute == "wsgi_app" else ""

    def _reference(self, name: str, scopes: tuple[Scope, ...]) -> str:
        for scope in scopes:
            if name in scope.names:
                text = scope.names[name].expression
                return text if text.startswith("@") and "(" not in text else ""
        return ""

    def _looks_like_app(self, receiver: str, scopes: tuple[Scope, ...]) -> bool:
        """Judge by the name what comes from another distribution: `from httpbin import app`."""
        for scope in scopes:
            if receiver in scope.names:
                binding = scope.names[receiver]
                wanted = receiver in ("app", "application", "socketio")
                made = re.search(r"(create|make|build|get|init)\w*app\w*\(\)$", binding.expression)
                return (wanted and binding.imported) or bool(made)
        return False
