"""A frozen `ssl` finds the authorities of the machine that it runs on, whatever machine froze it."""

from __future__ import annotations

import os
import ssl
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from launcher.loading import certificates


@pytest.fixture
def frozen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The `ssl` of a machine whose places are not here; those of all known systems are empty too."""
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.setenv(name, "")  # so that what is set meanwhile does not stay
        monkeypatch.delenv(name)
    monkeypatch.setattr(certificates, "BUNDLES", (str(tmp_path / "a"), str(tmp_path / "b")))
    places = [str(tmp_path / "cert.pem"), str(tmp_path / "certs")]

    def places_of() -> ssl.DefaultVerifyPaths:
        found: list[Any] = [place if os.path.exists(place) else None for place in places]
        return ssl.get_default_verify_paths()._replace(cafile=found[0], capath=found[1])

    module = ModuleType("ssl")
    monkeypatch.setattr(module, "get_default_verify_paths", places_of, raising=False)
    return module


def test_file_of_the_machine_is_taken_where_the_builder_s_is_missing(
    frozen: ModuleType, tmp_path: Path
) -> None:
    (tmp_path / "certs").mkdir()  # and empty, as where no authorities were installed
    (tmp_path / "b").touch()
    certificates.point(frozen)
    assert os.environ["SSL_CERT_FILE"] == str(tmp_path / "b")


@pytest.mark.parametrize("place", ["cert.pem", "certs/1a2b3c.0"])
def test_builder_s_place_is_kept_where_it_holds_some(frozen: ModuleType, tmp_path: Path, place: str) -> None:
    (tmp_path / place).parent.mkdir(exist_ok=True)
    (tmp_path / place).touch()
    (tmp_path / "a").touch()
    certificates.point(frozen)
    assert "SSL_CERT_FILE" not in os.environ


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_what_the_user_says_counts(
    frozen: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "of the user")
    (tmp_path / "a").touch()
    certificates.point(frozen)
    assert os.environ[name] == "of the user"
    assert {"SSL_CERT_FILE", "SSL_CERT_DIR"} & {*os.environ} == {name}


def test_those_of_the_project_are_the_last_resort(
    frozen: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "certifi").mkdir()
    (tmp_path / "certifi" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    certificates.point(frozen)
    assert "SSL_CERT_FILE" not in os.environ
    (tmp_path / "certifi" / "cacert.pem").touch()
    certificates.point(frozen)
    assert os.environ["SSL_CERT_FILE"] == str(tmp_path / "certifi" / "cacert.pem")


def test_ssl_that_was_imported_before_is_pointed_too(
    frozen: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ssl", frozen)
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    (tmp_path / "a").touch()
    certificates.provide()
    assert os.environ["SSL_CERT_FILE"] == str(tmp_path / "a")
