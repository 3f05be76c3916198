"""Stories: kept whole, read by whoever comes."""

from __future__ import annotations

import threading
from itertools import islice

from app.story import Story, server_sent_events


def texts(story: Story, after: int = 0) -> list[str]:
    """Return the texts after an event."""
    return [event.text for event in story.after(after, 0.0)]


def test_late_reader_gets_the_whole_story() -> None:
    """Nothing is lost by coming late."""
    story = Story()
    story.tell({"event": "start"})
    story.close({"event": "end"})
    stream = b"".join(server_sent_events(story, 0, 1.0)).decode()
    assert stream.split("\n\n") == [
        "retry: 1000",
        'id: 1\ndata: {"event": "start"}',
        'id: 2\ndata: {"event": "end"}',
        "",
    ]


def test_reader_that_was_cut_off_goes_on_where_it_was() -> None:
    """`after` is the last number that was seen."""
    story = Story()
    for number in range(3):
        story.tell({"number": number})
    assert texts(story, 2) == ['{"number": 2}']


def test_reader_waits_for_the_next_event() -> None:
    """An event wakes those who wait for it."""
    story = Story()
    heard: list[str] = []
    reader = threading.Thread(target=lambda: heard.extend(e.text for e in story.after(0, 10.0)))
    reader.start()
    story.tell({"event": "start"})
    reader.join(10.0)
    assert heard == ['{"event": "start"}']


def test_silence_is_filled_with_heartbeats() -> None:
    """Only by writing does the server learn that a page is gone."""
    stream = server_sent_events(Story(), 0, 0.01)
    assert list(islice(stream, 3))[1:] == [b": still here\n\n"] * 2


def test_nothing_follows_the_end() -> None:
    """What comes after the end is not told."""
    story = Story()
    story.close({"event": "end"})
    story.tell({"event": "late"})
    assert texts(story) == ['{"event": "end"}']


def test_line_breaks_and_lone_surrogates_do_not_break_the_stream() -> None:
    """Every event is one line of ASCII."""
    story = Story()
    story.close({"line": "a\nb\r\u2028\udcff"})
    stream = b"".join(server_sent_events(story, 0, 1.0))
    assert stream.count(b"\n") == 5
