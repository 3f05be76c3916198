"""What a program is started with: documents by their paths, however the desktop or a person names them.

The app runs in its home, not where it was called from; a name that means a file there must still mean it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from urllib.parse import unquote, urlsplit

from launcher import host

FINDER = "-psn_"  # macOS numbers its processes in an argument, which is for no app


def arguments_of(words: Iterable[str], folder: str | None = None) -> tuple[str, ...]:
    """Return arguments as the app is to find them: files of `folder`, else the current one, by full paths.

    A file:// address becomes the path that it means. Whatever names no file stays as it is.
    """
    if folder is None:
        folder = ""
        with suppress(OSError):  # it was removed
            folder = os.getcwd()
    return tuple(_path(word, folder) for word in words if not word.startswith(FINDER))


def documents_in(arguments: Iterable[str]) -> list[str]:
    """List those arguments that are documents."""
    return [word for word in arguments if os.path.isabs(word) and os.path.exists(word)]


def _path(word: str, folder: str) -> str:
    if word.lower().startswith("file:"):
        return _of_address(word) or word
    if not word or not folder or os.path.isabs(word):
        return word
    place = os.path.join(folder, word)
    with suppress(ValueError):  # no name of a file
        return os.path.normpath(place) if os.path.exists(place) else word
    return word


def _of_address(word: str) -> str:
    parts = urlsplit(word)
    if parts.netloc.lower() not in ("", "localhost"):
        return ""
    # All after the scheme: a desktop may forget to write a # or a ? in a name as %23 and %3F.
    path = unquote(word.partition(":")[2], errors="surrogateescape")
    path = path.removeprefix("//").removeprefix(parts.netloc)
    if host.WINDOWS:
        path = path.lstrip("/").replace("/", "\\")
    return path if os.path.isabs(path) else ""
