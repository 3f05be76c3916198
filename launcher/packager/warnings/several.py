"""What keeps an app on one machine: state that the next machine would not see.

Nobody who makes a program for friends needs to know it, so it is told apart from the warnings. Only what is
written in the code counts: a state that a library keeps by itself, unless it is told otherwise, and files
that visitors' data goes into.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from launcher.packager.warnings import secret
from launcher.packager.warnings.code import Code, Setting
from launcher.packager.warnings.notice import Notice, Sighting, grouped
from launcher.packager.warnings.reading import SETTINGS, Reading

# Without a file behind it the database is in memory.
_SQLITE = re.compile(r"sqlite(?:\+\w+)?://(?!$|/:memory:)")
_ENVIRONMENT = re.compile(r"(?:^|\.)(?:environ\.get|getenv|environ\.setdefault)$")
# Functions whose texts are compared or shown, not connected to.
_ONLY_WORDS = (".replace", ".startswith", ".endswith", ".removeprefix", ".sub", ".match", "print")
_SCHEDULERS = re.compile(
    r"(?:^apscheduler\..*\.|^apscheduler\.)(?:Background|Blocking|Gevent|AsyncIO|Tornado|Twisted)?Scheduler$|"
    r"^flask_apscheduler\.APScheduler$|^schedule\.every$|^sched\.scheduler$"
)
_FILE_SESSIONS = frozenset(("filesystem", "cachelib"))
_OWN_CACHES = frozenset(("simple", "simplecache", "filesystem", "filesystemcache"))
_UPLOAD_FOLDER = re.compile(r"\[?\.?(?:UPLOAD(?:S|ED)?_(?:\w+_)?(?:FOLDER|DEST|DIR|PATH))\]?")


def look(reading: Reading) -> Iterator[Notice]:
    """Look for what several machines would not share, with what to set."""
    yield from _databases(reading)
    for places in _all(_sessions(reading)):
        yield Notice(
            "Sessions lie in files",
            f"{places}. Whoever is led to another machine with the next click is logged out.",
            'Set SESSION_TYPE = "redis", or another store that all machines reach, or leave the sessions to '
            "Flask, which keeps them in signed cookies.",
        )
    for places in _all(_uploads(reading)):
        yield Notice(
            "Uploads are saved on the disk",
            f"{places}. Only the machine that took a file has it.",
            "Save them in a folder that all machines mount, an object store, or the database.",
        )
    for places in _all(_timers(reading)):
        yield Notice(
            "Something runs by the clock in the app's own process",
            f"{places}. Each worker on each machine would do it, as often as there are workers.",
            "Start it in a process of its own, once: a timer of systemd, a CronJob, or a queue's worker.",
        )
    for places in _all(_caches(reading)):
        yield Notice(
            "A cache lies in the app's own process",
            f"{places}. Each worker has its own, and what one takes out the others still show.",
            'Set CACHE_TYPE = "RedisCache" and CACHE_REDIS_URL, if what is cached can change.',
        )
    for places in _all(_limits(reading)):
        yield Notice(
            "Requests are counted in the app's own process",
            f"{places}. With several workers or machines each visitor may ask that many times as often.",
            "Set RATELIMIT_STORAGE_URI to a store that all of them reach, such as redis://host:6379.",
        )
    for places in _all(_sockets(reading)):
        yield Notice(
            "Socket.IO has no message queue",
            f"{places}. Nobody hears what is said to those who are at another worker or machine.",
            'Give SocketIO message_queue="redis://..." and let the proxy lead each visitor to one machine.',
        )
    for places in _all(secret.seen(reading)):
        yield Notice(
            "Each machine would make a secret key of its own",
            f"{places}. A session that one has signed is refused by the others.",
            "Read it from the environment, and give all machines the same: SECRET_KEY.",
        )


def keeps_files(reading: Reading) -> bool:
    """Tell whether visitors' data goes into files of the machine, whatever the environment says."""
    databases = (*_sqlite(reading), *_sqlite_in_settings(reading))
    return any(not one.about for one in databases) or any(True for _ in _uploads(reading))


def _all(sightings: Iterator[Sighting] | list[Sighting]) -> Iterator[str]:
    for _, places, _ in grouped(sightings):
        yield places


def _databases(reading: Reading) -> Iterator[Notice]:
    for variable, places, _ in grouped([*_sqlite(reading), *_sqlite_in_settings(reading)]):
        yield Notice(
            "The database is SQLite",
            f"{places}. It is a file, which one machine has and no other.",
            f"Set {variable} to a database server's address, such as postgresql://user@host/name."
            if variable
            else "Use a database server, such as PostgreSQL, and read its address from the environment.",
        )


def _sqlite(reading: Reading) -> Iterator[Sighting]:
    for code in reading.code():
        variables = dict(_variables(code))
        for text in code.texts:
            if _SQLITE.match(text.value) and not text.within.endswith(_ONLY_WORDS):
                yield Sighting(variables.get(text.line, ""), code.file, text.line)
        for name, call in code.calls:
            if name in ("sqlite3.connect", "aiosqlite.connect") and not _is_in_memory(call):
                yield Sighting("", code.file, call.lineno)


def _is_in_memory(call: ast.Call) -> bool:
    return any(isinstance(one, ast.Constant) and one.value == ":memory:" for one in call.args[:1])


def _variables(code: Code) -> Iterator[tuple[int, str]]:
    """Yield the lines on which a variable of the environment is read, and its name."""
    for name, call in code.calls:
        first = call.args[0] if call.args else None
        if _ENVIRONMENT.search(name) and isinstance(first, ast.Constant) and isinstance(first.value, str):
            for line in range(call.lineno, (call.end_lineno or call.lineno) + 2):
                yield line, first.value


def _sqlite_in_settings(reading: Reading) -> Iterator[Sighting]:
    for file, content in reading.texts(SETTINGS):
        for number, line in enumerate(content.splitlines(), 1):
            if _SQLITE.search(line) and not line.lstrip().startswith(("#", ";", "//")):
                yield Sighting("", file, number)


def _sessions(reading: Reading) -> Iterator[Sighting]:
    for code, setting in _settings(reading):
        if _bare(setting.name) == "SESSION_TYPE" and _text(setting) in _FILE_SESSIONS:
            yield Sighting("", code.file, setting.line)


def _uploads(reading: Reading) -> Iterator[Sighting]:
    for code in reading.code():
        saved = [line for function in ast.walk(code.tree) for line in _saved(code, function)]
        folders = [one.line for one in code.settings if _UPLOAD_FOLDER.fullmatch(one.name)]
        for line in dict.fromkeys(saved or folders):
            yield Sighting("", code.file, line)


def _saved(code: Code, function: ast.AST) -> Iterator[int]:
    """Yield the lines of a function that takes files from a request and saves something."""
    if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
        return
    nodes = list(ast.walk(function))
    takes = any(
        isinstance(node, ast.Attribute) and code.full_name(node).endswith("request.files") for node in nodes
    )
    for node in (one for one in nodes if takes and isinstance(one, ast.Call)):
        if isinstance(node.func, ast.Attribute) and node.func.attr == "save" and node.args:
            yield node.lineno


def _timers(reading: Reading) -> Iterator[Sighting]:
    for code in reading.code():
        for name, call in code.calls:
            if _SCHEDULERS.search(name.replace("()", "")):
                yield Sighting("", code.file, call.lineno)
        for function in ast.walk(code.tree):
            if isinstance(function, ast.FunctionDef):
                yield from (Sighting("", code.file, line) for line in _again(code, function))


def _again(code: Code, function: ast.FunctionDef) -> Iterator[int]:
    """Yield the lines at which a function lets a timer call itself."""
    for node in (one for one in ast.walk(function) if isinstance(one, ast.Call)):
        called = node.args[1] if len(node.args) > 1 else None
        is_own = called is not None and code.full_name(called).rpartition(".")[2] == function.name
        if is_own and code.full_name(node.func) == "threading.Timer":
            yield node.lineno


def _caches(reading: Reading) -> Iterator[Sighting]:
    for code, setting in _settings(reading):
        kind = _text(setting).rpartition(".")[2].lower()
        if _bare(setting.name) == "CACHE_TYPE" and kind in _OWN_CACHES:
            yield Sighting("", code.file, setting.line)


def _limits(reading: Reading) -> Iterator[Sighting]:
    names = ("RATELIMIT_STORAGE_URI", "RATELIMIT_STORAGE_URL", "storage_uri")
    stores = [(code, one) for code, one in _settings(reading) if _bare(one.name) in names]
    for code, setting in stores:
        if _text(setting).startswith("memory:"):
            yield Sighting("", code.file, setting.line)
    if not stores:
        yield from _made(reading, "flask_limiter.Limiter")


def _sockets(reading: Reading) -> Iterator[Sighting]:
    if not any(setting.name == "message_queue" for _, setting in _settings(reading)):
        yield from _made(reading, "flask_socketio.SocketIO")


def _made(reading: Reading, kind: str) -> Iterator[Sighting]:
    """Yield where an object is made, unless its settings come from somewhere that nobody can read."""
    for code in reading.code():
        for name, call in code.calls:
            if name == kind and all(keyword.arg for keyword in call.keywords):
                yield Sighting("", code.file, call.lineno)


def _settings(reading: Reading) -> Iterator[tuple[Code, Setting]]:
    for code in reading.code():
        for setting in code.settings:
            yield code, setting


def _bare(name: str) -> str:
    return name.strip("[].")


def _text(setting: Setting) -> str:
    value = setting.value
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else ""
