"""The package for Debian: read by Debian's own tools where they are, and by Python everywhere."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import stat
import subprocess
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from launcher import host
from launcher.packager.audit import Audit
from launcher.packager.formats import deb
from tests.support.parcels import MOMENT, parcel_of

pytestmark = pytest.mark.skipif(host.WINDOWS, reason="bundles of Linux have links and rights")
AUDIT = Audit(2, {"libc.so.6": "Quiz", "libasound.so.2": "libx.so.1"}, {}, "glibc 2.34")
HOSTILE: Mapping[str, Any] = {
    "name": "Q & A",
    "publisher": "Ann\nPre-Depends: evil",
    "project_summary": "One\n\nPostinst: rm -rf / " + "long " * 50,
    "project_homepage": "https://x.example\nDepends: evil",
    "project_licence": "GPL\nFiles: /etc/*",
    "version": "1.0rc1",
}


def parts_of(package: Path) -> dict[str, bytes]:
    """Read the parts of an archive of ar."""
    data = package.read_bytes()
    assert data.startswith(b"!<arch>\n")
    place, found = 8, {}
    while place < len(data):
        header = data[place : place + 60].decode("ascii")
        assert header.endswith("`\n") and header[16:28].strip() == str(MOMENT)
        size = int(header[48:58])
        found[header[:16].strip()] = data[place + 60 : place + 60 + size]
        place += 60 + size + size % 2
    return found


def control_of(package: Path) -> dict[str, str]:
    """Read the fields of a package."""
    with tarfile.open(fileobj=io.BytesIO(parts_of(package)["control.tar.xz"])) as archive:
        file = archive.extractfile("./control")
        assert file is not None
        text = file.read().decode()
    fields: dict[str, str] = {}
    for line in text.splitlines():
        if line.startswith(" "):
            fields[list(fields)[-1]] += f"\n{line}"
        else:
            name, _, value = line.partition(": ")
            assert name not in fields
            fields[name] = value
    return fields


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return deb.make(parcel_of(tmp_path / "work", audit=AUDIT))[0]


def test_a_package_says_what_it_is_and_needs(package: Path) -> None:
    fields = control_of(package)
    assert fields["Package"] == "org.example.quiz"
    assert (fields["Version"], fields["Architecture"], fields["Section"]) == ("1.2", "amd64", "misc")
    assert fields["Depends"] == "fontconfig-config, libasound2t64 | libasound2, libc6 (>= 2.34)"
    assert fields["Recommends"] == "xdg-utils"
    assert fields["Maintainer"] == "Erika Müller <erika@example.org>"
    assert fields["Homepage"] == "https://quiz.example.org/a?b=c&d"
    assert fields["Description"].startswith("Ask each other questions\n It brings its own Python")
    assert "stays there when the package is removed" in fields["Description"]


def test_its_parts_are_those_of_the_format_in_their_order(package: Path) -> None:
    parts = parts_of(package)
    assert list(parts) == ["debian-binary", "control.tar.xz", "data.tar.xz"]
    assert parts["debian-binary"] == b"2.0\n"
    with tarfile.open(fileobj=io.BytesIO(parts["data.tar.xz"])) as archive:
        members = {member.name: member for member in archive}
        files = {name: archive.extractfile(name) for name in members}
        sums = {name: hashlib.md5(file.read()).hexdigest() for name, file in files.items() if file}
    assert list(members)[:3] == [".", "./usr", "./usr/bin"]
    program = members["./usr/lib/org.example.quiz/Müllers Quiz"]
    assert program.mode == 0o755 and (program.uid, program.uname) == (0, "root")
    assert members["./usr/bin/org.example.quiz"].linkname == "../lib/org.example.quiz/Müllers Quiz"
    assert members["./usr/lib/org.example.quiz/layers/app/ä ö.py"].mode == 0o644
    assert members["./usr/lib/org.example.quiz/layers/app/empty"].isdir()
    assert {member.mtime for member in members.values()} == {MOMENT}
    with tarfile.open(fileobj=io.BytesIO(parts["control.tar.xz"])) as archive:
        assert archive.getnames() == [".", "./control", "./md5sums"]
        told = archive.extractfile("./md5sums")
        assert told is not None
        listed = [line.split("  ", 1) for line in told.read().decode().splitlines()]
    assert {path: digest for digest, path in listed} == {
        name[2:]: digest for name, digest in sums.items() if not members[name].issym()
    }


def test_the_same_program_gives_the_same_bytes(tmp_path: Path) -> None:
    digests = {
        deb.make(parcel_of(tmp_path / name / "work", audit=AUDIT))[2] for name in ("one", "two")
    }
    assert len(digests) == 1


def test_nothing_that_a_project_says_of_itself_becomes_another_field(tmp_path: Path) -> None:
    place, *_ = deb.make(parcel_of(tmp_path / "work", audit=AUDIT, **HOSTILE))
    fields = control_of(place)
    assert "Pre-Depends" not in fields and "Homepage" not in fields and "Postinst" not in fields
    assert fields["Version"] == "1.0~rc1"
    assert "evil" not in fields["Depends"]
    assert len(fields["Description"].splitlines()[0]) <= 80


def test_debian_s_own_tools_read_and_lay_it(package: Path, tmp_path: Path) -> None:
    if shutil.which("dpkg-deb") is None:
        pytest.skip("needs dpkg-deb")
    asked = subprocess.run(["dpkg-deb", "--info", package], capture_output=True, text=True, check=True)
    assert "Package: org.example.quiz" in asked.stdout and not asked.stderr
    root = tmp_path / "root"
    (root / "var/lib/dpkg").mkdir(parents=True)
    (root / "var/lib/dpkg/status").touch()
    if not host.is_root():
        subprocess.run(["dpkg-deb", "--extract", package, root], check=True)
        assert (root / "usr/bin/org.example.quiz").resolve().is_file()
        return
    # Not what it depends on, of which there is nothing in this root.
    command: list[str | Path] = ["dpkg", "--root", root, "--force-depends", "--force-script-chrootless"]
    subprocess.run([*command, "--install", package], check=True, capture_output=True)
    program = root / "usr/bin/org.example.quiz"
    assert program.resolve().stat().st_mode & stat.S_IXOTH
    subprocess.run([*command, "--verify", "org.example.quiz"], check=True)
    subprocess.run([*command, "--purge", "org.example.quiz"], check=True, capture_output=True)
    left = [path for path in root.rglob("*") if not path.is_relative_to(root / "var")]
    assert left == []


def test_a_failed_package_leaves_nothing(tmp_path: Path) -> None:
    parcel = parcel_of(tmp_path / "work")
    os.mkfifo(parcel.bundle / "odd")
    with pytest.raises(Exception, match="odd is neither a file nor a folder"):
        deb.make(parcel)
    assert sorted(os.listdir(tmp_path)) == ["work"]
