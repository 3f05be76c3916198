"""Apple's tools, as far as that can be tried away from them: stand-ins note how they are called."""

from __future__ import annotations

import json
import os
import plistlib
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from launcher import host
from launcher.errors import BuildError, ConfigError, MissingTool
from launcher.packager import signing
from launcher.packager.audit import Audit
from launcher.packager.formats import Parcel, check, dmg
from launcher.packager.plan import Plan
from launcher.packager.progress import Progress
from launcher.packager.signing import apple
from launcher.project.config import SignMacos
from tests.packager.signing.conftest import MOMENT, Lay

TOOLS = ("codesign", "ditto", "xcrun", "spctl", "hdiutil")
ADA = "Developer ID Application: Ada (A1B2C3)"
STAND_IN = """#!{python}
import json, os, plistlib, sys
words = sys.argv[1:]
note = {{"tool": os.path.basename(sys.argv[0]), "words": words}}
if "--entitlements" in words:
    with open(words[words.index("--entitlements") + 1], "rb") as file:
        note["entitlements"] = plistlib.load(file)
if "-srcfolder" in words:
    folder = words[words.index("-srcfolder") + 1]
    note["in it"] = {{name: os.path.islink(os.path.join(folder, name)) for name in os.listdir(folder)}}
with open(os.environ["NOTES"], "a", encoding="utf-8") as file:
    file.write(json.dumps(note) + "\\n")
if note["tool"] in ("ditto", "hdiutil"):
    open(words[-1], "wb").close()
sys.exit(1 if os.environ.get("FAILS") in words else 0)
"""

pytestmark = pytest.mark.skipif(host.WINDOWS, reason="the stand-ins are scripts of POSIX")


class Noted:
    """What the stand-ins were called with."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def calls(self) -> list[dict[str, object]]:
        """Return a note for each call, in order."""
        return [json.loads(line) for line in self.file.read_text(encoding="utf-8").splitlines()]

    def words(self) -> list[str]:
        """Return each call in one line."""
        return [" ".join([str(one["tool"]), *map(str, _list(one["words"]))]) for one in self.calls()]


def _list(value: object) -> list[object]:
    assert isinstance(value, list)
    return value


@pytest.fixture
def noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Noted:
    """Put the stand-ins before all other programs."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in TOOLS:
        (tools / name).write_text(STAND_IN.format(python=sys.executable), encoding="utf-8")
        (tools / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("NOTES", str(tmp_path / "notes"))
    return Noted(tmp_path / "notes")


def signed(made: Plan, bundle: Path, settings: SignMacos) -> str:
    """Sign with settings."""
    contents = bundle / "Contents"
    libraries = [contents / "Frameworks/_ssl.so", contents / "Resources/layers/site/zmq/_zmq.so"]
    plan = replace(made, config=replace(made.config, sign_macos=settings))
    return apple.sign(bundle, libraries, plan, Progress(lambda event: None))


@pytest.mark.skipif(not host.MACOS, reason="codesign is on a Mac alone")
def test_codesign_finds_nothing_wrong_with_what_is_signed_elsewhere(
    lay: Lay, made: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one question that everything else here stands in for; never asked so far."""
    monkeypatch.setattr(host, "MACOS", False)
    bundle = lay(tmp_path)
    signing.finish(bundle, made, Progress(lambda event: None))
    asked = subprocess.run(
        ["/usr/bin/codesign", "--verify", "--deep", "--strict", "--verbose=4", bundle],
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.returncode == 0, asked.stderr


def test_without_an_identity_a_mac_signs_ad_hoc(lay: Lay, made: Plan, tmp_path: Path, noted: Noted) -> None:
    bundle = lay(tmp_path)
    assert signed(made, bundle, SignMacos()) == "3 programs and libraries signed ad hoc"
    deep, shallow = "Contents/Resources/layers/site/zmq/_zmq.so", "Contents/Frameworks/_ssl.so"
    assert noted.words() == [
        f"codesign --force --sign - {bundle}/{deep} {bundle}/{shallow}",
        f"codesign --force --sign - {bundle}",
        f"codesign --verify --deep --strict --verbose=2 {bundle}",
    ]


def test_with_an_identity_and_a_profile_it_is_notarised(
    lay: Lay, made: Plan, tmp_path: Path, noted: Noted
) -> None:
    bundle = lay(tmp_path)
    told = signed(made, bundle, SignMacos(identity=ADA, notary_profile="ada"))
    assert told == f"3 programs and libraries signed as {ADA}, and notarised"
    calls = noted.calls()
    inner, outer = _list(calls[0]["words"]), _list(calls[1]["words"])
    assert inner[:6] == ["--force", "--sign", ADA, "--options", "runtime", "--timestamp"]
    assert "--entitlements" not in inner and outer[-1] == str(bundle)
    assert [line.split(str(bundle.parent))[0] for line in noted.words()[2:]] == [
        "codesign --verify --deep --strict --verbose=2 ",
        "ditto -c -k --keepParent ",
        "xcrun notarytool submit ",
        "xcrun stapler staple ",
        "spctl --assess --type execute --verbose=2 ",
    ]
    assert noted.words()[4].endswith("Müller Shop.zip --keychain-profile ada --wait")


def test_what_pages_may_ask_for_is_entitled(lay: Lay, made: Plan, tmp_path: Path, noted: Noted) -> None:
    window = replace(made.manifest.window, permissions=("camera", "clipboard"))
    asking = replace(made, manifest=replace(made.manifest, window=window))
    signed(asking, lay(tmp_path), SignMacos(identity=ADA))
    entitled = noted.calls()[1]["entitlements"]
    assert entitled == {
        "com.apple.security.cs.allow-unsigned-executable-memory": True,
        "com.apple.security.cs.disable-library-validation": True,
        "com.apple.security.device.camera": True,
    }


def test_the_project_s_own_entitlements_are_taken(
    lay: Lay, made: Plan, tmp_path: Path, noted: Noted
) -> None:
    (tmp_path / "own.plist").write_bytes(plistlib.dumps({"com.apple.security.network.client": True}))
    here = replace(made, root=tmp_path)
    signed(here, lay(tmp_path), SignMacos(identity=ADA, entitlements="own.plist"))
    assert noted.calls()[1]["entitlements"] == {"com.apple.security.network.client": True}
    with pytest.raises(ConfigError, match="there is no file"):
        signed(here, lay(tmp_path / "again"), SignMacos(identity=ADA, entitlements="none.plist"))


@pytest.mark.parametrize(("fails", "told"), [("--force", "codesign"), ("notarytool", "xcrun")])
def test_what_a_tool_refuses_ends_the_build(
    lay: Lay, made: Plan, tmp_path: Path, noted: Noted, monkeypatch: pytest.MonkeyPatch, fails: str, told: str
) -> None:
    monkeypatch.setenv("FAILS", fails)
    with pytest.raises(BuildError, match=told):
        signed(made, lay(tmp_path), SignMacos(identity=ADA, notary_profile="ada"))


def test_an_image_holds_the_application_and_a_link_to_where_it_goes(
    lay: Lay, made: Plan, tmp_path: Path, noted: Noted
) -> None:
    bundle = lay(tmp_path / "work")
    parcel = Parcel(bundle, tmp_path, "Shop-1.0-macos-arm64", made, MOMENT, Audit())
    place, size, digest = dmg.make(parcel)
    assert place == tmp_path / "Shop-1.0-macos-arm64.dmg" and (size, len(digest)) == (0, 64)
    (call,) = noted.calls()
    assert call["in it"] == {"Müller Shop.app": False, "Applications": True}
    words = _list(call["words"])
    assert words[:3] == ["create", "-volname", "Müller Shop"]
    assert words[-5:-1] == ["-fs", "HFS+", "-format", "UDZO"]
    assert os.listdir(tmp_path / "work") == ["Müller Shop.app"]


@pytest.mark.skipif(host.MACOS, reason="there it can be made")
def test_an_image_is_refused_elsewhere_before_anything_is_done(made: Plan) -> None:
    with pytest.raises(MissingTool, match="on a Mac alone") as caught:
        check(("dmg",), (made.platform,))
    assert "zip" in (caught.value.todo or "")
