"""The end of listening: who has come is let in, and nobody comes any more."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest

from launcher import host
from launcher.hosting import closing

pytestmark = pytest.mark.skipif(not host.LINUX, reason="elsewhere nobody can be kept from coming")


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6, socket.AF_UNIX])
def test_who_waits_is_let_in_and_nobody_else_comes(family: socket.AddressFamily, tmp_path: Path) -> None:
    places = {socket.AF_INET: ("127.0.0.1", 0), socket.AF_INET6: ("::1", 0)}
    path = tmp_path / "s"
    with socket.socket(family) as bound, socket.socket(family) as early, socket.socket(family) as late:
        bound.bind(places.get(family, str(path)))
        bound.listen()
        early.connect(bound.getsockname())
        early.sendall(b"a form")
        closer = threading.Thread(target=closing.let_in, args=(bound, lambda: path.unlink(missing_ok=True)))
        closer.start()
        closer.join(0.2)
        assert closer.is_alive(), "somebody waits"
        late.settimeout(0.2)
        name = bound.getsockname()
        accepted, _ = bound.accept()
        closer.join(10)
        assert not closer.is_alive()
        with accepted, pytest.raises((TimeoutError, FileNotFoundError)):
            assert accepted.recv(100) == b"a form"
            late.connect(name)


def test_who_is_not_taken_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closing, "PATIENCE", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as bound, socket.create_connection(bound.getsockname()):
        closing.let_in(bound, lambda: None)
