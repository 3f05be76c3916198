"""The whole examination, of the machine that the tests run on."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from launcher import host
from launcher.doctor import Finding, examine, lacking
from launcher.doctor.examination import named
from launcher.doctor.system import MANAGERS, System


def test_everything_is_told_once_and_can_be_written_as_json() -> None:
    findings = examine()
    titles = [finding.title for finding in findings]
    assert len(titles) == len(set(titles))
    assert {"System", "Python", "Environments", "Display", "Disk"} <= set(titles)
    assert json.loads(json.dumps([asdict(finding) for finding in findings]))


def test_another_interpreter_is_looked_at_in_place_of_ours(tmp_path: Path) -> None:
    findings = examine(interpreter=tmp_path / host.executable_name("python"), cache=tmp_path)
    assert "Python" in {finding.title for finding in lacking(findings)}


def test_a_finding_gets_the_packages_of_the_system() -> None:
    finding = Finding("objdump", "missing", "", needs=("objdump",))
    assert named(finding, System("Debian", MANAGERS[0])).packages == ("binutils",)
    assert named(finding, System("Gentoo", None)).packages == ()
