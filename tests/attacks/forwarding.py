"""What a visitor writes to be taken for somebody else: headers in which only a proxy has a say."""

from __future__ import annotations

import json
import re
import socket
from functools import partial

from tests.attacks.vocabulary import ADDRESS, Attack, Outcome, Target, mark
from tests.attacks.wire import PATIENCE, lines

VISITOR = "127.0.0.2"  # an address of this machine that no proxy here has
LIE, LYING_HOST = "6.6.6.6", "evil.example"
# By the promise: what is written in the hope that the app takes it for true.
LIES: dict[str, tuple[str, ...]] = {
    "another address": (
        f"X-Forwarded-For: {LIE}",
        f"X-Forwarded-For: {LIE}, 127.0.0.1",
        f"Forwarded: for={LIE};proto=https;host={LYING_HOST}",
        f"X-Real-IP: {LIE}",
        f"X-Client-IP: {LIE}",
        f"Client-IP: {LIE}",
        f"True-Client-IP: {LIE}",
        f"X-Cluster-Client-IP: {LIE}",
        f"X_Forwarded_For: {LIE}",
        f"X-Forwarded-For: {LIE}\r\nX-Forwarded-For: 127.0.0.1",
        f"Remote-Addr: {LIE}",
    ),
    "another scheme": (
        "X-Forwarded-Proto: https",
        "X-Forwarded-Protocol: https",
        "X-Forwarded-Scheme: https",
        "X-Forwarded-Ssl: on",
        "X-Url-Scheme: https",
        "Front-End-Https: on",
        "X_Forwarded_Proto: https",
        "X-Forwarded-Proto: https\r\nX-Forwarded-Proto: https",
    ),
    "another host": (
        f"X-Forwarded-Host: {LYING_HOST}",
        f"X-Forwarded-Server: {LYING_HOST}",
        f"X-Host: {LYING_HOST}",
        f"X_Forwarded_Host: {LYING_HOST}",
        "X-Forwarded-Port: 6666",
    ),
    "another place in the app": (
        "Script-Name: /lie",
        "Script_Name: /lie",
        "X-Script-Name: /lie",
        "X-Forwarded-Prefix: /lie",
        "Path-Info: /lie",
        "X-Original-URL: /lie",
        "X-Rewrite-URL: /lie",
    ),
    "a setting of the server's": (
        "Proxy: http://6.6.6.6",
        "Launcher-Role: owner",
        "launcher.role: owner",
        "Wsgi.url-scheme: https",
    ),
}
# What a header of that name leaves behind in the app without any harm: its own name says who wrote it.
HARMLESS = re.compile(r"HTTP_(LAUNCHER_ROLE|LAUNCHER\.ROLE|REMOTE_ADDR|X_HOST|PATH_INFO|WSGI\.URL_SCHEME)")


def facts(target: Target, *lie: str, port: int = 0, host: str = "") -> tuple[int, dict[str, str]]:
    """Ask from an address that no proxy has what the app believes; empty where it was not asked."""
    head = ("Connection: close", f"Cookie: {target.cookie}", *lie)
    sent = lines(f"GET /facts/{mark()} HTTP/1.1", f"Host: {host or target.host}", *head)
    received = b""
    try:
        with socket.create_connection(
            (ADDRESS, port or target.port), timeout=PATIENCE, source_address=(VISITOR, 0)
        ) as connection:
            connection.sendall(sent)
            while data := connection.recv(65536):
                received += data
    except OSError:
        return 0, {}
    status = re.match(rb"HTTP/1\.[01] (\d{3})", received)
    found = re.search(rb"\{.*\}", received, re.DOTALL)
    number = int(status[1]) if status else 0
    return number, json.loads(found[0]) if number == 200 and found else {}


def believed(honest: dict[str, str], lied: dict[str, str], lie: str) -> list[str]:
    """List what an app is made to believe by a lie: whatever differs, and wherever the lie itself stands."""
    value = lie.partition("\r\n")[0].partition(": ")[2]
    words = {word for word in (LIE, LYING_HOST, "/lie", "6666") if word in value}
    found = []
    for name, text in lied.items():
        if HARMLESS.fullmatch(name):
            continue
        is_told = any(word in text for word in words)
        is_changed = name in SETTLED and text != honest.get(name)
        is_new = name.startswith("HTTP_") and name not in honest
        if is_told or is_changed or is_new:
            found.append(f"{name}={text}")
    return found


SETTLED = ("REMOTE_ADDR", "wsgi.url_scheme", "HTTP_HOST", "SCRIPT_NAME", "HTTPS", "role", "SERVER_NAME")


def lied(kind: str, target: Target) -> Outcome:
    """Write each of the lies, and see what the app believes."""
    _, honest = facts(target)
    if not honest or honest["REMOTE_ADDR"] != VISITOR:
        told = honest.get("REMOTE_ADDR", "nothing")
        return Outcome("got through", f"the app is told that an honest visitor is {told}", is_exact=False)
    found: list[str] = []
    refused = 0
    for lie in LIES[kind]:
        status, answer = facts(target, lie)
        refused += status != 200
        found += believed(honest, answer, lie)
    if found:
        return Outcome("got through", f"{found[0][:60]} ({len(found)} in all)", is_exact=False)
    shown = f"{len(LIES[kind])} lies, none believed"
    return Outcome("held", f"{shown}, {refused} refused" if refused else shown)


def around(target: Target) -> Outcome:
    """Go around the proxy to the server itself, and say that one comes from the proxy."""
    if not target.inner:
        return Outcome("does not apply", "there is no proxy to go around")
    lies = (f"X-Forwarded-For: {LIE}", "X-Forwarded-Proto: https", f"X-Forwarded-Host: {LYING_HOST}")
    status, answer = facts(target, *lies, port=target.inner)
    told = {name: text for name, text in answer.items() if LIE in text or LYING_HOST in text}
    if answer.get("wsgi.url_scheme") == "https":
        told["wsgi.url_scheme"] = "https"
    if told:
        shown = ", ".join(f"{name}={text}" for name, text in sorted(told.items()))
        return Outcome("got through", shown, is_exact=False)
    return Outcome("held", str(status) if status else "closed")


ATTACKS = (
    *(
        Attack(f"A visitor cannot give himself {kind}", "forwarded headers", partial(lied, kind))
        for kind in LIES
    ),
    Attack("Whoever goes around the proxy is not believed either", "forwarded headers", around),
)
