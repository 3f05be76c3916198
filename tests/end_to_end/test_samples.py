"""Every sample, packaged: it answers on a stranger's machine as it does on its author's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.end_to_end.builds import Built
from tests.end_to_end.frozen import Stranger, sealed
from tests.support.processes import with_descendants

pytestmark = pytest.mark.end_to_end

PAGES = {
    "single_file": {"/": "<h1>Notes</h1>", "/notes": "All notes", "/static/style.css": "{"},
    "package_factory": {
        "/": "3 shelves",
        "/books/": "Books",
        "/readers/": "Readers",
        "/static/style.css": "{",
        "/books/static/books.css": "{",
        "/readers/static/readers.css": "{",
    },
    "src_layout": {"/": "15:41", "/static/style.css": "{"},
    "hyphen-name": {"/": "made ready by the main block", "/static/style.css": "{"},
    "unguarded_run": {"/": "How many legs has a spider?", "/static/style.css": "{"},
    "plain_wsgi": {"/": "You asked for /", "/some/where": "You asked for /some/where"},
    "shadows": {"/": "build, launcher, waitress, webview", "/own": "launches a rocket"},
    "slow_import": {"/": "<h1>"},
}
# Ten seconds, four times in a build, would only prove patience.
SETTINGS = {"slow_import": 'env = { SLOW_SECONDS = "1" }\n'}


@pytest.mark.parametrize("sample", PAGES)
def test_a_sample_answers_read_only_to_another_user_with_an_empty_home(
    sample: str, copied: Callable[..., Path], stranger: Stranger
) -> None:
    program = copied(sample, SETTINGS.get(sample, ""))
    with sealed(program.parent):
        running = stranger.start(program)
        visitor = running.visit()
        for path, shown in PAGES[sample].items():
            answer = visitor.ask(path)
            assert (answer.status, shown in answer.text) == (200, True), (path, answer)
        assert running.stop() == 0
    assert running.stdout.count("\n") == 1, "only the entry URL goes to standard output"


def test_no_sample_is_left_out(samples: Path) -> None:
    broken = {
        "raises_at_import",
        "exits_at_import",
        "nothing",
        "several",
        "factory_with_arguments",
        "missing_distribution",
    }
    elsewhere = {"idioms"}  # tried in test_idioms.py
    assert {path.name for path in samples.iterdir()} == {*PAGES, *broken, *elsewhere}


def test_the_own_modules_of_a_project_are_its_own(copied: Callable[..., Path], stranger: Stranger) -> None:
    """`launcher`, `webview`, `build` and `waitress` are the project's, whatever the program is made of."""
    answer = stranger.start(copied("shadows")).visit().ask("/own")
    assert answer.text.count(":") == 4
    for said in ("launches a rocket", "serves tea", "looks at a spider web", "builds a raft"):
        assert said in answer.text


def test_the_program_listens_once_and_only_to_this_machine(
    copied: Callable[..., Path], stranger: Stranger
) -> None:
    running = stranger.start(copied("unguarded_run"))
    visitor = running.visit()
    listening = [
        connection.laddr
        for process in with_descendants(running.process.pid)
        for connection in process.net_connections("all")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert [(address.ip, address.port) for address in listening] == [("127.0.0.1", visitor.port)]


def test_a_program_without_an_entry_ticket_is_closed_to_others(
    copied: Callable[..., Path], stranger: Stranger
) -> None:
    from tests.support.asking import ask

    running = stranger.start(copied("single_file"))
    port = running.visit().port
    assert ask(port, "/").status == 403
    assert ask(port, "/", headers={"Host": f"localhost:{port}"}).status in (403, 421)


def test_the_build_leaves_nothing_but_what_it_hands_over(built: Built) -> None:
    program, done = built("single_file").program, built("single_file").last
    output = program.parent.parent
    handed_over = [*(artifact["path"] for artifact in done["artifacts"]), *done["reports"]]
    handed_over += [done["handout"], *done["sums"]]
    assert sorted(path.name for path in output.iterdir()) == sorted(Path(path).name for path in handed_over)
