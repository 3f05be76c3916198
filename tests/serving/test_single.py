"""One copy per user: a lock that cannot go stale, and a door that the second start knocks at."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from launcher import host
from launcher.serving import door as doors
from launcher.serving import single
from launcher.serving.guard import Guard
from launcher.serving.policy import Policy
from tests.support.asking import ask
from tests.support.serving import CountingApp, Guarded, listening, serving

HOLDER = """
import sys
from pathlib import Path
from launcher.serving.single import Lock
lock = Lock(Path(sys.argv[1]))
print(lock.acquire(), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that has the lock."""
    command = [sys.executable, "-c", HOLDER, str(tmp_path / "lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "True\n"
        yield process
        process.kill()


def test_lock_of_another_process_is_respected(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    assert not single.Lock(tmp_path / "lock").acquire()


def test_lock_of_a_killed_process_is_free(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.wait()
    lock = single.Lock(tmp_path / "lock")
    assert lock.acquire()
    lock.release()


def test_lock_that_was_given_back_is_free(tmp_path: Path) -> None:
    first, second = single.Lock(tmp_path / "lock"), single.Lock(tmp_path / "lock")
    assert first.acquire()
    assert not second.acquire()
    first.release()
    first.release()
    assert second.acquire()
    second.release()


class Door:
    """A guarded server with the door, and how often somebody knocked rightly."""

    def __init__(self, guarded: Guarded) -> None:
        self.port = guarded.port
        self.token = guarded.policy.token
        self.secret = guarded.policy.secret
        self.raised = 0
        self.reopened: list[list[str]] = []
        door = doors.raise_door(self._hear)
        self.guard = Guard(guarded.app, guarded.policy, pages={single.RAISE: door})

    def _hear(self, event: dict[str, Any]) -> None:
        if event["event"] == "raise":
            self.raised += 1
        else:
            self.reopened.append(event["arguments"])


@pytest.fixture
def door() -> Iterator[Door]:
    with listening() as bound:
        guarded = Guarded(bound)
        made = Door(guarded)
        with serving(made.guard, bound, guarded.policy.judge):
            yield made


def test_second_start_raises_the_first(tmp_path: Path, door: Door) -> None:
    single.announce(tmp_path, door.port, door.token)
    assert single.raise_first(tmp_path)
    assert single.raise_first(tmp_path)
    assert door.raised == 2


def test_second_start_hands_over_its_arguments_of_any_name(tmp_path: Path, door: Door) -> None:
    arguments = ["--blue", "/home/ann/größe 用户.txt", "/tmp/not-\udce9-utf-8", 'a "b" \\c\n']
    single.announce(tmp_path, door.port, door.token)
    assert single.raise_first(tmp_path, arguments)
    assert single.raise_first(tmp_path, [])
    assert door.reopened == [arguments, []]
    assert door.raised == 0


def test_arguments_without_bounds_are_not_handed_over(tmp_path: Path, door: Door) -> None:
    single.announce(tmp_path, door.port, door.token)
    assert not single.raise_first(tmp_path, ["x" * doors.LARGEST])
    assert door.reopened == []


@pytest.mark.parametrize(
    "body",
    ["{", "[]", "1", "null", "{}", '{"arguments": "x"}', '{"arguments": [1]}', '{"arguments": ["\\u0000"]}'],
)
def test_anything_but_arguments_is_refused(door: Door, body: str) -> None:
    headers = {"Authorization": f"Bearer {door.token}"}
    assert ask(door.port, single.RAISE, method="POST", headers=headers, body=body.encode()).status == 400
    assert (door.reopened, door.raised) == ([], 0)


def test_arguments_are_handed_over_with_the_token_alone(door: Door) -> None:
    for headers in ({}, {"Authorization": "Bearer wrong"}):
        found = ask(door.port, single.RAISE, method="POST", headers=headers, body=b'{"arguments": ["x"]}')
        assert found.status == 403
    assert door.reopened == []


@pytest.mark.parametrize("token", [None, "", "Bearer ", "Bearer wrong", "Basic x", "Bearer \xe9"])
def test_door_opens_to_its_token_alone(door: Door, token: str | None) -> None:
    headers = {} if token is None else {"Authorization": token}
    assert ask(door.port, single.RAISE, method="POST", headers=headers).status == 403
    assert door.raised == 0


def test_door_is_for_post_and_the_right_host(door: Door) -> None:
    headers = {"Authorization": f"Bearer {door.token}"}
    assert ask(door.port, single.RAISE, headers=headers).status == 403
    other = {**headers, "Host": "evil.example"}
    assert ask(door.port, single.RAISE, method="POST", headers=other).status == 421
    assert door.raised == 0


@pytest.mark.parametrize(
    "left",
    [
        None,
        "",
        "{",
        "[]",
        "{}",
        '{"port": null, "token": 1}',
        '{"port": "x", "token": "y"}',
        "\xff",
    ],
)
def test_spoilt_note_raises_nobody(tmp_path: Path, left: str | None) -> None:
    if left is not None:
        (tmp_path / single.RUNNING).write_text(left, encoding="latin-1")
    assert not single.raise_first(tmp_path)


def test_note_of_a_copy_that_was_killed_raises_nobody(tmp_path: Path) -> None:
    with listening() as bound:
        port = bound.getsockname()[1]
    single.announce(tmp_path, port, "token")
    assert not single.raise_first(tmp_path)


def test_other_program_at_the_old_port_is_not_taken_for_the_first(tmp_path: Path) -> None:
    with listening() as bound, serving(CountingApp(), bound):
        single.announce(tmp_path, bound.getsockname()[1], "token")
        assert not single.raise_first(tmp_path)


def test_silent_program_at_the_old_port_does_not_hold_up_the_start(tmp_path: Path) -> None:
    with listening() as bound:
        single.announce(tmp_path, bound.getsockname()[1], "token")
        assert not single.raise_first(tmp_path, timeout=0.1)


@pytest.mark.skipif(host.WINDOWS, reason="Windows has no mode bits")
def test_note_is_for_this_user_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        single.announce(tmp_path, 20000, "token")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / single.RUNNING).stat().st_mode) == 0o600


def test_note_is_replaced_and_taken_back(tmp_path: Path) -> None:
    (tmp_path / f"{single.RUNNING}.part").write_text("of a start that was killed")
    single.announce(tmp_path, 20000, "first")
    single.announce(tmp_path, 20001, "second")
    assert json.loads((tmp_path / single.RUNNING).read_text()) == {"port": 20001, "token": "second"}
    single.withdraw(tmp_path)
    single.withdraw(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_door_token_is_not_the_session(door: Door) -> None:
    """Whoever may raise the window may not read the app."""
    headers = {"Authorization": f"Bearer {door.token}"}
    assert ask(door.port, "/", headers=headers).status == 403
    assert Policy.for_port(door.port).cookie_name not in door.token
