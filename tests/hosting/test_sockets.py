"""Sockets: bound once, closed to strangers, and never taken from somebody else."""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path

import pytest

from launcher.errors import RuntimeFailure
from launcher.hosting import sockets
from launcher.hosting.places import Place, place


def test_address_is_bound_and_told() -> None:
    with sockets.bind(place("127.0.0.1:0")) as bound:
        text = sockets.text_of(bound)
        assert text == f"127.0.0.1:{bound.getsockname()[1]}"
        with pytest.raises(OSError):
            socket.create_connection(bound.getsockname()[:2], timeout=5)
        bound.listen()
        with pytest.raises(RuntimeFailure, match="cannot be listened at"):
            sockets.bind(place(text))


def test_socket_that_was_left_behind_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "s"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
    with sockets.bind(Place(path=str(path))) as bound:
        assert stat.S_IMODE(path.stat().st_mode) == 0o660
        remove = sockets.remover(bound)
        bound.listen()
        with pytest.raises(RuntimeFailure, match="another server"):
            sockets.bind(Place(path=str(path)))
        remove()
        assert not path.exists()


def test_file_of_another_kind_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "s"
    path.write_text("mine", encoding="ascii")
    with pytest.raises(RuntimeFailure, match="no socket"):
        sockets.bind(Place(path=str(path)))
    assert path.read_text(encoding="ascii") == "mine"


def test_socket_of_the_next_server_is_not_removed(tmp_path: Path) -> None:
    path = tmp_path / "s"
    with sockets.bind(Place(path=str(path))) as bound:
        remove = sockets.remover(bound)
        os.rename(path, tmp_path / "kept")
        path.touch()
        remove()
        assert path.exists()
