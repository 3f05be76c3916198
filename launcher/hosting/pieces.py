"""Bodies in pieces: of a request, never more than is allowed is read; of an answer, it is counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any


class Limited:
    """A body of unknown length, of which no more is read than the app may be given."""

    def __init__(self, body: Any, most: int) -> None:
        self._body = body
        self._left = most
        self.is_exceeded = False

    def read(self, size: int | None = -1) -> bytes:
        """Read as much as is wanted; raises OSError when it becomes too much."""
        return self._counted(self._body.read(self._wanted(size)))

    def readline(self, size: int | None = -1) -> bytes:
        """Read a line."""
        return self._counted(self._body.readline(self._wanted(size)))

    def readlines(self, hint: int | None = -1) -> list[bytes]:
        """Read all lines."""
        return list(self)

    def __iter__(self) -> Iterator[bytes]:
        while line := self.readline():
            yield line

    def _wanted(self, size: int | None) -> int:
        return self._left + 1 if size is None or size < 0 else min(size, self._left + 1)

    def _counted(self, data: bytes) -> bytes:
        self._left -= len(data)
        if self._left < 0:
            self.is_exceeded = True
            raise OSError("the body is larger than this server takes")
        return data


class Counted:
    """An answer in pieces, whose bytes are counted; `ended` is told the sum."""

    def __init__(self, result: Iterable[bytes], ended: Callable[[int], None]) -> None:
        self._result, self._ended = result, ended
        self._pieces = iter(result)
        self._size = 0

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        piece = next(self._pieces)
        self._size += len(piece)
        return piece

    def close(self) -> None:
        """Close what the app gave, and tell how much it was."""
        try:
            close = getattr(self._result, "close", None)
            if close is not None:
                close()
        finally:
            self._ended(self._size)
