"""Signing programs of Windows, really: by osslsigncode with certificates of the tests' own, and a clock."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from launcher import host
from launcher.errors import BuildError, ConfigError, LauncherError, MissingTool
from launcher.packager import ico, icon, plan, signing
from launcher.packager.audit import Audit
from launcher.packager.formats import Parcel, nsis_setup
from launcher.packager.plan import Plan
from launcher.packager.platforms import WINDOWS, Platform
from launcher.packager.progress import Progress
from launcher.packager.signing import authenticode, tools
from launcher.packager.signing.windows import Signer
from launcher.project.config import SignWindows
from tests.packager.test_nsis_setup import FILE, MOMENT, NAME
from tests.support.authorities import PASSWORD, Authority, authority_in
from tests.support.compiling import for_windows
from tests.support.waiting import until
from tests.support.wine import Windows

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = "#include <stdio.h>\nint wmain(void) { puts(\"runs\"); return 0; }\n"

pytestmark = pytest.mark.skipif(host.WINDOWS, reason="there signtool signs")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    with authority_in(tmp_path_factory.mktemp("authority")) as made:
        yield made


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return for_windows(tmp_path_factory.mktemp("bare") / "bare.exe", PROGRAM)


@pytest.fixture
def program(tmp_path: Path, bare: Path) -> Path:
    place = tmp_path / "Müller Shop.exe"
    place.write_bytes(bare.read_bytes() + b"archive" * 999)
    return place


def signer(authority: Authority, **settings: str | None) -> Signer:
    settings = {"certificate": "publisher.pem", "key": "publisher.key", **settings}
    asked = SignWindows(timestamp=authority.address, **settings)
    return Signer(authority.folder, asked, NAME, "https://example.org")


def plan_of(authority: Authority, settings: SignWindows) -> Plan:
    made = plan.make(plan.Options(str(ROOT)))
    manifest = replace(made.manifest, name=NAME, identifier="org.example.shop")
    config = replace(made.config, sign_windows=settings)
    return replace(
        made, root=authority.folder, manifest=manifest, config=config, platform=Platform(WINDOWS, "x86_64")
    )


def test_a_certificate_in_pem_signs_with_a_time_that_is_attested(program: Path, authority: Authority) -> None:
    signer(authority).sign(program)
    said = authority.verify(program)
    assert "Timestamp Server Signature verification: ok" in said and "Signature verification: ok" in said
    assert os.listdir(program.parent) == [program.name]


def test_a_pfx_s_password_is_in_no_argument_and_no_message(
    program: Path, authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who looks at a machine's processes sees arguments; a stand-in notes them, and hands on to the tool."""
    real = shutil.which("osslsigncode")
    folder = tmp_path / "tools"
    folder.mkdir()
    tool = folder / "osslsigncode"
    tool.write_text(f'#!/bin/sh\necho "$@" >> {shlex.quote(str(folder))}/seen\nexec {real} "$@"\n', "utf-8")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("KEY_PASSWORD", PASSWORD)
    one = signer(authority, certificate="publisher.pfx", key=None, password_env="KEY_PASSWORD")
    one.sign(program)
    assert authority.verify(program)
    monkeypatch.setenv("KEY_PASSWORD", "wrong secret")
    with pytest.raises(BuildError, match=r"Müller Shop\.exe could not be signed") as caught:
        one.sign(program)
    seen = (folder / "seen").read_text(encoding="utf-8")
    assert "publisher.pfx" in seen and PASSWORD not in seen
    assert "wrong secret" not in f"{seen}{caught.value}"
    assert sorted(os.listdir(tmp_path)) == [program.name, "tools"]


def test_one_changed_byte_is_found(program: Path, authority: Authority) -> None:
    signer(authority).sign(program)
    authenticode.check(program, authority.certificate)
    content = bytearray(program.read_bytes())
    content[len(content) // 2] ^= 1
    program.write_bytes(content)
    assert authority.verify(program) == ""
    with pytest.raises(BuildError, match="its signature is not of its content"):
        authenticode.check(program, None)


def test_another_s_certificate_is_found(program: Path, authority: Authority) -> None:
    signer(authority, certificate="stranger.pem", key="stranger.key").sign(program)
    with pytest.raises(BuildError, match="signed with another certificate"):
        authenticode.check(program, authority.certificate)


def test_a_command_signs_and_is_not_read_by_a_shell(program: Path, authority: Authority, bare: Path) -> None:
    place = program.rename(program.with_name("Müller & $HOME's Shop.exe"))
    key = f"-certs '{authority.certificate}' -key '{authority.key}'"
    script = authority.folder / "sign.sh"
    script.write_text(
        '#!/bin/sh\nset -e\nfile=$1; shift\nosslsigncode sign "$@" -in "$file" -out "$file.new"\n'
        'mv "$file.new" "$file"\n',
        encoding="utf-8",
    )
    asked = SignWindows(command=f"sh '{script}' {{file}} {key}")
    Signer(authority.folder, asked, NAME, "").sign(place)
    assert "Signature verification: ok" in authority.verify(place)
    with pytest.raises(BuildError, match=r"Shop\.exe was to be signed, and bears no signature"):
        Signer(authority.folder, SignWindows(command="true {file}"), NAME, "").sign(
            shutil.copy(bare, place)  # type: ignore[arg-type]
        )
    with pytest.raises(LauncherError, match=r"Shop\.exe could not be signed"):
        Signer(authority.folder, SignWindows(command="no-such-tool {file}"), NAME, "").sign(place)


def test_what_is_signed_already_stays_and_a_cache_s_file_is_not_written_into(
    tmp_path: Path, bare: Path, authority: Authority
) -> None:
    bundle, kept = tmp_path / "bundle", tmp_path / "kept.pyd"
    (bundle / "layers").mkdir(parents=True)
    shutil.copy(bare, kept)
    os.link(kept, bundle / "layers" / "_own.pyd")
    theirs = shutil.copy(bare, bundle / "python311.dll")
    signer(authority, certificate="stranger.pem", key="stranger.key").sign(Path(theirs))
    shutil.copy(bare, bundle / "Shop.exe")
    (bundle / "notes.txt").write_bytes(b"MZ is how programs begin")
    for path in bundle.rglob("*.*"):
        os.utime(path, (MOMENT, MOMENT))
    before = {path.name: path.read_bytes() for path in bundle.rglob("*.*")}
    settings = SignWindows(certificate="publisher.pem", key="publisher.key", timestamp=authority.address)
    made = plan_of(authority, settings)
    assert signing.wants(made)
    told = signing.finish(bundle, made, Progress(lambda event: None))
    assert told == "2 programs and libraries signed, 1 were already"
    after = {path.name: path.read_bytes() for path in bundle.rglob("*.*")}
    assert {name for name in before if after[name] != before[name]} == {"_own.pyd", "Shop.exe"}
    assert kept.read_bytes() == before["_own.pyd"]
    assert authority.verify(bundle / "layers" / "_own.pyd")
    assert {int(path.stat().st_mtime) for path in bundle.rglob("*.*")} == {MOMENT}


def test_without_settings_nothing_is_signed(authority: Authority) -> None:
    assert not signing.wants(plan_of(authority, SignWindows()))
    assert not signing.wants(plan_of(authority, SignWindows(timestamp="http://127.0.0.1:1")))


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"certificate": "gone.pem"}, "there is no file"),
        ({"key": "gone.key"}, "there is no file"),
        ({"password_env": "UNSET_HERE"}, "the environment has no UNSET_HERE"),
    ],
)
def test_what_is_missing_is_named(
    program: Path, authority: Authority, settings: dict[str, str], told: str
) -> None:
    before = program.read_bytes()
    with pytest.raises(ConfigError, match=told):
        signer(authority, **settings).sign(program)
    assert program.read_bytes() == before


def test_without_its_tool_it_is_said_where_to_get_it(
    program: Path, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(MissingTool, match="osslsigncode") as caught:
        signer(authority).sign(program)
    assert "apt install osslsigncode" in caught.value.todo


def test_an_authority_that_does_not_answer_is_no_signature(program: Path, authority: Authority) -> None:
    before = program.read_bytes()
    settings = SignWindows(certificate="publisher.pem", key="publisher.key", timestamp="http://127.0.0.1:9")
    with pytest.raises(BuildError, match=r"Müller Shop\.exe could not be signed"):
        Signer(authority.folder, settings, NAME, "").sign(program)
    assert program.read_bytes() == before


def test_signtool_never_sees_a_password(
    program: Path, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The way on Windows, as far as it can be tried here: what would be run."""
    ran: list[list[str]] = []

    def run(command: list[Any], *, todo: str, on_line: Any = None) -> None:
        ran.append([str(word) for word in command])
        if on_line is not None:
            on_line("0123ABCD")

    monkeypatch.setattr(tools, "run", run)
    monkeypatch.setattr(host, "WINDOWS", True)
    monkeypatch.setattr(shutil, "which", lambda name: f"C:\\{name}.exe")
    monkeypatch.setenv("KEY_PASSWORD", PASSWORD)
    tools.by_certificate(
        tools.Identity(authority.pfx, None, "KEY_PASSWORD", "http://time", NAME, ""), program
    )
    assert [words[0] for words in ran] == ["powershell", r"C:\signtool.exe", "powershell"]
    assert ran[1][-3:] == ["/sha1", "0123ABCD", str(program)] and "/tr" in ran[1]
    assert PASSWORD not in str(ran) and "KEY_PASSWORD" in ran[0][-1]


def test_a_setup_and_its_uninstaller_are_signed_and_run(
    tmp_path: Path, bare: Path, authority: Authority, wine: Windows
) -> None:
    if shutil.which("makensis") is None:
        pytest.skip("there is no NSIS")
    settings = SignWindows(certificate="publisher.pem", key="publisher.key", timestamp=authority.address)
    made = plan_of(authority, settings)
    bundle = tmp_path / "work 'of' mine" / FILE
    (bundle / "layers").mkdir(parents=True)
    shutil.copy(bare, bundle / f"{FILE}.exe")
    (bundle / "layers" / "icon.png").write_bytes(ico.encode(icon.from_letters(NAME)))
    signing.finish(bundle, made, Progress(lambda event: None))
    setup = nsis_setup.make(Parcel(bundle, tmp_path, "Shop", made, MOMENT, Audit()))[0]
    assert authority.verify(setup)
    assert wine.run(setup, "/S")[0] == 0
    place = wine.local_data / "Programs" / FILE
    assert authority.verify(place / "uninstall.exe")
    assert wine.run(place / f"{FILE}.exe") == (0, "runs\r\n")
    wine.run(place / "uninstall.exe", "/S")
    until(lambda: not place.exists(), what=lambda: os.listdir(place))
