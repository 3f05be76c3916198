"""What steers a start from outside."""

from __future__ import annotations

from pathlib import Path

import pytest

from launcher.launch import headless, proof


@pytest.mark.parametrize(
    ("value", "wanted"), [(None, False), ("", False), ("0", False), ("1", True), ("yes", True)]
)
def test_headless_is_asked_for_by_the_environment(
    monkeypatch: pytest.MonkeyPatch, value: str | None, wanted: bool
) -> None:
    monkeypatch.delenv("LAUNCHER_HEADLESS", raising=False)
    if value is not None:
        monkeypatch.setenv("LAUNCHER_HEADLESS", value)
    assert headless() is wanted


def test_proof_is_written_where_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAUNCHER_WINDOW_PROOF", "/tmp/proof.json")
    assert proof() == Path("/tmp/proof.json")
    monkeypatch.setenv("LAUNCHER_WINDOW_PROOF", "")
    assert proof() is None
