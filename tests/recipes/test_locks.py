"""The locks: pinned, hashed, without addresses, and in step with pyproject.toml."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ROOT / "build" / "locks"
NAMES = ("launcher", "develop", "player", "player-qt", "player-gtk", "pythons")
ENTRY = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>\S+)", re.MULTILINE)


def pinned(name: str) -> dict[str, Version]:
    text = (LOCKS / f"{name}.txt").read_text(encoding="utf-8")
    return {canonicalize_name(m["name"]): Version(m["version"]) for m in ENTRY.finditer(text)}


def asked_for(name: str) -> list[Requirement]:
    """Return what the lock `name` is made from."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lines = (LOCKS / f"{name}.in").read_text(encoding="utf-8").splitlines()
    texts = [line for line in lines if line and not line.startswith("#")]
    if name in ("launcher", "develop"):
        texts += project["project"]["dependencies"]
        texts += project["project"]["optional-dependencies"]["qt"]
    if name == "develop":
        texts += project["dependency-groups"]["develop"]
    return [Requirement(text) for text in texts]


@pytest.mark.parametrize("name", NAMES)
def test_a_lock_names_no_address(name: str) -> None:
    text = (LOCKS / f"{name}.txt").read_text(encoding="utf-8")
    assert not re.search(r"://|^\s*-|@ ", re.sub(r"^ +--hash=.*$", "", text, flags=re.MULTILINE))


@pytest.mark.parametrize("name", NAMES)
def test_every_distribution_of_a_lock_has_a_hash(name: str) -> None:
    text = (LOCKS / f"{name}.txt").read_text(encoding="utf-8")
    for entry in re.split(r"\n(?=\S)", text):
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry


@pytest.mark.parametrize("name", NAMES)
def test_a_lock_holds_what_it_is_made_from(name: str) -> None:
    versions = pinned(name)
    for requirement in asked_for(name):
        version = versions.get(canonicalize_name(requirement.name))
        assert version is not None, f"{requirement} is not in {name}.txt: make the locks anew"
        assert requirement.specifier.contains(version), f"{requirement} is not met in {name}.txt"


@pytest.mark.parametrize(("small", "large"), [("launcher", "develop"), ("player-qt", "develop")])
def test_locks_that_meet_agree(small: str, large: str) -> None:
    assert pinned(small).items() <= pinned(large).items()


@pytest.mark.parametrize("kind", ["qt", "gtk"])
def test_the_player_s_locks_install_together(kind: str) -> None:
    player, more = pinned("player"), pinned(f"player-{kind}")
    both = player.keys() & more.keys()
    assert {name: player[name] for name in both} == {name: more[name] for name in both}
