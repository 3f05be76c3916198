"""The app, and the programs that it starts, see the user's environment and not the bundle's."""

from __future__ import annotations

import sys

import pytest

from launcher import host
from launcher.environ import bypass_proxy, clean

LOCAL = {"no_proxy": "127.0.0.1,localhost", "NO_PROXY": "127.0.0.1,localhost"}


def cleaned(environ: dict[str, str], settings: dict[str, str] | None = None) -> dict[str, str]:
    clean(settings or {}, environ)
    return environ


def test_library_path_that_the_bootloader_kept_comes_back() -> None:
    environ = {"LD_LIBRARY_PATH": "/bundle", "LD_LIBRARY_PATH_ORIG": "/usr/local/lib"}
    assert cleaned(environ) == {"LD_LIBRARY_PATH": "/usr/local/lib", **LOCAL}


def test_library_path_into_the_bundle_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "_MEIPASS", "/opt/Quiz/inner", raising=False)
    environ = {"LD_LIBRARY_PATH": "/opt/Quiz/inner", "XDG_DATA_DIRS": "/usr/share"}
    assert cleaned(environ) == {"XDG_DATA_DIRS": "/usr/share", **LOCAL}


def test_library_path_of_the_user_stays() -> None:
    assert cleaned({"LD_LIBRARY_PATH": "/usr/local/lib"})["LD_LIBRARY_PATH"] == "/usr/local/lib"


@pytest.mark.parametrize(
    "name",
    [
        "WERKZEUG_RUN_MAIN",
        "WERKZEUG_SERVER_FD",
        "FLASK_DEBUG",
        "FLASK_ENV",
        "FLASK_RUN_FROM_CLI",
        "_PYI_ARCHIVE_FILE",
        "_PYI_APPLICATION_HOME_DIR",
        "_MEIPASS2",
        "QT_PLUGIN_PATH",
    ],
)
def test_what_development_and_freezing_left_goes(name: str) -> None:
    assert cleaned({name: "1", "PATH": "/bin"}) == {"PATH": "/bin", **LOCAL}


def test_project_s_settings_are_added_and_the_user_s_win() -> None:
    environ = cleaned({"MODE": "mine"}, {"MODE": "the author's", "COLOUR": "blue"})
    assert environ == {"MODE": "mine", "COLOUR": "blue", **LOCAL}


def test_project_s_settings_may_be_what_is_cleaned_away() -> None:
    assert cleaned({"FLASK_DEBUG": "1"}, {"FLASK_DEBUG": "0"})["FLASK_DEBUG"] == "0"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, "127.0.0.1,localhost"),
        ("", "127.0.0.1,localhost"),
        ("example.org", "example.org,127.0.0.1,localhost"),
        ("localhost,", "localhost,127.0.0.1"),
        ("127.0.0.1,localhost", "127.0.0.1,localhost"),
    ],
)
def test_proxy_is_never_asked_for_this_machine(before: str | None, after: str) -> None:
    environ = {} if before is None else {"no_proxy": before, "NO_PROXY": before}
    bypass_proxy(environ)
    assert environ == {"no_proxy": after, "NO_PROXY": after}
    bypass_proxy(environ)
    assert environ["no_proxy"] == after


@pytest.mark.parametrize(
    ("given", "added"),
    [
        (
            {"PATH": "/usr/bin:/bin"},
            {"PATH": "/usr/bin:/bin:/opt/homebrew/bin:/usr/local/bin", "LC_CTYPE": "UTF-8"},
        ),
        (
            {"PATH": "/usr/local/bin:/usr/bin", "LANG": "de_DE.UTF-8"},
            {"PATH": "/usr/local/bin:/usr/bin:/opt/homebrew/bin"},
        ),
    ],
)
def test_a_mac_s_finder_is_as_good_as_its_terminal(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], added: dict[str, str]
) -> None:
    monkeypatch.setattr(host, "MACOS", True)
    assert cleaned({**given}) == {**given, **added, **LOCAL}
    assert cleaned({**given, "LC_ALL": "C"}, {"PATH": "/mine"})["PATH"] == added["PATH"]
