"""What a package depends on: the table of libraries, and what each kind of window needs beside them."""

from __future__ import annotations

import pytest

from launcher import paths
from launcher.errors import BuildError
from launcher.packager import debian
from launcher.packager.audit import Audit
from launcher.packager.formats.linux import needs

AUDIT = Audit(
    3, {"ld-linux-x86-64.so.2": "Quiz", "libc.so.6": "Quiz", "libglib-2.0.so.0": "a.so"}, {}, "glibc 2.34"
)


def test_the_oldest_c_library_is_a_dependency() -> None:
    depends, recommends = needs.debian(AUDIT, "browser")
    assert depends == ["libc6 (>= 2.34)", "libglib2.0-0t64 | libglib2.0-0"]
    assert any("firefox" in one for one in recommends)
    assert needs.debian(Audit(1, {"libc.so.6": "Quiz"}), "browser")[0] == ["libc6"]


def test_each_kind_of_window_brings_needs_of_its_own() -> None:
    assert "fontconfig-config" in needs.debian(AUDIT, "qt")[0]
    assert "libwebkit2gtk-4.1-0" in needs.debian(AUDIT, "gtk")[0]
    assert not any("firefox" in one for one in needs.debian(AUDIT, "qt")[1])


def test_a_library_of_which_no_package_is_known_is_named() -> None:
    with pytest.raises(BuildError, match=r"libodd\.so\.7, which x\.so asks for"):
        needs.debian(Audit(1, {"libodd.so.7": "x.so"}), "qt")


def test_what_a_bundle_lacks_is_a_dependency_where_a_package_has_it() -> None:
    lacking = {"libsqlite3.so.0": "_sqlite3.so", "libodd.so.7": "x.so"}
    audit = Audit(1, {}, lacking)
    assert needs.debian(audit, "browser")[0] == ["libsqlite3-0"]
    assert needs.rpm(audit, "browser", wide=True) == ["libsqlite3.so.0()(64bit)"]


def test_libraries_are_required_by_name_in_a_package_of_rpm() -> None:
    assert needs.rpm(AUDIT, "gtk", wide=True) == [
        "libc.so.6()(64bit)",
        "libc.so.6(GLIBC_2.34)(64bit)",
        "libglib-2.0.so.0()(64bit)",
        "libgtk-3.so.0()(64bit)",
        "libwebkit2gtk-4.1.so.0()(64bit)",
    ]
    assert "libc.so.6(GLIBC_2.34)" in needs.rpm(AUDIT, "browser", wide=False)


def test_every_library_that_an_audit_leaves_to_the_system_has_a_package() -> None:
    text = (paths.bundled("build") / "systems" / "linux.txt").read_text(encoding="utf-8")
    names = [word for line in text.splitlines() for word in line.partition("#")[0].split() if "*" not in word]
    assert [name for name in names if not debian.package_of(name)] == []
    assert debian.package_of("libnvidia-ml.so.1") == debian.package_of("libcuda.so.1") == debian.MACHINE_S_OWN
    asked = Audit(1, {"libcuda.so.1": "x.so", "ld-linux-aarch64.so.1": "x"})
    assert needs.debian(asked, "browser")[0] == ["libc6"]
