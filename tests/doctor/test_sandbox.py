"""The kernel's settings that decide about Qt's sandbox."""

from __future__ import annotations

from pathlib import Path

import pytest

from launcher.doctor import sandbox


@pytest.mark.parametrize(("name", "value"), sandbox.FORBIDDEN.items())
def test_a_setting_that_forbids_the_sandbox_is_named(tmp_path: Path, name: str, value: str) -> None:
    (tmp_path / name).parent.mkdir()
    (tmp_path / name).write_text(f"{value}\n")
    finding = sandbox.examine(tmp_path)
    assert finding.state == "optional"
    assert finding.detail.startswith(f"{name.replace('/', '.')}={value} ")


def test_other_values_and_absent_settings_allow_it(tmp_path: Path) -> None:
    assert sandbox.examine(tmp_path).state == "ok"
    (tmp_path / "user").mkdir()
    (tmp_path / "user" / "max_user_namespaces").write_text("63483\n")
    assert sandbox.examine(tmp_path).state == "ok"
