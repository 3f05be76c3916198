"""The settings are read as they are written, and every mistake is said with its place."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from launcher import host
from launcher.errors import ConfigError
from launcher.project.config import (
    KEYS,
    Config,
    Files,
    Server,
    SignMacos,
    SignSums,
    SignWindows,
    Window,
    read,
)

Write = Callable[[Mapping[str, str]], Path]
EVERYTHING = """
[project]
name = "quiz-night"
version = "2.0"

[tool.launcher]
app = "quiz:create_app('dev')"
name = "Müller's Quiz"
identifier = "org.example.quiz"
version = "2.1"
icon = "art/icon.svg"
publisher = "Example & Sons"
webview = "qt"
args = ["--data", "notes.db"]
share = true
env = { QUIZ_LEVEL = "3", EMPTY = "" }

[tool.launcher.documents]
".quiz" = "Quiz"

[tool.launcher.sign.windows]
command = "signtool sign {file}"
certificate = "art/us.pfx"
key = "art/us.pem"
password-env = "QUIZ_PASSWORD"
timestamp = "http://time.example"

[tool.launcher.sign.macos]
identity = "Developer ID Application: Us (ABCDE12345)"
notary-profile = "us"
entitlements = "art/us.plist"

[tool.launcher.sign.sums]
key = "us@example.org"

[tool.launcher.window]
width = 900
height = 600
resizable = false
permissions = ["camera"]
calls = ["full-screen"]

[tool.launcher.server]
threads = 16
max-body = 1000
public = ["/embed/*"]
callbacks = ["/signed-in"]
owner = ["/admin/*"]
scripts = true

[tool.launcher.files]
include = ["data/*.csv"]
exclude = ["drafts/"]
keep = ["quiz.db"]
unneeded = ["torch*"]
in-place = true
"""


def test_project_without_settings_has_empty_ones(project: Write) -> None:
    assert read(project({})) == Config()
    assert read(project({"pyproject.toml": "[build-system]\nrequires = []\n"})) == Config()


def test_every_setting_is_read(project: Write) -> None:
    config = read(project({"pyproject.toml": EVERYTHING}))
    assert config == Config(
        app="quiz:create_app('dev')",
        name="Müller's Quiz",
        identifier="org.example.quiz",
        version="2.1",
        icon="art/icon.svg",
        publisher="Example & Sons",
        webview="qt",
        args=("--data", "notes.db"),
        env={"QUIZ_LEVEL": "3", "EMPTY": ""},
        share=True,
        documents={".quiz": "Quiz"},
        window=Window(900, 600, False, ("camera",), ("full-screen",)),
        server=Server(16, 1000, ("/embed/*",), ("/signed-in",), ("/admin/*",), True),
        files=Files(("data/*.csv",), ("drafts/",), ("quiz.db",), ("torch*",), True),
        sign_windows=SignWindows(
            "signtool sign {file}", "art/us.pfx", "art/us.pem", "QUIZ_PASSWORD", "http://time.example"
        ),
        sign_macos=SignMacos("Developer ID Application: Us (ABCDE12345)", "us", "art/us.plist"),
        sign_sums=SignSums("us@example.org"),
        project_name="quiz-night",
        project_version="2.0",
    )
    assert isinstance(hash(config), int)


def test_every_known_key_is_in_the_example() -> None:
    for key in KEYS:
        assert f"{key.rpartition('.')[2]}" in EVERYTHING


def test_poetry_projects_have_a_name_too(project: Write) -> None:
    config = read(project({"pyproject.toml": "[tool.poetry]\nname = 'shop'\nversion = '3.1'\n"}))
    assert (config.project_name, config.project_version) == ("shop", "3.1")


def test_other_peoples_tables_may_look_as_they_like(project: Write) -> None:
    config = read(project({"pyproject.toml": "tool = 3\nproject = ['x']\n"}))
    assert config == Config()


@pytest.mark.parametrize(
    ("line", "near"),
    [
        ("nmae = 'x'", "name"),
        ("Icon = 'x'", "icon"),
        ("windows = {}", "window"),
        ("window.widht = 3", "window.width"),
        ("server.max_body = 3", "server.max-body"),
        ("server.thread = 3", "server.threads"),
        ("files.includes = []", "files.include"),
    ],
)
def test_unknown_key_is_refused_with_the_nearest_known(
    project: Write, line: str, near: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        read(project({"pyproject.toml": f"[tool.launcher]\n{line}\n"}))
    assert line.split()[0] in caught.value.message
    assert f"Did you mean {near}?" in caught.value.todo


def test_unknown_key_that_is_near_to_nothing_lists_what_is_known(project: Write) -> None:
    with pytest.raises(ConfigError) as caught:
        read(project({"pyproject.toml": "[tool.launcher]\nzzzzzz = 1\n"}))
    assert "Did you mean" not in caught.value.todo
    assert all(key in caught.value.todo for key in KEYS)


@pytest.mark.parametrize(
    ("line", "key", "wanted"),
    [
        ("name = 3", "name", "a text"),
        ("name = true", "name", "a text"),
        ("name = ''", "name", "not empty"),
        ("app = ['quiz']", "app", "a text"),
        ("share = 1", "share", "true or false"),
        ("args = 'x'", "args", "a list of texts"),
        ("args = [1]", "args", "a list of texts"),
        ('args = ["a\\u0000b"]', "args", "NUL"),
        ("env = ['A=1']", "env", "a table of texts"),
        ("env = {A = 1}", "env", "a table of texts"),
        ("env = {'A=B' = '1'}", "env", "without ="),
        ("webview = 'chrome'", "webview", "auto, qt, gtk, browser"),
        ("window = 3", "window", "a table"),
        ("window.width = true", "window.width", "a whole number"),
        ("window.width = 3", "window.width", "from 200 to"),
        ("window.height = 9e9", "window.height", "a whole number"),
        ("window.permissions = ['usb']", "window.permissions", "a list of texts out of camera, microphone"),
        ("window.permissions = 'camera'", "window.permissions", "a list of texts"),
        ("window.calls = ['shell']", "window.calls", "out of choose-file"),
        ("server.threads = 0", "server.threads", "from 1 to"),
        ("server.max-body = '1MB'", "server.max-body", "a whole number"),
        ("version = 1979-05-27", "version", "a text"),
        ("files.exclude = ['../x']", "files.exclude", "inside"),
        ("files.include = ['/etc/*']", "files.include", "inside"),
        ("files.keep = ['C:\\\\x']", "files.keep", "inside"),
        ("files.in-place = ['*.py']", "files.in-place", "true or false"),
        ("sign = 'me'", "sign", "a table"),
    ],
)
def test_wrong_value_is_refused_with_what_is_wanted(
    project: Write, line: str, key: str, wanted: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        read(project({"pyproject.toml": f"[tool.launcher]\n{line}\n"}))
    assert key in caught.value.message
    assert wanted in caught.value.todo


def test_settings_that_are_no_table_are_refused(project: Write) -> None:
    with pytest.raises(ConfigError, match=r"\[tool\.launcher\]"):
        read(project({"pyproject.toml": "[tool]\nlauncher = 3\n"}))


@pytest.mark.parametrize(
    "line", ["name = 'a/b'", "name = 'CON'", "identifier = 'quiz'", "version = '1/2'"]
)
def test_unusable_names_are_refused_where_they_are_read(project: Write, line: str) -> None:
    with pytest.raises(ConfigError, match="cannot be used"):
        read(project({"pyproject.toml": f"[tool.launcher]\n{line}\n"}))


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"[tool.launcher]\nname = \n", 2),
        (b"[tool.launcher]\nname = 'x'\nname = 'y'\n", 3),
        (b"[tool.launcher\n", 1),
        (b"a = 1\nb = '\xff\xfe'\n", 2),
        (b'a = 1\n\n\nb = """open', 4),
        (b"a = 1\nb = " + b"[" * 100_000, 2),
        (b"a = 1\nb = " + b"9" * 6000, 2),
        (b"a = 1\nb = '\0'", 2),
        (b"a = 1\nb = " + b"{a=" * 10_000, 2),
        (b"\0", 1),
    ],
)
def test_bad_file_is_refused_with_its_line(project: Write, data: bytes, line: int) -> None:
    folder = project({})
    (folder / "pyproject.toml").write_bytes(data)
    with pytest.raises(ConfigError, match=rf"pyproject\.toml, line {line}: "):
        read(folder)


def test_byte_order_mark_of_windows_editors_is_no_mistake(project: Write) -> None:
    assert read(project({"pyproject.toml": "\ufeff[tool.launcher]\nname = 'Q'\n"})).name == "Q"


@pytest.mark.parametrize(
    "data",
    [
        b"#" * 50_000_000,
        b"a = [" + b"[" * 900_000,
        b"a." * 300_000 + b"a = 1",
        b"a = '''" + b"x\n" * 400_000,
        b"".join(b"k%d.a.b = 1\n" % number for number in range(60_000)),
    ],
    ids=["50 MB", "brackets", "dots", "open text", "many keys"],
)
def test_huge_file_is_answered_at_once(project: Write, data: bytes) -> None:
    folder = project({})
    (folder / "pyproject.toml").write_bytes(data)
    begun = time.perf_counter()
    try:
        read(folder)
    except ConfigError as error:
        assert "pyproject.toml" in error.message
    assert time.perf_counter() - begun < 1


@pytest.mark.parametrize("kind", ["a folder", "a pipe", "a device", "a link to itself"])
def test_what_is_no_file_but_called_like_it_is_passed_over(project: Write, kind: str) -> None:
    folder = project({})
    place = folder / "pyproject.toml"
    if kind == "a folder":
        place.mkdir()
    elif host.WINDOWS:
        pytest.skip("such files are POSIX")
    elif kind == "a pipe":
        os.mkfifo(place)
    else:
        place.symlink_to("/dev/zero" if kind == "a device" else place.name)
    assert read(folder) == Config()
