"""Every setting of `[tool.launcher]`: what it may be, what it means, and how it is refused."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from launcher import names
from launcher.errors import ConfigError

FILE = "pyproject.toml"


@dataclass(frozen=True, slots=True)
class Key:
    """One setting: what is wanted, in words that a message can use, and what it means."""

    wanted: str
    meaning: str
    lowest: int = 0
    highest: int = 0
    choices: tuple[str, ...] = ()


TEXT, WHOLE, YES_NO = "a text", "a whole number", "true or false"
TEXTS, TABLE_OF_TEXTS, TABLE = "a list of texts", "a table of texts", "a table"
WEBVIEWS = ("auto", "qt", "gtk", "browser")
# What a page may ask the window for, where the project says so.
PERMISSIONS = ("camera", "microphone", "location", "notifications", "screen", "clipboard")
CALLS = ("choose-file", "choose-folder", "save-file", "full-screen", "minimize", "set-title")

KEYS: Mapping[str, Key] = {
    "app": Key(TEXT, "the app, as Flask writes it: module:attr, module:factory() or a file"),
    "name": Key(TEXT, "what people read under the icon"),
    "identifier": Key(TEXT, "reverse-DNS name that never changes, such as org.example.quiz"),
    "version": Key(TEXT, "version of the program"),
    "icon": Key(TEXT, "an SVG or PNG in the project"),
    "publisher": Key(TEXT, "who answers for the program"),
    "webview": Key(TEXT, "which window to use", choices=WEBVIEWS),
    "args": Key(TEXTS, "command-line arguments that the app finds in sys.argv"),
    "env": Key(TABLE_OF_TEXTS, "environment variables that the app finds set"),
    "share": Key(YES_NO, "whether friends in the same network may be let in"),
    "documents": Key(TABLE_OF_TEXTS, "endings of files that open with it, and what people call them"),
    "window.width": Key(WHOLE, "width of the window at the first start", 200, 10_000),
    "window.height": Key(WHOLE, "height of the window at the first start", 150, 10_000),
    "window.resizable": Key(YES_NO, "whether the window's size can be changed"),
    "window.permissions": Key(TEXTS, "what pages may ask the user for", choices=PERMISSIONS),
    "window.calls": Key(TEXTS, "what pages may do by window.launcher.call", choices=CALLS),
    "server.threads": Key(WHOLE, "requests answered at the same time", 1, 1024),
    "server.max-body": Key(WHOLE, "largest request body, in bytes", 1, 2**50),
    "server.public": Key(TEXTS, "patterns of paths that every page on this machine may read and frame"),
    "server.callbacks": Key(TEXTS, "paths that a sign-in elsewhere leads back to"),
    "server.owner": Key(TEXTS, "patterns of paths that guests may not ask for"),
    "server.scripts": Key(YES_NO, "whether scripts of the same user may ask, with the token in running.json"),
    "files.include": Key(TEXTS, "patterns of files that travel although git ignores them"),
    "files.exclude": Key(TEXTS, "patterns of files that stay behind"),
    "files.keep": Key(TEXTS, "patterns of data copied once to the user and never overwritten"),
    "files.unneeded": Key(TEXTS, "distributions that stay behind unless they are declared or seen in use"),
    "sign.windows.command": Key(TEXT, "command that signs one file, with {file} in the place of its path"),
    "sign.windows.certificate": Key(TEXT, "certificate to sign with: a PFX file, or a PEM file with a key"),
    "sign.windows.key": Key(TEXT, "key of a certificate in PEM"),
    "sign.windows.password-env": Key(TEXT, "environment variable that holds the password of the key"),
    "sign.windows.timestamp": Key(TEXT, "address of the authority that attests the time of signing"),
    "sign.macos.identity": Key(TEXT, "Developer ID to sign with, as the keychain names it"),
    "sign.macos.notary-profile": Key(TEXT, "profile that notarytool keeps in the keychain"),
    "sign.macos.entitlements": Key(TEXT, "property list of what the program may do"),
    "sign.sums.key": Key(TEXT, "GnuPG key that signs SHA256SUMS"),
    "files.in-place": Key(YES_NO, "run the app where it lies in the program, not in a copy for each user"),
}

# Every table that has settings in it: window, and sign as well as sign.windows.
TABLES = frozenset(
    ".".join(parts[:depth])
    for parts in (key.split(".") for key in KEYS)
    for depth in range(1, len(parts))
)
PATHS = ("server.public", "server.callbacks", "server.owner")
_ENDING = re.compile(r"\.[a-z0-9_+-]{1,30}")
# What a setting must look like beyond its kind, and how that is said.
_FORMS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "env": (lambda value: all(name and "=" not in name for name in value), "names without ="),
    "documents": (
        lambda value: all(_ENDING.fullmatch(ending) for ending in value),
        "endings with their dot, in small letters, such as .quiz",
    ),
    "sign.windows.command": (lambda value: "{file}" in value, "a command with {file} in it"),
}
_NAMES = {
    "name": names.check_name,
    "identifier": names.check_identifier,
    "version": names.check_version,
}


def flatten(settings: Any) -> dict[str, Any]:
    """Return the table with dotted keys, after every key and value has been checked."""
    if not isinstance(settings, dict):
        raise _wrong("[tool.launcher]", settings, TABLE)
    flat = dict(_flattened(settings, ""))
    for key, value in flat.items():
        _check(key, value)
    return flat


def _flattened(settings: Mapping[str, Any], above: str) -> Iterator[tuple[str, Any]]:
    for name, value in settings.items():
        key = f"{above}{name}"
        if key not in TABLES:
            yield _known(key, [*KEYS, *TABLES]), value
        elif not isinstance(value, dict):
            raise _wrong(key, value, TABLE)
        else:
            yield from _flattened(value, f"{key}.")


def _known(key: str, known: Collection[str]) -> str:
    if key in KEYS:
        return key
    near = difflib.get_close_matches(key.lower().replace("_", "-"), list(known), 1, 0.5)
    suggestion = f"Did you mean {near[0]}? " if near else ""
    raise ConfigError(
        f"{FILE}: [tool.launcher] has no setting called {key}.",
        f"{suggestion}It knows {', '.join(sorted(KEYS))}.",
    )


def _check(key: str, value: Any) -> None:
    rule = KEYS[key]
    if not _fits(value, rule.wanted):
        raise _wrong(key, value, rule.wanted)
    if rule.wanted == WHOLE and not rule.lowest <= value <= rule.highest:
        raise _wrong(key, value, f"{rule.wanted} from {rule.lowest} to {rule.highest}")
    chosen = value if rule.wanted == TEXTS else [value]
    if rule.choices and not set(chosen) <= set(rule.choices):
        wanted = f"{rule.wanted} out of" if rule.wanted == TEXTS else "one of"
        raise _wrong(key, value, f"{wanted} {', '.join(rule.choices)}")
    if any("\0" in text for text in _texts_in(value)) or value == "":
        raise _wrong(key, value, f"{rule.wanted} that is not empty and has no NUL in it")
    if key.startswith("files.") and rule.wanted == TEXTS:
        check_patterns(f"{FILE}: {key}", value)
    if key in PATHS and any(not path.startswith("/") or path.startswith("//") for path in value):
        raise _wrong(key, value, "paths of the app, each with a slash at its beginning")
    if key in _FORMS and not _FORMS[key][0](value):
        raise _wrong(key, value, _FORMS[key][1])
    if key in _NAMES:
        _NAMES[key](value)


def _fits(value: Any, wanted: str) -> bool:
    if wanted == WHOLE:
        return isinstance(value, int) and not isinstance(value, bool)
    if wanted == TEXTS:
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    if wanted == TABLE_OF_TEXTS:
        return isinstance(value, dict) and all(isinstance(item, str) for item in value.values())
    return isinstance(value, {TEXT: str, YES_NO: bool, TABLE: dict}[wanted])


def _texts_in(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.items() for part in item for text in _texts_in(part)]
    if isinstance(value, list):
        return [text for item in value for text in _texts_in(item)]
    return [value] if isinstance(value, str) else []


def check_patterns(where: str, patterns: Iterable[str]) -> None:
    """Refuse patterns of files that do not stay inside the project; `where` says who asked for them."""
    for pattern in patterns:
        parts = pattern.replace("\\", "/").split("/")
        if not pattern or parts[0] == "" or ":" in parts[0] or ".." in parts:
            raise ConfigError(
                f"{where} is the text {_shown(pattern)}.",
                "It has to be patterns relative to the project that stay inside it.",
            )


def _wrong(key: str, value: Any, wanted: str) -> ConfigError:
    kinds = {str: "text", bool: "truth value", int: "number", float: "number", list: "list"}
    got = kinds.get(type(value), "table" if isinstance(value, dict) else "date")
    return ConfigError(f"{FILE}: {key} is the {got} {_shown(value)}.", f"It has to be {wanted}.")


def _shown(value: Any) -> str:
    return repr(value) if len(repr(value)) <= 60 else repr(value)[:60] + "…"
