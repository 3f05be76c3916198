"""The facts of a rehearsal, on small projects that really do these things."""

from __future__ import annotations

import hashlib
import os
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from launcher import host
from launcher.packager.rehearsal.facts import Facts
from launcher.packager.rehearsal.rehearse import rehearse_plan
from tests.conftest import WriteFiles
from tests.packager.conftest import Environment, MakePlan

APP = """
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [doing(environ["PATH_INFO"]).encode()]

def doing(path):
    return "done"
"""

Rehearse = Callable[..., Facts]


@pytest.fixture
def facts_of(write_files: WriteFiles, make_plan: MakePlan, tmp_path: Path) -> Rehearse:
    """Return a function that rehearses a project of these files, by default in the tests' own Python."""

    def facts(files: Mapping[str, str] | str, python: Path | None = None) -> Facts:
        several = {"wsgi.py": files + APP} if isinstance(files, str) else files
        return rehearse_plan(make_plan(write_files(several), python), tmp_path / "out")

    return facts


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is no temporary one to the rehearsal, as others of the machine are."""
    monkeypatch.setattr("launcher.packager.rehearsal.scratch.TEMPORARY", ())
    monkeypatch.setattr("launcher.packager.rehearsal.scratch.tempfile.gettempdir", lambda: "/dev/shm")
    return tmp_path


def tree(folder: Path) -> dict[str, str]:
    """Return what is in a folder, file by file."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        for path in sorted(folder.rglob("*"))
        if "__pycache__" not in path.parts
    }


class TestFiles:
    """Files that are read and written, sorted by where they lie."""

    def test_they_are_sorted(self, facts_of: Rehearse) -> None:
        code = (
            "import os, pathlib, tempfile\n"
            "here = pathlib.Path(__file__).parent\n"
            "(here / 'data' / 'words.txt').read_text()\n"
            "(here / 'made.txt').write_text('x')\n"
            "(pathlib.Path.home() / '.quiz').write_text('x')\n"
            "pathlib.Path(tempfile.gettempdir(), 'scribble').write_text('x')\n"
            "pathlib.Path(os.__file__).read_bytes()\n"
        )
        facts = facts_of({"wsgi.py": code + APP, "data/words.txt": "one"})
        assert facts.written.project == ("made.txt",)
        assert facts.written.home == (".quiz",)
        assert facts.written.temporary == ("scribble",)
        assert facts.written.environment == facts.written.elsewhere == ()
        assert "data/words.txt" in facts.seen.project
        assert os.__file__ in facts.seen.environment
        assert facts.by["project", "made.txt"] == "wsgi.py, line 4"

    @pytest.mark.skipif(host.WINDOWS, reason="there is no /var/tmp")
    def test_a_temporary_file_is_told_from_one_that_is_named_by_its_whole_path(
        self, facts_of: Rehearse
    ) -> None:
        place = f"/var/tmp/launcher-test-{os.getpid()}.db"
        code = (
            "import pathlib, sqlite3, tempfile\n"
            "pathlib.Path(tempfile.gettempdir(), 'scribble').write_text('x')\n"
            f"sqlite3.connect({place!r}).execute('create table if not exists a (b)')\n"
        )
        try:
            facts = facts_of(code)
        finally:
            Path(place).unlink(missing_ok=True)
        assert set(facts.fixed) == {os.path.realpath(place)}

    def test_every_way_to_change_one_is_seen(self, facts_of: Rehearse) -> None:
        changes = {
            "open('a1', 'a').close()": {"a1"},
            "open('a2', 'x').close()": {"a2"},
            "os.close(os.open('a3', os.O_RDWR | os.O_CREAT))": {"a3"},
            "os.makedirs('a4/below')": {"a4", "a4/below"},
            "os.remove('b1')": {"b1"},
            "os.rename('b2', 'a5')": {"b2", "a5"},
            "os.symlink('b3', 'a6')": {"a6"},
            "os.truncate('b4', 1)": {"b4"},
            "shutil.copy('b3', 'a7')": {"a7"},
            "shutil.rmtree('folder')": {"folder", "folder/one"},
            "sqlite3.connect('c1').close()": {"c1"},
            "sqlite3.connect('file:c2?mode=rwc', uri=True).close()": {"c2"},
            "sqlite3.connect(':memory:').close()": set(),
            "sqlite3.connect('file:b5?mode=ro', uri=True).close()": set(),
            "open('b6').read(); open(0, closefd=False); open(os.devnull, 'w').close()": set(),
        }
        before = {f"b{number}": "old" for number in range(1, 7)}
        code = "import os, shutil, sqlite3\n" + "\n".join(changes)
        facts = facts_of({"wsgi.py": f"{code}\n{APP}", **before, "folder/one": "one"})
        assert set(facts.written.project) == set().union(*changes.values())
        assert {"b3", "b5", "b6", "c1"} <= facts.read and "a1" not in facts.read

    def test_what_a_library_writes_by_itself_is_found_by_comparing_the_copy(self, facts_of: Rehearse) -> None:
        """A program, or C code, opens files without Python's knowledge."""
        code = f"import subprocess\nsubprocess.run([{sys.executable!r}, '-c', 'open(\"unseen\", \"w\")'])\n"
        facts = facts_of(code)
        assert "unseen" in facts.written.project
        assert ("project", "unseen") not in facts.by

    def test_what_the_launcher_does_is_not_told_as_the_app_s(self, facts_of: Rehearse) -> None:
        """The session's key, the log, Waitress's own files for large answers, its listener."""
        code = (
            "def large(environ, start_response):\n"
            "    start_response('200 OK', [])\n"
            "    return [b'x' * 9_000_000]\n"
        )
        facts = facts_of({"wsgi.py": code + "app = large\n"})
        assert facts.written == type(facts.written)()
        assert not (*facts.listeners, *facts.hosts, *facts.programs, *facts.seen.elsewhere)

    def test_a_relative_path_is_known_as_one(self, facts_of: Rehearse) -> None:
        code = "import pathlib\nopen('one.txt'); (pathlib.Path(__file__).parent / 'two.txt').read_text()\n"
        assert facts_of({"wsgi.py": code + APP, "one.txt": "", "two.txt": ""}).relative == {"one.txt"}

    def test_a_file_elsewhere_is_told_with_who_reads_it(self, facts_of: Rehearse, elsewhere: Path) -> None:
        place = elsewhere / "table.csv"
        place.write_text("1;2", encoding="utf-8")
        facts = facts_of(f"open({str(place)!r}).read()\n")
        assert str(place) in facts.seen.elsewhere
        assert facts.by["elsewhere", str(place)] == "wsgi.py, line 1"


    def test_files_have_the_times_that_they_will_have_in_the_program(
        self, facts_of: Rehearse, write_files: WriteFiles
    ) -> None:
        """An app that shows them answers the same then."""
        root = write_files({"words.txt": ""})
        os.utime(root / "words.txt", ns=(1_700_000_000_123_456_789, 1_700_000_000_123_456_789))
        code = "import os\nassert os.stat('words.txt').st_mtime_ns == 1_700_000_000 * 10**9\n"
        assert facts_of(code).answers["/"].status == 200


class TestReaching:
    """What the app reaches for outside of its own process."""

    def test_programs_are_told_with_what_they_belong_to(self, facts_of: Rehearse) -> None:
        code = (
            "import os, pathlib, subprocess, sys\n"
            "tool = pathlib.Path(__file__).with_name('tool.py')\n"
            "subprocess.run([sys.executable, '-c', ''])\n"
            "subprocess.run('sort --version > /dev/null', shell=True)\n"
            "os.system('LC_ALL=C true')\n"
            "try: subprocess.run(['quiz-converter', '-v'])\n"
            "except OSError: pass\n"
            "tool.chmod(0o755); subprocess.run([str(tool)])\n"
            "import platform; platform.processor()\n"
        )
        if host.WINDOWS:
            pytest.skip("the programs are those of a POSIX system")
        facts = facts_of({"wsgi.py": code + APP, "tool.py": "#!/bin/sh\n"})
        found = {os.path.basename(one.name): (one.origin, one.by) for one in facts.programs}
        assert found == {
            os.path.basename(sys.executable): ("environment", "wsgi.py, line 3"),
            "sort": ("machine", "wsgi.py, line 4"),
            "true": ("machine", "wsgi.py, line 5"),
            "quiz-converter": ("nowhere", "wsgi.py, line 6"),
            "tool.py": ("project", "wsgi.py, line 8"),
        }

    def test_hosts_are_told_by_their_names_and_this_machine_s_servers_too(self, facts_of: Rehearse) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            code = (
                "import socket, urllib.request\n"
                "try: urllib.request.urlopen('https://quiz.invalid/list', timeout=1)\n"
                "except OSError: pass\n"
                f"socket.create_connection(('localhost', {port})).close()\n"
                "socket.gethostbyname(socket.gethostname())\n"
                "asking = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
                "try: asking.connect(('192.0.2.1', 80))\n"
                "except OSError: pass\n"
            )
            facts = facts_of(code)
        assert {(one.host, one.port, one.here) for one in facts.hosts} == {
            ("quiz.invalid", 443, False),
            ("localhost", port, True),
        }
        assert {one.by for one in facts.hosts} == {"wsgi.py, line 2", "wsgi.py, line 4"}

    def test_a_package_of_the_environment_is_named_where_the_project_has_no_line(
        self, facts_of: Rehearse, environment: Environment
    ) -> None:
        environment.install(
            "phoning-home",
            {
                "phoning/__init__.py": "import threading, socket\n"
                "def call():\n"
                "    try: socket.getaddrinfo('phone.invalid', 443)\n"
                "    except OSError: pass\n"
                "def later():\n"
                "    thread = threading.Thread(target=call); thread.start(); thread.join()\n"
            },
        )
        facts = facts_of("import phoning\nphoning.later()\n", environment.python)
        assert [(one.host, one.by) for one in facts.hosts] == [("phone.invalid", "phoning")]
        assert facts.distributions == ("phoning-home",)

    def test_a_package_that_is_worked_on_where_it_lies_is_named_too(
        self, facts_of: Rehearse, environment: Environment, tmp_path: Path
    ) -> None:
        source = tmp_path / "other project" / "shelf"
        source.mkdir(parents=True)
        (source / "__init__.py").write_text("", encoding="utf-8")
        (source / "calls.py").write_text(
            "import subprocess\n"
            "class Middleware:\n"
            "    def __call__(self, environ, start_response):\n"
            "        subprocess.run(['shelf-tool'], shell=True, stderr=-3)\n"
            "        start_response('200 OK', [])\n"
            "        return [b'x']\n",
            encoding="utf-8",
        )
        (environment.site / "shelf.pth").write_text(str(source.parent), encoding="utf-8")
        files = {"wsgi.py": "from shelf.calls import Middleware\napp = Middleware()\n"}
        (one,) = facts_of(files, environment.python).programs
        assert (one.name, one.origin, one.by) == ("shelf-tool", "nowhere", "shelf")

    def test_a_listener_of_the_app_s_own_is_seen_and_one_that_is_gone_is_not(
        self, facts_of: Rehearse
    ) -> None:
        code = (
            "import socket\n"
            "free = socket.socket(); free.bind(('127.0.0.1', 0)); free.close()\n"
            "open_for_all = socket.create_server(('0.0.0.0', 0))\n"
        )
        (one,) = facts_of(code).listeners
        assert one.address == "0.0.0.0"

    def test_a_page_is_not_opened_in_the_author_s_browser(self, facts_of: Rehearse) -> None:
        code = "import webbrowser\nassert webbrowser.open('http://127.0.0.1:5000/')\n"
        assert facts_of(code).pages == ("http://127.0.0.1:5000/",)

    @pytest.mark.skipif(host.WINDOWS, reason="there is no fork")
    def test_forked_children_are_seen_too(self, facts_of: Rehearse) -> None:
        code = (
            "import os\n"
            "child = os.fork()\n"
            "if not child:\n"
            "    open('by-child.txt', 'w').close(); os._exit(0)\n"
            "os.waitpid(child, 0)\n"
        )
        facts = facts_of(code)
        assert facts.by["project", "by-child.txt"] == "wsgi.py, line 4"
        assert facts.forks == ("wsgi.py, line 2",)


class TestProtection:
    """Nothing of whoever builds is touched."""

    @pytest.fixture
    def own(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
        """A home of the person who builds, with something in it, that is the same afterwards."""
        home = tmp_path / "home of the author"
        (home / ".config").mkdir(parents=True)
        (home / ".config" / "quiz.toml").write_text("a = 1", encoding="utf-8")
        (home / "accounts.db").write_bytes(b"money")
        monkeypatch.setenv("HOME", str(home))
        monkeypatch.setenv("USERPROFILE", str(home))
        before = tree(home)
        yield home
        assert tree(home) == before

    @pytest.mark.parametrize("whose", ["home", "project"])
    def test_what_is_written_there_by_its_absolute_path_is_refused_and_told(
        self, facts_of: Rehearse, write_files: WriteFiles, own: Path, whose: str
    ) -> None:
        project = write_files({"kept/notes.db": "kept"})
        file = str(own / "accounts.db" if whose == "home" else project / "kept" / "notes.db")
        code = (
            "import os, shutil, sqlite3\n"
            f"file, folder = {file!r}, os.path.dirname({file!r})\n"
            "os.symlink(folder, 'way'); os.symlink(file, 'link')\n"
            "ways = [\n"
            "    lambda: open(file, 'w'), lambda: open(file, 'r+'), lambda: os.remove(file),\n"
            "    lambda: os.rename(file, 'mine'), lambda: os.replace('wsgi.py', file),\n"
            "    lambda: os.mkdir(file + '-2'), lambda: os.chmod(file, 0), lambda: os.truncate(file, 0),\n"
            "    lambda: shutil.rmtree(folder), lambda: sqlite3.connect(file),\n"
            "    lambda: open('way/new', 'w'), lambda: open('link', 'w'), lambda: os.remove('way/new'),\n"
            "]\n"
            "for number, way in enumerate(ways):\n"
            "    try: way()\n"
            "    except PermissionError: continue\n"
            "    raise SystemExit(f'way {number} is open')\n"
        )
        files = {"wsgi.py": code + APP}
        write_files(files)
        before = tree(project)
        facts = facts_of(files)
        assert tree(project) == before
        assert {file, f"{file}-2"} <= set(facts.refused)

    def test_what_is_written_into_the_home_goes_into_another(self, facts_of: Rehearse, own: Path) -> None:
        code = (
            "import os, pathlib, subprocess, sys\n"
            "pathlib.Path.home().joinpath('.quiz').write_text('x')\n"
            "open(os.path.expanduser('~/accounts.db'), 'wb').close()\n"
            "other = 'import pathlib; (pathlib.Path.home() / \"x\").mkdir()'\n"
            "subprocess.run([sys.executable, '-c', other])\n"
            "assert not {'XDG_CONFIG_HOME', 'DISPLAY'} & os.environ.keys()\n"
        )
        assert set(facts_of(code).written.home) == {".quiz", "accounts.db"}

    def test_variables_of_the_shell_that_configure_an_app_are_not_there(
        self, facts_of: Rehearse, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """An address of a real database would be used; a friend has none of them either."""
        for name in ("DATABASE_URL", "SQLALCHEMY_DATABASE_URI", "SECRET_KEY", "FLASK_ENV", "PYTHONPATH"):
            monkeypatch.setenv(name, "postgresql://admin@production/accounts")
        monkeypatch.setenv("http_proxy", "http://proxy.example:3128")
        code = (
            "import os\n"
            "assert not [name for name, value in os.environ.items() if 'production' in value], os.environ\n"
            "assert os.environ['http_proxy'] and os.environ['PATH']\n"
        )
        facts_of(code)
