"""The formats: what a bundle is handed over as."""

from __future__ import annotations

import hashlib
import os
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from launcher import host
from launcher.errors import BuildError, UsageError
from launcher.packager import formats, plan, platforms, uniform
from launcher.packager.audit import Audit
from launcher.packager.formats import FORMATS, Parcel, exchanging, folder, tar_gz
from launcher.project.manifest import Manifest
from launcher.project.target import Target

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A small bundle, in a work folder beside its final place."""
    made = tmp_path / "out" / ".work" / "Quiz"
    (made / "layers").mkdir(parents=True)
    (made / "layers" / "launcher.json").write_text("{}", encoding="utf-8")
    (made / "Quiz").write_text("program", encoding="utf-8")
    (made / "Quiz").chmod(0o755)
    (made / "empty").mkdir()
    if not host.WINDOWS:
        (made / "libx.so").symlink_to("Quiz")
    return made


def parcel_of(bundle: Path, output: Path, base: str) -> Parcel:
    """A bundle as the formats get it."""
    target = Target("app", None, "app", "", "test")
    manifest = Manifest(bundle.name, f"org.example.{bundle.name.lower()}", "1.0", target)
    project = plan.make(plan.Options(str(ROOT)))
    return Parcel(bundle, output, base, replace(project, manifest=manifest), 1_700_000_000, Audit())


def test_the_folder_comes_last_for_it_moves_the_bundle() -> None:
    assert list(FORMATS)[-1] == "folder"


def test_a_folder_gets_its_name_whole(bundle: Path) -> None:
    output = bundle.parents[1]
    place, size, digest = folder.make(parcel_of(bundle, output, "Quiz-1.0"))
    assert place == output / "Quiz"
    assert sorted(os.listdir(output)) == [".work", "Quiz"]
    assert size == sum(path.lstat().st_size for path in place.rglob("*") if not path.is_dir())
    assert len(digest) == 64


def test_the_digest_of_a_folder_is_that_of_its_content(bundle: Path) -> None:
    output = bundle.parents[1]
    _, _, before = folder.make(parcel_of(bundle, output, ""))
    (output / "Quiz").rename(bundle)
    assert folder.make(parcel_of(bundle, output, ""))[2] == before
    (output / "Quiz").rename(bundle)
    (bundle / "Quiz").write_text("PROGRAM", encoding="utf-8")
    assert folder.make(parcel_of(bundle, output, ""))[2] != before


def test_an_older_program_is_replaced_and_nothing_of_it_stays(bundle: Path) -> None:
    output = bundle.parents[1]
    old = output / "Quiz" / "layers"
    old.mkdir(parents=True)
    (old / "launcher.json").write_text("{}", encoding="utf-8")
    (old / "gone.py").write_text("", encoding="utf-8")
    folder.make(parcel_of(bundle, output, ""))
    assert not (old / "gone.py").exists()
    assert sorted(os.listdir(output)) == [".work", "Quiz"]
    assert os.listdir(output / ".work") == []


@pytest.mark.parametrize("kind", ["a folder with work in it", "a file", "a link"])
def test_what_no_build_made_is_not_replaced(bundle: Path, kind: str) -> None:
    output = bundle.parents[1]
    place = output / "Quiz"
    if kind == "a file":
        place.write_text("mine", encoding="utf-8")
    elif kind == "a link":
        if host.WINDOWS:
            pytest.skip("links need rights there")
        place.symlink_to(output)
    else:
        place.mkdir()
        (place / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(BuildError, match="is there already"):
        folder.make(parcel_of(bundle, output, ""))
    assert bundle.is_dir()
    assert place.exists()


def test_an_empty_folder_may_be_taken(bundle: Path) -> None:
    output = bundle.parents[1]
    (output / "Quiz").mkdir()
    assert (folder.make(parcel_of(bundle, output, ""))[0] / "Quiz").is_file()


@pytest.mark.skipif(host.WINDOWS, reason="modes and links are POSIX")
def test_a_tar_gz_holds_links_modes_and_empty_folders(bundle: Path) -> None:
    output = bundle.parents[1]
    place, size, digest = tar_gz.make(parcel_of(bundle, output, "Quiz-1.0-linux"))
    assert place == output / "Quiz-1.0-linux.tar.gz"
    assert size == place.stat().st_size
    assert digest == hashlib.sha256(place.read_bytes()).hexdigest()
    with tarfile.open(place) as archive:
        members = {member.name: member for member in archive.getmembers()}
    assert members["Quiz/Quiz"].mode & 0o777 == 0o755
    assert members["Quiz/libx.so"].linkname == "Quiz"
    assert members["Quiz/empty"].isdir()
    assert os.listdir(output / ".work") == ["Quiz"]


def test_the_same_bundle_gives_the_same_bytes_on_a_given_date(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    uniform.settle(bundle, uniform.moment_of(bundle))
    first = tar_gz.make(parcel_of(bundle, bundle.parents[1], "one"))[2]
    os.utime(bundle / "Quiz", (1, 1))
    uniform.settle(bundle, uniform.moment_of(bundle))
    assert tar_gz.make(parcel_of(bundle, bundle.parents[1], "two"))[2] == first


def test_two_names_are_exchanged_in_one_step(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    if not exchanging.exchange(tmp_path / "one", tmp_path / "other"):
        pytest.skip("this system cannot")
    assert os.listdir(tmp_path / "one") == ["other"] and os.listdir(tmp_path / "other") == ["one"]
    assert not exchanging.exchange(tmp_path / "one", tmp_path / "nowhere")
    assert os.listdir(tmp_path / "one") == ["other"]


def test_where_names_cannot_be_exchanged_what_was_there_comes_back_after_ctrl_c(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = bundle.parents[1]
    (output / "Quiz" / "layers").mkdir(parents=True)
    (output / "Quiz" / "layers" / "launcher.json").write_text("old", encoding="utf-8")
    monkeypatch.setattr(exchanging, "exchange", lambda one, other: False)
    real = os.replace

    def replace(source: Path, target: Path) -> None:
        if source == bundle:
            raise KeyboardInterrupt
        real(source, target)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(KeyboardInterrupt):
        folder.make(parcel_of(bundle, output, ""))
    assert (output / "Quiz/layers/launcher.json").read_text(encoding="utf-8") == "old"
    monkeypatch.setattr(os, "replace", real)
    folder.make(parcel_of(bundle, output, ""))
    assert (output / "Quiz/layers/launcher.json").read_text(encoding="utf-8") == "{}"
    assert sorted(os.listdir(output)) == [".work", "Quiz"] and os.listdir(output / ".work") == []


@pytest.mark.skipif(host.WINDOWS, reason="such files are POSIX")
@pytest.mark.parametrize("kind", ["/etc/passwd", "../outside", "layers/../../outside", "pipe"])
def test_a_tar_gz_holds_nothing_that_leads_out_of_it(bundle: Path, kind: str) -> None:
    odd = bundle / "odd"
    if kind == "pipe":
        os.mkfifo(odd)
    else:
        odd.symlink_to(kind)
    with pytest.raises(BuildError, match="Quiz/odd is "):
        tar_gz.make(parcel_of(bundle, bundle.parents[1], "Quiz-1.0"))
    assert sorted(os.listdir(bundle.parents[1])) == [".work"]


@pytest.mark.skipif(host.WINDOWS, reason="modes are POSIX")
def test_a_tar_gz_names_nobody_and_gives_nobody_s_rights(bundle: Path) -> None:
    (bundle / "Quiz").chmod(0o6755)
    place, *_ = tar_gz.make(parcel_of(bundle, bundle.parents[1], "Quiz-1.0"))
    with tarfile.open(place) as archive:
        for member in archive:
            assert (member.uid, member.gid, member.uname, member.gname) == (0, 0, "", "")
            assert member.mode <= 0o777 and tarfile.data_filter(member, "/unpacked")


def test_a_platform_that_none_of_the_formats_is_for_is_named_before_anything_is_built() -> None:
    both = platforms.chosen(["linux-x86_64", "windows-x86_64"])
    formats.check((), both)
    formats.check(("tar.gz", "zip"), both)
    with pytest.raises(UsageError) as told:
        formats.check(("tar.gz",), both)
    assert told.value.message == "None of the formats tar.gz is for windows-x86_64."
    assert "zip" in told.value.todo
