"""The ways in which people write small apps, each packaged from nothing but its folder, and used.

What a user would see is looked at: pages, what was written, that it is there after a restart and after
an update.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tests.corpus.environments import python_of
from tests.end_to_end import idioms
from tests.end_to_end.builds import Build, Builder, assert_failed_in_order
from tests.end_to_end.frozen import Stranger
from tests.end_to_end.idioms import SAMPLES, Project
from tests.support.waiting import until

pytestmark = pytest.mark.end_to_end

Make = Callable[..., Project]


@pytest.fixture(scope="session")
def small(cache: Path) -> Path:
    """One environment for all samples but the heavy ones."""
    return idioms.environment("idioms", cache)


@pytest.fixture(scope="session")
def heavy(cache: Path) -> Path:
    """One environment for the heavy samples."""
    return idioms.environment("idioms-heavy", cache)


@pytest.fixture
def make(small: Path, place: Path, builder: Builder, stranger: Stranger) -> Make:
    """Return a function that puts a sample where its author has it."""

    def put(sample: str, settings: str = "", environment: Path = small) -> Project:
        return idioms.project(sample, place, environment, builder, stranger, settings)

    return put


def runs(project: Project, *words: str) -> None:
    """Run a command of the project's environment in its folder, as the author did once."""
    command = [str(python_of(project.environment)), *words]
    subprocess.run(command, cwd=project.folder, check=True, capture_output=True)


def warnings(build: Build) -> list[str]:
    return [event["title"] for event in build.events if event["event"] == "warning"]


def picture() -> bytes:
    file = BytesIO()
    Image.new("RGB", (640, 480), "teal").save(file, "PNG")
    return file.getvalue()


# --- what is kept


def test_diary_keeps_its_database_its_log_and_its_uploads_beside_its_code(make: Make) -> None:
    project = make("diary")
    first = project.build()
    with project.used(first) as friend:
        friend.sees("/static/style.css", "serif")
        answer = friend.uploads("/add", {"text": "Snow today"}, "picture", "snow.png", picture())
        assert answer.status == 200 and b"uploads/small_snow.png" in answer.body
        whole = friend.ask("/static/uploads/snow.png")
        assert whole.body == picture()
        small = Image.open(BytesIO(friend.ask("/static/uploads/small_snow.png").body))
        assert small.size == (64, 48)
    with project.used(first) as friend:
        friend.sends("/add", {"text": "Thaw"}, "Snow today")
    with project.used(project.build("2.0", "--no-verify")) as friend:
        assert "Thaw" in friend.sees("/", "Snow today")
        assert friend.ask("/static/uploads/snow.png").body == picture()
    log = project.found("diary.log").read_text(encoding="utf-8")
    assert "wrote down Snow today" in log and "wrote down Thaw" in log


def test_members_stay_logged_in_though_the_key_is_random_and_the_cookie_secure(make: Make) -> None:
    """The tables are made in the main block alone; the database is a relative address of SQLAlchemy's."""
    project = make("members")
    first = project.build()
    with project.used(first) as friend:
        friend.sees("/", "Come in")
        friend.sends("/login", {"name": "Aino", "password": "sauna"}, "Hello, Aino", token=True)
        assert friend.ask("/login", body=b"name=x&password=y").status == 400, "CSRF is checked"
    with project.used(first) as friend:
        friend.sees("/", "Hello, Aino")
    with project.used(project.build("2.0", "--no-verify")) as friend:
        friend.sees("/", "Hello, Aino")
        friend.sends("/login", {"name": "Onni", "password": "lake"}, "Hello, Onni", token=True)
        friend.sees("/", "<li>Aino</li><li>Onni</li>")


def test_pantry_starts_with_the_author_s_database_and_goes_on_with_the_friend_s(make: Make) -> None:
    """A bare name for sqlite3, a file in the instance folder, and messages without any secret key."""
    project = make("pantry")
    runs(project, "make_database.py")
    first = project.build()
    with project.used(first) as friend:
        friend.sees("/", "<tr><td>lentils</td><td>2</td></tr><tr><td>rice</td><td>3</td></tr>")
        friend.sends("/add", {"name": "beans", "amount": "7"}, "beans is in the pantry")
        friend.sends("/want", {"name": "salt"}, "buy salt")
    with project.used(first) as friend:
        friend.sees("/", "<td>beans</td><td>7</td>")
    (project.folder / "pantry.db").unlink()
    runs(project, "make_database.py")
    with project.used(project.build("2.0", "--no-verify")) as friend:
        shown = friend.sees("/", "buy salt")
        assert "<td>beans</td><td>7</td>" in shown and shown.count("rice") == 1


def test_ledger_migrates_at_its_start_and_keeps_its_rows_in_the_next_version(make: Make) -> None:
    project = make("ledger")
    first = project.build()
    with project.used(first) as friend:
        friend.sends("/", {"what": "Bread", "cents": "320"}, "Bread: 320 cents<")
    project.overlay("ledger-2")
    second = project.build("2.0")
    with project.used(second) as friend:
        friend.sees("/", "Bread: 320 cents by somebody")
        friend.sends("/", {"what": "Milk", "cents": "150", "payer": "Aino"}, "Milk: 150 cents by Aino")
    with project.used(second) as friend:
        friend.sees("/", "Milk: 150 cents by Aino")


def test_todo_list_of_bottle_keeps_its_tasks(make: Make) -> None:
    project = make("todo")
    first = project.build()
    with project.used(first) as friend:
        friend.sees("/static/style.css", "square")
        friend.sends("/new", {"task": "Käse kaufen"}, "Käse kaufen")
    with project.used(first) as friend:
        friend.sees("/", "Käse kaufen")


def test_finance_of_the_course_keeps_its_files_of_sessions_and_its_database(make: Make) -> None:
    project = make("finance")
    made = "import sqlite3; sqlite3.connect('finance.db').executescript(open('finance.sql').read())"
    runs(project, "-c", made)
    first = project.build()
    with project.used(first) as friend:
        friend.sees("/", "Log In")
        friend.sends("/register", {"username": "aino", "password": "sauna"}, "<table>")
        friend.sends("/buy", {"symbol": "NOK", "price": "1234.5"}, "<td>NOK</td><td>$1,234.50</td>")
    with project.used(first) as friend:
        friend.sees("/", "$1,234.50")
        friend.sends("/login", {"username": "aino", "password": "sauna"}, "$1,234.50")


# --- how the code is found


def test_school_finds_its_settings_its_plugins_and_its_own_app_config_and_admin(make: Make) -> None:
    project = make("school")
    with project.used(project.build()) as friend:
        shown = friend.sees("/", "Riverside: We try")
        for text in ("412 pupils", "Chess in room 4", "Choir in the hall"):
            assert text in shown
        friend.sees("/maths/", "Monday")
        friend.sees("/music/", "Friday")
        friend.sees("/admin/", "Nobody was late")


def test_catalogue_finds_the_driver_that_only_the_address_of_its_database_names(make: Make) -> None:
    """Nobody imports it, and no page that a rehearsal opens needs it; it is in requirements.txt."""
    project = make("catalogue")
    build = project.build()
    with project.used(build) as friend:
        friend.sees("/", "Ask for a shelf")
        friend.sees("/shelf/3", "pymysql: Can't connect to MySQL server on '127.0.0.1'")
    imported = "".join(path.read_text("utf-8") for path in (SAMPLES / "catalogue").glob("*.py"))
    assert "import pymysql" not in imported


def test_phrases_differ_by_language_and_the_source_can_be_read(make: Make) -> None:
    project = make("phrases")
    runs(project, "-m", "babel.messages.frontend", "compile", "-d", "translations")
    with project.used(project.build()) as friend:
        english = friend.sees("/", "<h1>Good morning</h1>", headers={"Accept-Language": "en"})
        assert "July 20, 1969" in english and "1969-07-20 22:17:00+02:00" in english
        german = friend.sees("/", "<h1>Guten Morgen</h1>", headers={"Accept-Language": "de"})
        assert "20. Juli 1969" in german and "<title>Redewendungen" in german
        friend.sees("/letter", "Dear Aino")
        friend.sees("/source", 'letters.get_template("letter.txt")')


def test_viewer_gets_its_document_and_its_settings_from_the_table_and_no_dotenv_travels(make: Make) -> None:
    settings = 'args = ["poem.txt"]\nenv = { VIEWER_TITLE = "A poem" }\n'
    project = make("viewer", settings)
    (project.folder / ".env").write_text("VIEWER_TITLE=Drafts\nPASSWORD=hush\n", encoding="utf-8")
    build = project.build()
    assert ".env stays behind" in warnings(build)
    assert not [path for path in build.program.parent.rglob(".env*")]
    with project.used(build) as friend:
        friend.sees("/", "<h1>A poem</h1>\n<pre>Grün ist die Wiese")
    with project.used(build, env={"VIEWER_TITLE": "Mine"}) as friend:
        friend.sees("/", "<h1>Mine</h1>")


def test_viewer_without_its_argument_is_told_what_it_lacks(make: Make) -> None:
    project = make("viewer", 'env = { VIEWER_TITLE = "A poem" }\n')
    build = project.build()
    assert_failed_in_order(build, project.output, 3)
    assert "document = sys.argv[1]" in build.error["message"]


# --- what goes on beside the pages


def test_station_streams_to_many_and_measures_once_a_second(make: Make) -> None:
    """With threads that nobody ends, and a task that would take ten minutes when it is closed."""
    project = make("station")
    build = project.build()
    for start in (1, 2):
        with project.used(build) as friend, ExitStack() as streams:
            open_ones = [streams.enter_context(friend.listens("/events")) for _ in range(8)]
            assert [stream.readline() for stream in open_ones] == [b"data: 1\n"] * 8
            friend.sees("/", "<h1>Weather</h1>")
            assert friend.sees("/table.csv", "hour,degrees").count("\n") == 25
            assert [stream.readline() for stream in open_ones] == [b"\n"] * 8
            friend.sends("/analyse", {}, "a while")
            lines = until(lambda start=start: said_at(project, start, 2))  # type: ignore[misc]
            assert lines[:3] == ["switched on", "reading 1", "reading 2"]
            assert lines == ["switched on", *(f"reading {number}" for number in range(1, len(lines)))]


def said_at(project: Project, start: int, readings: int) -> list[str]:
    """Return what the station noted since a start, once there are enough readings."""
    text = project.found("readings.txt").read_text(encoding="utf-8")
    parts = text.split("switched on\n")[1:]
    assert len(parts) == start, text
    lines = parts[-1].splitlines()
    return ["switched on", *lines] if len(lines) >= readings else []


def test_workbench_says_a_lot_at_its_start_and_lets_other_processes_work(make: Make) -> None:
    project = make("workbench")
    with project.used(project.build(), processes=3) as friend:  # multiprocessing keeps one to tidy up
        friend.sees("/pool", "[0, 1, 4, 9, 16]")
        friend.sees("/spawn", "[0, 1, 4, 9, 16]")
        assert friend.sees("/code") == "42\n"
        assert friend.sees("/module") == "81\n"
    log = project.found("app.log").read_text(encoding="utf-8")
    assert "warming up" in log and "loading tools: 100%" in log and "in a terminal" not in log


def test_workbench_starts_the_commands_of_its_distributions(make: Make) -> None:
    project = make("workbench")
    with project.used(project.build("1.0", "--no-verify")) as friend:
        friend.sees("/versions/alembic", "alembic 1.")


def test_chat_polls_and_is_refused_the_upgrade(make: Make) -> None:
    project = make("chat")
    with project.used(project.build()) as friend:
        friend.sees("/", "<h1>Chat</h1>")
        address = friend.joins("/socket.io/")
        assert friend.ask(address, body=b'42["message","hello"]').body == b"OK"
        friend.sees(address, '42["message","somebody said hello"]')
        upgrade = {
            "Origin": f"http://127.0.0.1:{friend.port}",
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        }
        refused = friend.ask(address.replace("polling", "websocket"), headers=upgrade)
        assert refused.status == 400, refused
        assert friend.ask(address, body=b'42["message","again"]').body == b"OK"
        friend.sees(address, '42["message","somebody said again"]')
        assert "Traceback" not in friend.running.stderr


def test_echo_is_told_at_the_build_that_it_will_not_sound(make: Make) -> None:
    project = make("echo")
    build = project.build()
    assert any("WebSocket" in title for title in warnings(build)), warnings(build)
    with project.used(build) as friend:
        friend.sees("/", "<h1>Say something</h1>")


def test_planner_has_a_name_of_its_own_asynchronous_views_and_signals(make: Make) -> None:
    project = make("planner")
    with project.used(project.build()) as friend:
        friend.sees("/static/style.css", "teal")
        friend.sends("/plan", {"plan": "Swim"}, "1 planned")
        friend.sees("/", "<p>Swim</p>")
    assert project.found("plans.txt").read_text(encoding="utf-8") == "Swim\n"


def test_green_patches_everything_first_and_still_answers(make: Make) -> None:
    project = make("green")
    with project.used(project.build()) as friend:
        with ThreadPoolExecutor(8) as visitors:
            answers = list(visitors.map(friend.sees, ["/"] * 100))
        assert answers == ["5 of 5"] * 100


def test_lobby_announces_the_time_from_a_greenlet(make: Make) -> None:
    """With the library that its author patched everything for, and chose for Socket.IO."""
    project = make("lobby")
    with project.used(project.build()) as friend:
        address = friend.joins("/socket.io/")
        first, second = friend.sees(address, '42["time",'), friend.sees(address, '42["time",')
        assert first != second
        friend.sees("/", "<h1>Lobby</h1>")


# --- main programs


def test_kiosk_leaves_its_main_program_with_an_exit_code(make: Make) -> None:
    project = make("kiosk")
    with project.used(project.build()) as friend:
        friend.sees("/", "Apple: 1<br>Pear: 2")


def test_archive_is_closed_when_its_server_has_ended_and_not_before(make: Make) -> None:
    project = make("archive")
    with project.used(project.build()) as friend:
        friend.sees("/", "0 letters")
    assert "The archive is closed." in project.found("app.log").read_text(encoding="utf-8")


# --- those that cannot work


def test_app_that_crashes_at_import_is_named_at_the_build(make: Make) -> None:
    project = make("crashes_at_import")
    build = project.build()
    assert_failed_in_order(build, project.output, 3)
    assert "ended by itself" in build.error["message"], build.error


@pytest.mark.slow
def test_app_that_hangs_at_import_is_named_at_the_build(make: Make) -> None:
    project = make("hangs_at_import")
    build = project.build()
    assert_failed_in_order(build, project.output, 3)
    assert "did not finish starting" in build.error["message"]


# --- heavy ones, and other Pythons


@pytest.mark.slow
def test_charts_are_drawn_from_a_table_that_is_changed(make: Make, heavy: Path) -> None:
    project = make("charts", environment=heavy)
    first = project.build()
    with project.used(first) as friend:
        assert "plotly" in friend.sees("/", "42 sold").lower()
        assert Image.open(BytesIO(friend.ask("/sales.png").body)).size == (640, 480)
        friend.sends("/", {"month": "March", "sold": "8"}, "50 sold")
    with project.used(first) as friend:
        friend.sees("/", "50 sold")


@pytest.mark.slow
def test_polls_of_django_are_counted(make: Make, heavy: Path) -> None:
    project = make("polls", environment=heavy)
    runs(project, "manage.py", "migrate")
    first = project.build()
    with project.used(first) as friend:
        friend.sends("/", {"choice": "Blue"}, "1 votes", token=True)
    with project.used(first) as friend:
        friend.sees("/", "Blue")


@pytest.mark.slow
@pytest.mark.parametrize("version", ["3.10", "3.12", "3.13"])
@pytest.mark.parametrize("sample", ["diary", "workbench"])
def test_sample_works_on_every_python(
    sample: str, version: str, make: Make, cache: Path, pythons: Callable[[str], str]
) -> None:
    environment = idioms.environment("idioms", cache, pythons(version))
    project = make(sample, environment=environment)
    with project.used(project.build(), processes=3 if sample == "workbench" else 2) as friend:
        friend.sees("/")
        if sample == "workbench":
            friend.sees("/pool", "[0, 1, 4, 9, 16]")
            friend.sees("/spawn", "[0, 1, 4, 9, 16]")
        else:
            friend.sends("/add", {"text": "Snow today"}, "Snow today")


def test_no_sample_is_left_out() -> None:
    tested = Path(__file__).read_text(encoding="utf-8")
    assert [path.name for path in SAMPLES.iterdir() if f'("{path.name}"' not in tested] == []


@pytest.mark.parametrize("lock", ["idioms", "idioms-heavy"])
def test_lock_names_no_address_and_holds_what_was_asked_for(lock: str) -> None:
    pinned = (idioms.HERE / f"{lock}.txt").read_text(encoding="utf-8")
    assert "://" not in pinned and "index" not in pinned
    for line in (idioms.HERE / f"{lock}.in").read_text(encoding="utf-8").split():
        name = line.partition("<")[0].partition("[")[0]
        assert f"\n{name}==" in f"\n{pinned}", name
