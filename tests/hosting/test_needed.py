"""What serving needs: little, for it lies in every export."""

from __future__ import annotations

import sys

from tests.test_house import floor_of, imports_of, reached_from

SERVERS = ("waitress", "gunicorn", "pyuwsgi", "uwsgi", "flask")  # Flask's locator is the project's own
START = "launcher.hosting.starting"


def test_nothing_of_the_workshop_and_no_window_comes_along() -> None:
    brought = reached_from(START, "launcher.hosting.uwsgi_worker")
    assert not {floor_of(module) for module in brought} & {"workshop", "roof"}
    assert not [module for module in brought if module.startswith(("launcher.window", "launcher.sharing"))]


def test_only_the_servers_are_needed_beside_the_standard_library() -> None:
    known = {*sys.stdlib_module_names, "launcher", *SERVERS}
    for module in reached_from(START, "launcher.hosting.uwsgi_worker"):
        for one in imports_of(module):
            assert one.name.partition(".")[0] in known or one.lazy, f"{module}: {one.name}"


def test_a_server_that_is_not_used_is_not_imported() -> None:
    for module in reached_from(START, lazily=False):
        for one in imports_of(module):
            assert one.lazy or one.name.partition(".")[0] not in SERVERS, f"{module}: {one.name}"
