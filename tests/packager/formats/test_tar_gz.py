"""The archive for Linux: the program, and what puts it into a menu."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from launcher import host
from launcher.errors import BuildError
from launcher.packager.formats import tar_gz
from tests.support.parcels import parcel_of

pytestmark = pytest.mark.skipif(host.WINDOWS, reason="bundles of Linux have links and rights")


def test_an_installer_lies_beside_the_program_in_the_archive_alone(tmp_path: Path) -> None:
    parcel = parcel_of(tmp_path / "work")
    before = sorted(path.name for path in parcel.bundle.rglob("*"))
    place, *_ = tar_gz.make(parcel)
    with tarfile.open(place) as archive:
        found = {member.name: member for member in archive}
        script = archive.extractfile("Müllers Quiz/install.sh")
        assert script is not None and "name='Müller'\"'\"'s Quiz'" in script.read().decode()
    assert found["Müllers Quiz/install.sh"].mode == found["Müllers Quiz/Müllers Quiz"].mode == 0o755
    assert "Müllers Quiz/_internal/menu/applications/org.example.Quiz.desktop" in found
    assert next(iter(found)) == "Müllers Quiz"  # each folder comes before what lies in it
    assert sorted(path.name for path in parcel.bundle.rglob("*")) == before


def test_a_program_called_like_the_installer_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"Two files of the program would be install\.sh/install\.sh"):
        tar_gz.make(parcel_of(tmp_path / "work", name="install.sh"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["work"]
