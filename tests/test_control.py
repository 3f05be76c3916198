"""What program and backend tell each other survives threads, ends, and the user's own printing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import BinaryIO

import pytest

from launcher.control import Channel, Message, Order, order_of

Ends = tuple[Channel, Channel, BinaryIO]


@pytest.fixture
def ends() -> Iterator[Ends]:
    """A channel that sends, one that reads what it sent, and the pipe's writing end."""
    reading, writing = os.pipe()
    with open(os.devnull, "rb") as nothing, open(os.devnull, "wb") as nowhere:
        incoming, outgoing = open(reading, "rb"), open(writing, "wb")  # noqa: SIM115
        with incoming:
            yield Channel(nothing, outgoing), Channel(incoming, nowhere), outgoing
            if not outgoing.closed:
                outgoing.close()


def test_order_arrives_as_it_was_given() -> None:
    share = {"hours": 2}
    order = Order("/m", "/röot \n", "/data", ("/a", "/b"), True, 20000, 8, ("--x", ""), share, "/i.png")
    assert order_of(json.loads(json.dumps(order.to_message()))) == order
    plain = Order("/m.json", "/root", "/data")
    assert order_of(json.loads(json.dumps(plain.to_message()))) == plain


def test_path_that_is_not_unicode_arrives() -> None:
    order = Order("/m.json", os.fsdecode(b"/caf\xe9"), "/data")
    assert order_of(json.loads(json.dumps(order.to_message()))) == order


def test_messages_arrive_in_order_until_the_end(ends: Ends) -> None:
    sender, reader, outgoing = ends
    sent: list[Message] = [{"event": "a"}, {"event": "b", "text": "two\nlines \u2028 ü"}]
    for message in sent:
        sender.send(message)
    outgoing.close()
    assert list(reader.messages()) == sent


def test_messages_of_many_threads_stay_whole(ends: Ends) -> None:
    sender, reader, outgoing = ends
    found: list[Message] = []
    over = threading.Event()
    reader.follow(found.append, over.set)

    def send(number: int) -> None:
        for step in range(50):
            sender.send({"from": number, "step": step, "filling": "x" * 3000})

    threads = [threading.Thread(target=send, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    outgoing.close()
    assert over.wait(30)
    for number in range(6):
        assert [message["step"] for message in found if message["from"] == number] == list(range(50))


def test_sending_to_nobody_is_no_error(ends: Ends) -> None:
    sender, _, outgoing = ends
    outgoing.close()
    sender.send({"event": "lost"})


def test_end_of_the_other_is_told_once(ends: Ends) -> None:
    _, reader, outgoing = ends
    ended: list[str] = []
    thread = reader.follow(lambda message: None, lambda: ended.append("once"))
    outgoing.close()
    thread.join(30)
    assert ended == ["once"]


def test_garbage_on_the_pipe_is_the_end_of_the_other(ends: Ends) -> None:
    _, reader, outgoing = ends
    outgoing.write(b'{"event": "a"}\nnot json\n{"event": "b"}\n')
    outgoing.close()
    assert list(reader.messages()) == [{"event": "a"}]


CHILD = """
import os, subprocess, sys
from launcher.control import claim_standard_pipes
channel = claim_standard_pipes()
print("printed \\udcff")
sys.__stdout__.write("old stdout\\n")
os.write(1, b"descriptor\\n")
subprocess.run([sys.executable, "-c", "print('grandchild'); import sys; assert sys.stdin.read() == ''"])
assert sys.stdin.read() == "" and os.read(0, 1) == b""
print("half a line", end="")
channel.send(next(channel.messages()))
"""


def test_what_the_user_s_code_prints_never_gets_between_the_messages() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CHILD],
        input=b'{"command": "echo"}\n{"command": "next"}\n',
        capture_output=True,
        timeout=60,
        check=True,
    )
    assert done.stdout == b'{"command": "echo"}\n'
    lines = done.stderr.decode().splitlines()
    assert lines == ["printed ?", "old stdout", "descriptor", "grandchild", "half a line"]
