"""A second start of an app that failed starts it anew; nobody else does."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from launcher.keeper import Keeper
from launcher.serving import single
from tests.support.asking import ask
from tests.support.waiting import until


class Kept:
    """A keeper, and what it was told."""

    def __init__(self, private: Path) -> None:
        self.knocks: list[Sequence[str] | None] = []
        self.keeper = Keeper(private, self.knocks.append)
        note = json.loads((private / single.RUNNING).read_text())
        self.port, self.token = note["port"], note["token"]


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    made = Kept(tmp_path)
    yield made
    made.keeper.close()


def test_second_start_is_heard_with_and_without_arguments(tmp_path: Path, kept: Kept) -> None:
    assert single.raise_first(tmp_path)
    assert single.raise_first(tmp_path, ["größe.txt", "x" * 60_000])
    until(lambda: kept.knocks == [None, ["größe.txt", "x" * 60_000]])


@pytest.mark.parametrize("authorization", [None, "", "Bearer ", "Bearer wrong", "Bearer \xe9"])
def test_nobody_else_is_heard(kept: Kept, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    assert ask(kept.port, single.RAISE, method="POST", headers=headers).status == 403
    assert kept.knocks == []


def test_nothing_else_is_answered(kept: Kept) -> None:
    headers = {"Authorization": f"Bearer {kept.token}"}
    assert ask(kept.port, "/", method="POST", headers=headers).status == 403
    assert ask(kept.port, single.RAISE, headers=headers).status == 403
    assert kept.knocks == []


@pytest.mark.parametrize("sent", [b"", b"\r\n\r\n", b"\xff\x00\r\n\r\n", b"x" * 300_000])
def test_rubbish_does_not_stop_it(tmp_path: Path, kept: Kept, sent: bytes) -> None:
    with socket.create_connection(("127.0.0.1", kept.port)) as caller:
        try:
            caller.sendall(sent)
            caller.shutdown(socket.SHUT_WR)
            while caller.recv(1024):
                pass
        except OSError:
            pass
    assert single.raise_first(tmp_path)


def test_keeper_that_was_dismissed_answers_no_more(tmp_path: Path, kept: Kept) -> None:
    kept.keeper.close()
    until(lambda: not single.raise_first(tmp_path))
