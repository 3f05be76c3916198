"""Systems, their package managers, and the commands that are composed for them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from launcher import host
from launcher.doctor import system

APT, DNF = system.MANAGERS[0], system.MANAGERS[1]
POLICY = """\
libasound2t64:
  Installed: (none)
  Candidate: 1.2.14-1
  Version table:
     1.2.14-1 500
        500 mirror trixie/main amd64 Packages
libasound2:
  Installed: (none)
  Candidate: (none)
  Version table:
binutils:
  Installed: 2.44-3
  Candidate: 2.44-3
"""


def test_a_package_without_candidate_is_not_offered() -> None:
    assert system.candidates_of(POLICY) == {"libasound2t64", "binutils"}


def test_nothing_is_offered_by_an_empty_answer() -> None:
    assert system.candidates_of("") == frozenset()


def test_the_system_is_called_what_it_calls_itself() -> None:
    release = 'ID=debian\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\n'
    assert system.release_name(release) == "Debian GNU/Linux 12 (bookworm)"
    assert system.release_name("PRETTY_NAME=Void\n") == "Void"
    assert system.release_name("") == "Linux"


@pytest.mark.skipif(shutil.which("apt-cache") is None, reason="asks this system's apt")
def test_debian_s_names_are_those_of_this_debian() -> None:
    renamed = any(system.DPKG.glob("lib*t64*.list"))
    names, unknown = system.this().names(["libasound.so.2", "libnobody.so.9", "objdump"])
    assert names == ("libasound2t64" if renamed else "libasound2", "binutils")
    assert unknown == ("libnobody.so.9",)


def test_without_package_lists_the_libraries_on_disk_tell_the_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(system, "DPKG", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))  # no apt-cache there
    debian = system.System("Debian", APT)
    assert debian.names(["libasound.so.2"])[0] == ("libasound2",)
    (tmp_path / "libssl3t64:amd64.list").touch()
    assert debian.names(["libasound.so.2"])[0] == ("libasound2t64",)


def test_a_package_that_brings_two_needs_is_named_once() -> None:
    fedora = system.System("Fedora", DNF)
    assert fedora.names(["objdump", "objcopy"])[0] == ("binutils",)


def test_debian_s_lists_are_refreshed_before_anything_is_installed() -> None:
    refresh, install = system.System("Debian", APT).commands(("binutils",))
    assert refresh[:2] == ("apt-get", "update")
    assert install[:2] == ("apt-get", "install") and install[-1] == "binutils"


def test_nothing_to_install_is_no_command() -> None:
    assert system.System("Debian", APT).commands(()) == ()
    assert system.System("Windows", None).commands(("binutils",)) == ()


def test_a_line_to_type_asks_for_rights_only_where_they_are_needed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fedora = system.System("Fedora", DNF)
    commands = [*fedora.commands(("libEGL.so.1()(64bit)",)), ("pip", "install", "x")]
    monkeypatch.setattr(host, "is_root", lambda: False)
    assert fedora.typed(commands) == (
        "sudo dnf install --assumeyes 'libEGL.so.1()(64bit)' && pip install x"
    )
    monkeypatch.setattr(host, "is_root", lambda: True)
    assert not fedora.typed(commands).startswith("sudo")


def test_a_system_without_a_manager_that_we_know_names_no_packages() -> None:
    assert system.System("Gentoo", None).names(["objdump"]) == ((), ("objdump",))
