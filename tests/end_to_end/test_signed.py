"""A build for Windows that is signed, as people make it: every binary, and the program still runs."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher.packager.signing import authenticode
from tests.end_to_end.builds import Builder
from tests.end_to_end.shop import APP, NAME, PLATFORM, SETTINGS, Shop
from tests.support.authorities import PASSWORD, Authority, authority_in
from tests.support.wine import Windows, fit

pytestmark = [pytest.mark.end_to_end, pytest.mark.slow]
SIGN = """
[tool.launcher.sign.windows]
certificate = "{certificate}"
password-env = "LADEN_PASSWORD"
timestamp = "{address}"
"""


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[Authority]:
    folder = tmp_path / "authority"
    folder.mkdir()
    with authority_in(folder) as made:
        yield made


def test_every_binary_is_signed_and_the_program_runs(
    wine: Windows, builder: Builder, authority: Authority, tmp_path: Path
) -> None:
    project, output = tmp_path / "project", tmp_path / "dist"
    project.mkdir()
    (project / "app.py").write_text(APP.replace("{version}", "1.0"), encoding="utf-8")
    signing = SIGN.format(certificate=authority.pfx, address=authority.address)
    (project / "pyproject.toml").write_text(SETTINGS.replace("{version}", "1.0") + signing, encoding="utf-8")
    words = ("--target", PLATFORM.tag, "--format", "folder", "--format", "onefile", "--no-verify")
    build = builder.build(project, output, *words, env={"LADEN_PASSWORD": PASSWORD})
    program = build.program
    report = (output / f"{NAME}-1.0-{PLATFORM.tag}.report.txt").read_text("utf-8")
    assert PASSWORD not in f"{build.events}{build.errors}{report}"
    binaries = [path for path in program.parent.rglob("*") if authenticode.is_program(path)]
    assert [path for path in binaries if not authenticode.is_signed(path)] == []
    ours = {path.name for path in binaries if authority.verify(path)}
    assert program.name in ours and any(name.startswith("_speedups") for name in ours)
    python = program.parent / "_internal" / "python311.dll"
    if python.is_file():  # the project's Python has another minor version elsewhere
        assert python.name not in ours
        (player,) = [path for path in builder.cache.glob(f"players/{PLATFORM.tag}-3.11*/_internal")][:1]
        assert python.read_bytes() == (player / python.name).read_bytes()
    onefile = output / f"{NAME}-1.0-{PLATFORM.tag}.exe"
    assert authority.verify(onefile)

    fit(program.parent)
    shop = Shop(wine)
    for one in (program, onefile):
        started = wine.start(one)
        started.entry()
        assert shop.ask()["version"] == "1.0"
        started.end()
        (shop.data.private / "running.json").unlink(missing_ok=True)
    shutil.rmtree(shop.data.root)
    for one in (program, onefile):
        content = bytearray(one.read_bytes())
        content[len(content) // 2] ^= 1
        one.write_bytes(content)
        assert authority.verify(one) == ""
