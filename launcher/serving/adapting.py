"""Settings of production servers that would break an app in its window, taken out of its way.

The window speaks plain http with 127.0.0.1, and nobody is between the two. Cookies marked `Secure` would
not be kept, a `SERVER_NAME` of the web would make every address another site's, and an app that sends
everybody to https would send them in a circle. The app itself is let believe as little as possible that
is not so: `url_for` with `_external=True` keeps giving addresses that work.

An app is found to force https when it redirects a request to that very address under https. It is then
asked again, and from then on, in the first of these ways that ends the circle:

    its requests say `is_secure`           Flask-Talisman, Flask-SSLify, most hand-written hooks; the
                                           scheme, and so every address, stays http
    with `X-Forwarded-Proto: https`        hooks that look at the header of a proxy
    with https as the scheme               all others; only their redirects are brought back to http
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from launcher.serving.policy import GUEST, ROLE

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Headers = list[tuple[str, str]]

# Prefixes of names that browsers keep only from https, and how such a cookie is called in the window.
GUARDED = re.compile(r"^__(Host|Secure)-", re.IGNORECASE)
RENAMED = re.compile(r"(^|;\s*)plain__(Host|Secure)-", re.IGNORECASE)
MOST_WRAPPERS = 20
FOLLOWS = "follows_guests"
# What the settings of Flask and of what is commonly installed for it become.
SETTINGS = {
    "SESSION_COOKIE_SECURE": False,
    "SESSION_COOKIE_DOMAIN": None,
    "REMEMBER_COOKIE_SECURE": False,
    "REMEMBER_COOKIE_DOMAIN": None,
    "JWT_COOKIE_SECURE": False,
    "PREFERRED_URL_SCHEME": "http",
    "TRUSTED_HOSTS": None,  # the guard has compared the host already
}


def adapt(app: WSGIApplication, host: str) -> WSGIApplication:
    """Return the app as it can be served to its window at `host`, which is the address and the port."""
    found = list(flask_apps(app))
    for one in found:
        _set(one.config, host)
    return Adapted(app, host, found)


def flask_apps(app: Any) -> Iterator[Any]:
    """Yield the Flask apps in an app: itself, below middleware, or mounted beside others."""
    waiting, seen = [app], set[int]()
    while waiting and len(seen) < MOST_WRAPPERS:
        one = waiting.pop(0)
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        if hasattr(one, "url_map") and hasattr(one, "config") and hasattr(one, "view_functions"):
            yield one
        inner = [getattr(one, name, None) for name in ("__self__", "wsgi_app", "app", "application")]
        mounts = getattr(one, "mounts", None)  # of Werkzeug's dispatcher
        waiting += [part for part in inner if callable(part)]
        waiting += mounts.values() if isinstance(mounts, dict) else ()


def follow_guests(flasks: Iterable[Any]) -> None:
    """Let the addresses that apps make in a guest's request be those that the guest knows them by.

    `SERVER_NAME` is one name for everybody, and the window's.
    """
    for app in flasks:
        make = getattr(app, "create_url_adapter", None)
        if app.config.get("SERVER_NAME") and make is not None and not hasattr(make, FOLLOWS):
            app.create_url_adapter = _following(make)


def _following(make: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def create_url_adapter(request: Any) -> Any:
        adapter = make(request)
        if request is not None and adapter is not None and request.environ.get(ROLE) == GUEST:
            adapter.server_name = request.environ["HTTP_HOST"]
            if adapter.subdomain == "<invalid>":  # of a name that is not the window's, as Werkzeug says it
                adapter.subdomain = adapter.map.default_subdomain
        return adapter

    setattr(create_url_adapter, FOLLOWS, True)
    return create_url_adapter


def _set(config: Any, host: str) -> None:
    for name, value in SETTINGS.items():
        if config.get(name):
            config[name] = value
    if config.get("SERVER_NAME"):
        config["SERVER_NAME"] = host  # and not None: addresses outside of a request are made from it


class Adapted:
    """An app behind what takes https out of its answers."""

    def __init__(self, app: WSGIApplication, host: str, flasks: list[Any]) -> None:
        self._app = app
        self._host = host
        self._name = urlsplit(f"//{host}").hostname
        self._ways: list[Callable[[WSGIEnvironment], None]] = [lambda environ: None]
        if flasks:
            self._ways.append(lambda environ: _claim_security(flasks))
        self._ways += [_forward_https, _speak_https]
        self._way = 0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Ask the app, again where it only sends back to itself."""
        if "HTTP_COOKIE" in environ:
            environ["HTTP_COOKIE"] = RENAMED.sub(r"\1__\2-", environ["HTTP_COOKIE"])
        way = self._way
        while True:
            answer, is_circle = self._ask(environ, start_response, way)
            if answer is not None:
                if not is_circle:  # what nothing helps against is one page's own affair
                    self._way = max(self._way, way)
                return answer
            way += 1
            with suppress(Exception):  # a redirect seldom reads the body; what was read is given again
                environ["wsgi.input"].seek(0)

    def _ask(
        self, environ: WSGIEnvironment, start_response: StartResponse, way: int
    ) -> tuple[Iterable[bytes] | None, bool]:
        """Ask the app in one of the ways; return the answer, or None, and whether it is a circle."""
        is_circle = is_dropped = has_returned = False

        def begin(status: str, headers: Headers, *rest: Any) -> Callable[[bytes], object]:
            nonlocal is_circle, is_dropped
            is_circle = status.startswith("30") and self._is_circle(environ, headers)
            if is_circle and way + 1 < len(self._ways) and not has_returned:
                is_dropped = True
                return lambda data: None
            return start_response(status, [*self._plain(headers)], *rest)

        asked = dict(environ)
        for prepare in self._ways[1 : way + 1]:
            prepare(asked)
        result = self._app(asked, begin)
        has_returned = True
        if not is_dropped:
            return result, is_circle
        close = getattr(result, "close", None)
        if close is not None:
            close()
        return None, True

    def _is_circle(self, environ: WSGIEnvironment, headers: Headers) -> bool:
        location = next((value for name, value in headers if name.lower() == "location"), "")
        parts = urlsplit(location)
        if parts.scheme != "https" or parts.hostname != self._name:
            return False
        path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
        asked = path.encode("latin-1").decode("utf-8", "replace"), unquote(environ.get("QUERY_STRING", ""))
        return (unquote(parts.path) or "/", unquote(parts.query)) == (asked[0] or "/", asked[1])

    def _plain(self, headers: Headers) -> Iterator[tuple[str, str]]:
        for name, value in headers:
            kind = name.lower()
            if kind == "set-cookie":
                yield name, _plain_cookie(value)
            elif kind == "location" and value.startswith(f"https://{self._host}"):
                yield name, f"http{value[len('https') :]}"
            elif kind.startswith("content-security-policy"):
                yield name, _without_upgrade(value)
            elif kind != "strict-transport-security":
                yield name, value


def _plain_cookie(cookie: str) -> str:
    """Return a cookie as a browser keeps it from plain http, for the very host that it came from."""
    first, *attributes = cookie.split(";")
    kept = [GUARDED.sub(r"plain__\1-", first.lstrip())]
    for attribute in attributes:
        name, _, value = attribute.strip().lower().partition("=")
        if name == "samesite" and value.strip() == "none":
            kept.append(" SameSite=Lax")  # anything goes only with Secure
        elif name not in ("secure", "partitioned", "domain"):
            kept.append(attribute)
    return ";".join(kept)


def _without_upgrade(policy: str) -> str:
    """Return a content security policy that does not ask for everything by https."""
    directives = policy.split(";")
    return ";".join(one for one in directives if one.strip().lower() != "upgrade-insecure-requests")


def _claim_security(flasks: Iterable[Any]) -> None:
    for app in flasks:
        if getattr(app.request_class, "is_secure", None) is not True:
            app.config["WTF_CSRF_SSL_STRICT"] = False  # it would want a referrer with https
            app.request_class = type(app.request_class.__name__, (app.request_class,), {"is_secure": True})


def _forward_https(environ: WSGIEnvironment) -> None:
    environ["HTTP_X_FORWARDED_PROTO"] = "https"
    _come_from_https(environ)


def _speak_https(environ: WSGIEnvironment) -> None:
    environ.update({"wsgi.url_scheme": "https", "HTTPS": "on"})
    _come_from_https(environ)


def _come_from_https(environ: WSGIEnvironment) -> None:
    """Let the app's own pages be under https too: a form from elsewhere would be refused."""
    own = f"http://{environ.get('HTTP_HOST', '')}"
    for name in ("HTTP_ORIGIN", "HTTP_REFERER"):
        value = environ.get(name, "")
        if value == own or value.startswith(f"{own}/"):
            environ[name] = f"https{value[len('http') :]}"
