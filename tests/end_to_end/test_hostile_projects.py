"""Projects, words and moments that were chosen to do harm: what a build writes, takes along and leaves."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from launcher import host, names
from tests.end_to_end.builds import Builder, copy_project, is_step, left_in
from tests.end_to_end.interrupting import interrupting

pytestmark = pytest.mark.end_to_end

SECRETS = {
    ".env": "TOKEN=hunter2-env",
    ".git/config": "hunter2-git",
    "tls/server.pem": "hunter2-pem",
    "id_rsa": "hunter2-rsa",
    "notes.dat": "-----BEGIN OPENSSH PRIVATE KEY-----\nhunter2-key\n",
    "instance/credentials.json": "hunter2-credentials",
    ".ssh/config": "hunter2-ssh",
}
ODD = [
    b"line\nbreak.txt",
    b"bad\xff\xfe.txt",
    b"static/bad\xff.css",
    b"templates/line\nbreak.html",
    b"dir\nname/x.html",
    b"bad\xff.py",
    b"\x1b]0;title\x07.txt",
    b"back\\slash.txt",
    b"..\\..\\up.txt",
    b"C:foo",
    b"Case.txt",
    b"case.txt",
    b"con",
    b"nul.txt",
    b"trailing. ",
    b"-rf",
    b"$(touch x)",
    b"%APPDATA%",
    b"{}",
    b'a"; touch x; ".txt',
    b"x\xe2\x80\xaegpj.exe",
    b"z\xe2\x80\x8bero.txt",
    b"a" * 251 + b".txt",
]


@pytest.fixture
def around(place: Path) -> Iterator[Path]:
    """A neighbourhood: a home, a folder of temporary files, a current folder, and what lies beside them."""
    for name in ("home/.ssh", "temporary", "here", "dist"):
        (place / name).mkdir(parents=True)
    (place / "home/.ssh/id_rsa").write_text("hunter2-home", encoding="utf-8")
    (place / "here/thesis.txt").write_text("work", encoding="utf-8")
    yield place


def environ(around: Path) -> Mapping[str, str]:
    return {"HOME": str(around / "home"), "TMPDIR": str(around / "temporary")}


def listing(around: Path, *, but: tuple[str, ...] = ()) -> dict[str, tuple[int, int]]:
    """Return all that lies in a neighbourhood, with its size and its time."""
    found = {}
    for folder, _, files in os.walk(os.fsencode(around)):
        for name in [b".", *files]:
            path = os.path.join(folder, name)
            relative = os.fsdecode(os.path.relpath(path, os.fsencode(around)))
            about = os.lstat(path)
            if not relative.startswith(but):
                found[relative] = (about.st_mtime_ns, about.st_size if name != b"." else 0)
    return found


def write(project: Path, odd: list[bytes]) -> None:
    for name in odd:
        path = os.path.join(os.fsencode(project), name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(b"x")


# --- what words do


@pytest.mark.parametrize(
    "name",
    [
        *("../../x", "CON", "nul.txt", 'a"; rm -rf ~', "-rf", "x\u202egpj.exe", "z\u200bero", "x" * 300),
        *("new\nline", "$(touch x)`touch y`", "%APPDATA%|calc", "..", "/etc/passwd", "a\\b"),
    ],
)
def test_a_name_of_that_kind_is_refused_with_the_rule_and_nothing_is_written(
    builder: Builder, samples: Path, around: Path, name: str
) -> None:
    project = copy_project(samples / "single_file", around / "project")
    before = listing(around)
    build = builder.build(
        project, around / "dist", f"--name={name}", cwd=around / "here", env=environ(around)
    )
    assert build.code == 2 and "cannot be used: " in build.error["message"]
    assert "Choose another, such as" in build.error["todo"]
    assert build.error["message"].isprintable()
    assert listing(around, but=("dist",)) == {k: v for k, v in before.items() if not k.startswith("dist")}
    assert left_in(around / "dist") == []


@pytest.mark.parametrize(
    "settings",
    [
        'identifier = "../../x"',
        'identifier = "org.example.$(touch x)"',
        'identifier = "org.example\\u202e.x"',
        'version = "../../1"',
        'version = "1\\n2"',
        'version = "1; touch x"',
        'name = "a/../../b"',
        'icon = "../../../../etc/passwd"',
        'icon = "../home/.ssh/id_rsa"',
        'app = "../../etc/passwd:app"',
        'app = "app:create(__import__(\'os\').mkdir(\'x\'))"',
    ],
)
def test_a_setting_of_that_kind_is_refused_and_nothing_is_written(
    builder: Builder, samples: Path, around: Path, settings: str
) -> None:
    project = copy_project(samples / "single_file", around / "project", settings=f"{settings}\n")
    before = listing(around, but=("dist",))
    build = builder.build(project, around / "dist", cwd=around / "here", env=environ(around))
    assert build.code in (1, 2, 3) and build.error["message"].isprintable(), build.last
    assert not [event for event in build.events if event.get("id") == "rehearse"], "nothing of it was run"
    assert listing(around, but=("dist",)) == before
    assert left_in(around / "dist") == []


@pytest.mark.parametrize(
    "target", ["-rf", "$(touch x)", "`touch x`", "../../../etc/passwd", "a\nb", "x" * 5000, "app:a;b", "{}"]
)
def test_a_target_of_that_kind_is_refused_and_nothing_is_written(
    builder: Builder, around: Path, target: str
) -> None:
    before = listing(around, but=("dist",))
    done = subprocess.run(
        [sys.executable, "-m", "launcher", "build", "--output", around / "dist", "--", target],
        cwd=around / "here",
        env=builder.environ(environ(around)),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode in (1, 2, 3) and "What to do: " in done.stderr, done
    assert "Traceback" not in done.stderr
    assert listing(around, but=("dist",)) == before
    assert left_in(around / "dist") == []


@pytest.mark.skipif(host.WINDOWS, reason="such names are POSIX")
@pytest.mark.parametrize(
    "output", ["a\nb", "$(touch x)", "-rf", "x\u202egpj.exe", 'a"; touch x; "', "{} %A%"]
)
def test_an_output_of_any_name_is_only_a_folder(
    builder: Builder, samples: Path, around: Path, output: str
) -> None:
    project = copy_project(samples / "raises_at_import", around / "project")
    before = listing(around)
    build = builder.build(project, around / "dist" / output, cwd=around / "here", env=environ(around))
    assert build.code == 3 and left_in(around / "dist") == [output]
    (around / "dist" / output).rmdir()
    after = listing(around)
    for touched in ("dist", "temporary"):
        assert before.pop(touched) != after.pop(touched), "the time of a change"
    assert after == before


@pytest.mark.parametrize("output", ["x" * 300, "/dev/null", "/proc/launcher", "file/below"])
def test_an_output_that_cannot_be_is_refused(
    builder: Builder, samples: Path, around: Path, output: str
) -> None:
    if output.startswith("/") and not host.LINUX:
        pytest.skip("these places are Linux's")
    project = copy_project(samples / "single_file", around / "project")
    (around / "dist" / "file").touch()
    build = builder.build(project, around / "dist" / output, cwd=around / "here", env=environ(around))
    assert "cannot be written" in build.error["message"] and "--output" in build.error["todo"]


# --- what files do


@pytest.mark.skipif(not host.LINUX, reason="only here are there such names")
def test_a_project_full_of_odd_names_becomes_a_program_and_touches_nothing_else(
    builder: Builder, samples: Path, around: Path
) -> None:
    project = copy_project(samples / "single_file", around / "project")
    write(project, ODD)
    ours = ("dist", "temporary")
    before = listing(around, but=ours)
    build = builder.build(
        project, around / "dist", "--format", "tar.gz", cwd=around / "here", env=environ(around)
    )
    layer = build.program.parent / "layers" / "app"
    assert listing(around, but=ours) == before
    assert sorted(os.listdir(around / "temporary")) == []
    usable = {os.fsdecode(name) for name in ODD if names.is_writable(os.fsdecode(name).replace("/", ""))}
    laid = {path.relative_to(layer).as_posix() for path in layer.rglob("*") if path.is_file()}
    assert usable <= laid and len(usable) == 16
    assert all(name.isprintable() or name in usable for name in laid)
    titles = {event["title"]: event["detail"] for event in build.events if event["event"] == "warning"}
    assert "C:foo" in titles["Windows has no such names"] and "4 more" in titles["Windows has no such names"]
    assert "Case.txt and case.txt" in titles["Names that differ by capitals only"]
    assert "Files stay behind for their names" in titles
    report = json.loads(Path(build.last["reports"][1]).read_text(encoding="utf-8"))
    told = [one["path"] for one in report["left_behind"] if "written down" in one["why"]]
    assert len(told) == 7 and all(path.isprintable() for path in told)
    (packed,) = (around / "dist").glob("*.tar.gz")
    with tarfile.open(packed) as archive:
        members = archive.getmembers()
    assert all(tarfile.data_filter(member, str(around / "unpacked")) for member in members)
    assert {(member.uid, member.gid, member.uname, member.gname) for member in members} == {(0, 0, "", "")}


@pytest.mark.skipif(host.WINDOWS, reason="links need rights there")
def test_secrets_are_listed_and_in_no_byte_of_what_is_handed_over(
    builder: Builder, samples: Path, around: Path
) -> None:
    project = copy_project(samples / "single_file", around / "project")
    for name, text in SECRETS.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text, encoding="utf-8")
    links = {"settings.txt": project / ".env", "history": project / ".git"}
    links["key"] = around / "home/.ssh/id_rsa"
    (project / "words").mkdir()
    for name, target in {**links, "home": around / "home"}.items():
        (project / "words" / name).symlink_to(target)
    build = builder.build(project, around / "dist", cwd=around / "here", env=environ(around))
    assert build.code == 3 and "words/home is a link to" in build.error["message"]
    assert left_in(around / "dist") == []
    build = builder.build(
        project, around / "dist", "--exclude", "words/home", cwd=around / "here", env=environ(around)
    )
    bundle = build.program.parent
    for path in [path for path in around.glob("dist/**/*") if path.is_file()]:
        assert b"hunter2" not in path.read_bytes(), path
    assert not {".git", ".ssh", "history"} & {path.name for path in bundle.rglob("*")}
    text = Path(build.last["reports"][0]).read_text(encoding="utf-8")
    linked = [f"words/{name}" for name in links]
    for name in (".env", ".git", "tls/server.pem", "id_rsa", "notes.dat", ".ssh", *linked):
        assert f"\n  {name}: " in text or f"\n  {name}/: " in text


def test_that_the_project_s_code_runs_is_said_before_it_does(
    builder: Builder, samples: Path, around: Path
) -> None:
    project = copy_project(samples / "single_file", around / "project")
    with (project / "app.py").open("a", encoding="utf-8") as code:
        code.write("\nraise SystemExit('I was run')\n")
    env = environ(around)
    check = [sys.executable, "-m", "launcher", "check", str(project)]
    asked = subprocess.run(check, env=builder.environ(env), capture_output=True, text=True, cwd=around)
    assert asked.returncode == 0, asked.stderr
    with builder.building(project, around / "dist", cwd=around / "here", env=env) as running:
        running.until(is_step("rehearse", "begin"))
        (said,) = [event for event in running.events if event.get("title") == "Runs"]
        assert "the project's code runs, as you and with your rights" in said["detail"]
        build = running.finish()
    assert "I was run" in build.error["message"]


# --- what moments do


def test_a_build_that_is_stopped_leaves_the_last_good_program_or_the_new_one_whole(
    builder: Builder, place: Path
) -> None:
    _stop(builder, place, {"kill -9": 2, "Ctrl-C": 2})


@pytest.mark.slow
def test_builds_that_are_stopped_at_many_moments_leave_a_whole_program(
    builder: Builder, place: Path
) -> None:
    _stop(builder, place, {"kill -9": 20, "Ctrl-C": 20})


def _stop(builder: Builder, place: Path, rounds: Mapping[str, int]) -> None:
    seed = int(os.environ.get("LAUNCHER_TEST_SEED", random.randrange(10**6)))
    print(f"seed {seed}; LAUNCHER_TEST_SEED={seed} does the same again")
    with interrupting(builder, place, seed) as made:
        for how, count in rounds.items():
            for _ in range(count):
                made.round(how)
            stopped = [end for end in made.tally if end.startswith(how) and not end.endswith("code 0")]
            assert stopped or count < 10, "it came to an end each time, so that nothing was tried"
    print(made.tally)


def test_a_disk_that_becomes_full_leaves_the_last_good_program(cache: Path, place: Path) -> None:
    _fill(cache, place, 2)


@pytest.mark.slow
def test_a_disk_that_becomes_full_at_many_moments_leaves_the_last_good_program(
    cache: Path, place: Path
) -> None:
    _fill(cache, place, 20)


def _fill(cache: Path, place: Path, rounds: int) -> None:
    """Work on a small disk, in a namespace of mounts that ends with its process."""
    if not host.LINUX or not host.is_root() or shutil.which("unshare") is None:
        pytest.skip("needs a small disk of its own")
    seed = int(os.environ.get("LAUNCHER_TEST_SEED", random.randrange(10**6)))
    print(f"seed {seed}; LAUNCHER_TEST_SEED={seed} does the same again")
    program = Path(__file__).with_name("interrupting.py")
    apart = ["unshare", "--mount", "--propagation", "private"]
    done = subprocess.run(
        [*apart, sys.executable, program, place, cache, str(seed), str(rounds)],
        capture_output=True,
        text=True,
        timeout=550,
    )
    print(done.stdout)
    assert done.returncode == 0, done.stderr
    assert left_in(place) == [], "the disk was never mounted here"


def test_a_settings_file_of_that_kind_ends_a_build_with_its_line(
    builder: Builder, samples: Path, around: Path
) -> None:
    for text in ("a = 1\nb = " + "9" * 6000, "a = 1\nb = " + "[" * 100_000, "a = 1\nb = '\0'"):
        project = around / "project"
        shutil.rmtree(project, ignore_errors=True)
        shutil.copytree(samples / "single_file", project)
        (project / "pyproject.toml").write_text(text, encoding="utf-8")
        build = builder.build(project, around / "dist", cwd=around / "here", env=environ(around))
        assert build.code == 2 and "pyproject.toml, line 2: " in build.error["message"]
        assert left_in(around / "dist") == []
