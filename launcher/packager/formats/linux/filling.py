"""Filling in the recipes of build/linux: a value gets into one through a filter, or not at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import jinja2

from launcher import names
from launcher.packager import escaping
from launcher.packager.escaping import Escaped
from launcher.packager.recipes import environment_of


def line(value: str) -> Escaped:
    """Write a text as the rest of a line, for readers that know no escaping."""
    return Escaped(" ".join(names.visible(value).split()))


def desktop(value: str) -> Escaped:
    """Write a text as the value of a key in a desktop entry."""
    return Escaped(line(value).replace("\\", "\\\\"))


def plain_path(value: str) -> Escaped:
    """Write an absolute path of bare names."""
    return Escaped("/" + escaping.bare_path(value.removeprefix("/")))


def media_type(value: str) -> Escaped:
    """Write a media type such as application/x-quiz."""
    return _held(value, r"[a-z]+/[A-Za-z0-9][A-Za-z0-9.+_-]*", "media type")


def ending(value: str) -> Escaped:
    """Write the ending of a file's name, with its dot."""
    return _held(value, r"\.[a-z0-9_+-]+", "ending")


def version(value: str) -> Escaped:
    """Write the version of a package, as `numbers` has made it."""
    return _held(value, r"(\d+:)?\d[A-Za-z0-9.+~]*", "version of a package")


def relations(value: Sequence[str]) -> Escaped:
    """Write the packages that another one needs, as Debian does."""
    one = r"[a-z0-9][a-z0-9+.-]+( \(>= [0-9.]+\))?"
    return Escaped(", ".join(_held(each, rf"{one}( \| {one})*", "relation") for each in value))


def rpm(value: str) -> Escaped:
    """Write a text in a recipe of RPM, where a percent sign begins a macro."""
    return Escaped(line(value).replace("%", "%%"))


def requirement(value: str) -> Escaped:
    """Write what a package of RPM requires: a package, or a library with its version and width."""
    return _held(value, r"[A-Za-z0-9][A-Za-z0-9+._-]*(\([A-Za-z0-9_.]*\))*", "requirement")


def _held(value: str, form: str, what: str) -> Escaped:
    if not re.fullmatch(form, value):
        raise TypeError(f"{value!r} is no {what}")
    return Escaped(value)


_KNOWN = (escaping.bare, escaping.bare_path, escaping.comment, escaping.html, escaping.number, escaping.shell)
_OWN = (line, desktop, plain_path, ending, version, relations, rpm, requirement)
FILTERS: dict[str, Callable[..., Escaped]] = {
    **{one.__name__: one for one in _KNOWN},
    **{one.__name__: one for one in _OWN},
    "type": media_type,
}


def fill(recipe: str, values: dict[str, Any]) -> bytes:
    """Fill in one recipe."""
    return _environment().get_template(recipe).render(values).encode("utf-8")


@cache
def _environment() -> jinja2.Environment:
    return environment_of("linux", FILTERS)
