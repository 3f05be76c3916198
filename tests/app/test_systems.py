"""What a form asks for, as the launcher is told it."""

from __future__ import annotations

import pytest

from app import systems
from app.systems import HERE, SYSTEMS, System
from launcher import host
from launcher.packager import platforms
from launcher.packager.formats import FORMATS

from .conftest import MakePage

LINUX = SYSTEMS[-1]


@pytest.fixture(autouse=True)
def on_linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(systems, "here", lambda: LINUX)


def test_the_launcher_knows_every_system_by_the_same_name() -> None:
    assert [one.target for one in SYSTEMS] == [one.tag for one in platforms.ACROSS]


def test_this_machine_has_the_name_that_the_launcher_has_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert systems.here().target == host.tag()
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    assert systems.here().target.endswith("-riscv64") and systems.here().file in FORMATS


def test_formats_are_such_as_the_systems_have() -> None:
    for one in SYSTEMS:
        assert one.target.partition("-")[0] in FORMATS[one.file].systems


def test_a_form_that_names_no_system_means_this_machine() -> None:
    assert systems.chosen([]) == (LINUX,) == systems.chosen([HERE]) == systems.chosen(["amiga", LINUX.target])
    found = systems.chosen(["macos-arm64", HERE, "windows-x86_64"])
    assert [one.target for one in found] == ["linux-x86_64", "windows-x86_64", "macos-arm64"]
    assert [one.target for one in systems.chosen(["windows-x86_64"])] == ["windows-x86_64"]
    assert {one.target for one in systems.chosen(["all"])} == {one.target for one in SYSTEMS}


@pytest.mark.parametrize(
    ("names", "to_send", "installers", "expected"),
    [
        ([HERE], False, False, ("folder",)),
        ([HERE], True, False, ("folder", "tar.gz")),
        ([HERE], False, True, ("folder", "deb")),
        (["windows-x86_64"], False, False, ("zip",)),
        (["windows-x86_64", "macos-arm64"], True, True, ("zip", "setup")),
        ([HERE, "windows-x86_64"], False, False, ("folder", "zip")),
        ([HERE, "windows-x86_64"], True, True, ("folder", "tar.gz", "deb", "zip", "setup")),
    ],
)
def test_what_is_for_another_system_is_for_sending(
    names: list[str], to_send: bool, installers: bool, expected: tuple[str, ...]
) -> None:
    chosen = systems.chosen(names)
    assert systems.formats_of(chosen, to_send=to_send, installers=installers) == expected


def test_the_form_offers_this_machine_and_the_others(make_page: MakePage) -> None:
    page = make_page()
    form = page.client.post(f"{page.address}/check").text
    assert form.count('name="system"') == 5 and 'value="here" checked' in form
    assert 'value="linux-x86_64"' not in form


def test_a_page_for_friends_that_is_gone_is_said(make_page: MakePage) -> None:
    page = make_page()
    answer = page.client.post(f"{page.address}/page")
    assert (answer.status_code, answer.json["ok"]) == (409, False)  # type: ignore[index]
    page.studio.projects.built(page.key, "", str(page.project / "index.html"))
    answer = page.client.post(f"{page.address}/page")
    assert "Build again" in answer.json["message"]  # type: ignore[index]


def test_an_odd_machine_has_its_own_name() -> None:
    assert System("linux-riscv64", "Linux", "on riscv64", "tar.gz", "deb") not in SYSTEMS
