"""Settings for production servers do not break the window, and addresses stay right."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask, make_response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

from launcher.serving.adapting import adapt, flask_apps

HOST = "127.0.0.1:12345"
HOME = f"http://{HOST}/"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the window gets."""

    status: int
    headers: list[tuple[str, str]]
    body: str

    def header(self, name: str) -> str:
        """Return the header's value, or nothing."""
        return dict(self.headers).get(name, "")


def ask(
    app: Any,
    path: str = "/",
    *,
    query: str = "",
    body: bytes | None = None,
    cookie: str = "",
    more: Mapping[str, str] | None = None,
) -> Answer:
    """Ask an adapted app as our server does."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "GET" if body is None else "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "12345",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": HOST,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body or b""),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "CONTENT_LENGTH": str(len(body or b"")),
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        **(more or {}),
    }
    if cookie:
        environ["HTTP_COOKIE"] = cookie
    begun: list[tuple[str, list[tuple[str, str]]]] = []

    def begin(status: str, headers: list[tuple[str, str]], *rest: Any) -> Callable[[bytes], object]:
        begun.append((status, headers))
        return lambda data: None

    parts: Iterable[bytes] = app(environ, begin)
    text = b"".join(parts).decode()
    ((status, headers),) = begun
    return Answer(int(status[:3]), headers, text)


@pytest.fixture
def app() -> Flask:
    """An app that counts visits in its session and tells its own addresses."""
    made = Flask("shop", static_folder=None)
    made.secret_key = "of the author"

    @made.route("/", methods=["GET", "POST"])
    def index() -> str:
        session["n"] = session.get("n", 0) + 1
        return f"{session['n']} {url_for('index', _external=True)} {request.form.get('text', '')}"

    return made


def counted(app: Any) -> list[str]:
    """Visit twice with the cookie that a browser keeps from plain http, and return the answers."""
    first = ask(app)
    cookie = first.header("Set-Cookie").partition(";")[0]
    return [first.body, ask(app, cookie=cookie).body]


def test_cookies_of_production_are_kept_by_the_window(app: Flask) -> None:
    app.config.update(
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_SAMESITE="None",
        SESSION_COOKIE_DOMAIN="shop.example",
        REMEMBER_COOKIE_SECURE=True,
    )
    adapted = adapt(app, HOST)
    cookie = ask(adapted).header("Set-Cookie")
    assert cookie.partition(";")[2] == " HttpOnly; Path=/; SameSite=Lax"
    assert counted(adapted) == [f"1 {HOME} ", f"2 {HOME} "]
    assert app.config["REMEMBER_COOKIE_SECURE"] is False


def test_cookie_with_a_name_for_https_alone_comes_and_goes(app: Flask) -> None:
    app.config.update(SESSION_COOKIE_NAME="__Host-session", SESSION_COOKIE_SECURE=True)
    adapted = adapt(app, HOST)
    assert ask(adapted).header("Set-Cookie").startswith("plain__Host-session=")
    assert counted(adapted) == [f"1 {HOME} ", f"2 {HOME} "]


def test_cookies_that_a_view_sets_are_adapted_too(app: Flask) -> None:
    @app.route("/cookies")
    def cookies() -> ResponseReturnValue:
        answer = make_response("")
        answer.set_cookie("a", "1", secure=True, domain="shop.example", partitioned=True, samesite="None")
        answer.set_cookie("b", "2", httponly=True, samesite="Strict")
        return answer

    found = [value for name, value in ask(adapt(app, HOST), "/cookies").headers if name == "Set-Cookie"]
    assert found == ["a=1; Path=/; SameSite=Lax", "b=2; HttpOnly; Path=/; SameSite=Strict"]


def test_server_name_of_the_web_becomes_the_window_s(app: Flask) -> None:
    app.config.update(
        SERVER_NAME="shop.example", PREFERRED_URL_SCHEME="https", TRUSTED_HOSTS=["shop.example"]
    )
    adapted = adapt(app, HOST)
    assert ask(adapted).body == f"1 {HOME} "
    with app.app_context():
        assert url_for("index", _external=True) == HOME


def test_app_without_such_settings_keeps_its_own(app: Flask) -> None:
    before = dict(app.config)
    adapt(app, HOST)
    assert app.config == before
    assert app.config["SERVER_NAME"] is None


def with_talisman(app: Flask) -> None:
    pytest.importorskip("flask_talisman")
    from flask_talisman import Talisman  # type: ignore[import-untyped,unused-ignore]

    Talisman(app, content_security_policy={"default-src": "'self'", "upgrade-insecure-requests": ""})


def with_permanent_talisman_behind_a_proxy(app: Flask) -> None:
    pytest.importorskip("flask_talisman")
    from flask_talisman import Talisman  # type: ignore[import-untyped,unused-ignore]

    Talisman(app, force_https_permanent=True)
    app.wsgi_app = ProxyFix(app.wsgi_app, x_proto=1, x_host=1)  # type: ignore[method-assign]


def with_sslify(app: Flask) -> None:
    pytest.importorskip("flask_sslify")
    from flask_sslify import SSLify  # type: ignore[import-untyped,unused-ignore]

    SSLify(app)


def with_own_hook(app: Flask) -> None:
    @app.before_request
    def force() -> ResponseReturnValue | None:
        return (
            None if request.is_secure else redirect(request.url.replace("http://", "https://", 1), code=301)
        )


def with_hook_for_a_proxy(app: Flask) -> None:
    @app.before_request
    def force() -> ResponseReturnValue | None:
        if request.headers.get("X-Forwarded-Proto") != "https":
            return redirect(f"https://{request.host}{request.full_path}")
        return None


@pytest.mark.parametrize(
    "force",
    [
        with_talisman,
        with_permanent_talisman_behind_a_proxy,
        with_sslify,
        with_own_hook,
        with_hook_for_a_proxy,
    ],
)
def test_app_that_forces_https_is_served_and_its_addresses_stay_right(
    app: Flask, force: Callable[[Flask], None]
) -> None:
    force(app)

    @app.route("/ü b/<path>")
    def other(path: str) -> str:
        return f"{path} {request.args.get('q')} {request.url_root}"

    adapted = adapt(app, HOST)
    assert ask(adapted, "/ü b/ö".encode().decode("latin-1"), query="q=a%20%C3%BC").body == f"ö a ü {HOME}"
    assert counted(adapted) == [f"1 {HOME} ", f"2 {HOME} "]
    answer = ask(adapted, body=b"text=hello")
    assert answer.body == f"1 {HOME} hello"
    assert not answer.header("Strict-Transport-Security")
    assert "upgrade-insecure-requests" not in answer.header("Content-Security-Policy")


def test_first_request_with_a_body_is_not_lost_to_the_redirect(app: Flask) -> None:
    @app.before_request
    def force() -> ResponseReturnValue | None:
        request.get_data()
        return None if request.is_secure else redirect(request.url.replace("http://", "https://", 1))

    assert ask(adapt(app, HOST), body=b"text=hello").body == f"1 {HOME} hello"


def test_app_that_looks_at_the_scheme_itself_gets_https_and_sends_nobody_there(app: Flask) -> None:
    @app.before_request
    def force() -> ResponseReturnValue | None:
        return None if request.scheme == "https" else redirect(request.url.replace("http://", "https://", 1))

    @app.route("/away")
    def away() -> ResponseReturnValue:
        return redirect(url_for("index", _external=True))

    assert ask(adapt(app, HOST), "/away").header("Location") == HOME


def test_forms_protected_against_forgery_work_where_https_is_forced(app: Flask) -> None:
    pytest.importorskip("flask_wtf")
    from flask_wtf.csrf import CSRFProtect, generate_csrf  # type: ignore[import-untyped,unused-ignore]

    CSRFProtect(app)
    with_talisman(app)

    @app.route("/token")
    def token() -> str:
        return str(generate_csrf())

    adapted = adapt(app, HOST)
    given = ask(adapted, "/token")
    cookie = given.header("Set-Cookie").partition(";")[0]
    sent = f"csrf_token={given.body}&text=hello".encode()
    assert ask(adapted, body=sent, cookie=cookie).body == f"1 {HOME} hello"
    assert ask(adapted, body=b"text=hello", cookie=cookie).status == 400


def test_redirects_to_elsewhere_are_the_app_s_own(app: Flask) -> None:
    for name, target in (("out", "https://example.org/out"), ("in", "/"), ("loop", f"http://{HOST}/loop")):
        app.add_url_rule(f"/{name}", name, lambda target=target: redirect(target))
    adapted = adapt(app, HOST)
    found = [ask(adapted, f"/{name}").header("Location") for name in ("out", "in", "loop")]
    assert found == ["https://example.org/out", "/", f"http://{HOST}/loop"]
    assert app.request_class is Flask.request_class


def test_app_that_never_stops_redirecting_is_answered_with_its_redirect(app: Flask) -> None:
    app.add_url_rule("/loop", "loop", lambda: redirect(f"https://{HOST}/loop"))
    adapted = adapt(app, HOST)
    answer = ask(adapted, "/loop")
    assert (answer.status, answer.header("Location")) == (302, f"http://{HOST}/loop")
    assert ask(adapted).body == f"1 {HOME} "


def test_app_that_is_not_flask_s_is_adapted_by_its_answers_alone() -> None:
    def plain(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["wsgi.url_scheme"] != "https":
            start_response("302 Found", [("Location", f"https://{HOST}{environ['PATH_INFO']}")])
            return []
        start_response("200 OK", [("Set-Cookie", "a=1; Secure")])
        return [b"hello"]

    answer = ask(adapt(plain, HOST), "/x")
    assert (answer.body, answer.header("Set-Cookie")) == ("hello", "a=1")


@pytest.mark.parametrize("marked", ["wsgi.url_scheme", "HTTP_X_FORWARDED_PROTO"])
def test_app_that_believes_in_https_is_told_of_an_origin_and_a_referrer_that_fit(marked: str) -> None:
    """Django compares both with its own address before it takes a form."""

    def plain(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ.get(marked) != "https":
            start_response("302 Found", [("Location", f"https://{HOST}{environ['PATH_INFO']}")])
            return []
        start_response("200 OK", [])
        return [f"{environ['HTTP_ORIGIN']} {environ['HTTP_REFERER']}".encode()]

    adapted = adapt(plain, HOST)
    sent = {"HTTP_ORIGIN": f"http://{HOST}", "HTTP_REFERER": f"{HOME}form?a=1"}
    assert ask(adapted, "/x", more=sent).body == f"https://{HOST} https://{HOST}/form?a=1"
    foreign = {"HTTP_ORIGIN": "http://elsewhere.example", "HTTP_REFERER": f"http://{HOST}.example/"}
    assert ask(adapted, "/x", more=foreign).body == f"http://elsewhere.example http://{HOST}.example/"


def test_flask_apps_are_found_below_middleware_and_beside_others(app: Flask) -> None:
    mounted, inner = Flask("admin"), Flask("inner")
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/admin": mounted})  # type: ignore[method-assign]
    wrapped = ProxyFix(DispatcherMiddleware(app, {"/in": ProxyFix(inner)}))
    assert {one.import_name for one in flask_apps(wrapped)} == {"shop", "admin", "inner"}
    assert list(flask_apps(lambda environ, start_response: [])) == []
