"""Orders: what goes into a file comes out of it, and nothing else does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from launcher.errors import ConfigError
from launcher.hosting import order as orders
from launcher.hosting.order import Hosting


def written(folder: Path, **values: Any) -> Path:
    """Write an order by hand."""
    path = folder / "serve.json"
    whole = {"format": 1, "manifest": "m.json", "root": "app", **values}
    path.write_text(json.dumps(whole), encoding="utf-8")
    return path


def test_order_comes_back_with_paths_from_its_own_folder(tmp_path: Path) -> None:
    asked = Hosting("launcher.json", "app", ("example.org",), bind="unix:run/s", sites=("site",))
    asked.save(tmp_path / "serve.json")
    found = orders.load(tmp_path / "serve.json")
    assert found.manifest == str(tmp_path / "launcher.json")
    assert found.bind == f"unix:{tmp_path / 'run' / 's'}"
    assert found.sites == (str(tmp_path / "site"),)
    assert found.hosts == ("example.org",)


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"wokers": 2}, "'workers'"),
        ({"workers": True}, "a number"),
        ({"workers": -1}, "from 0"),
        ({"hosts": "example.org"}, "a list"),
        ({"hosts": ["https://example.org"]}, "not the name of a host"),
        ({"server": "hypercorn"}, "'waitress'"),
        ({"bind": "8000"}, "not a place"),
        ({"bind": "0.0.0.0:99999"}, "not a place"),
        ({"health": "healthz"}, "no path"),
        ({"proxy": ["nginx"]}, "address of a proxy"),
        ({"trust_origins": ["https://example.net/"]}, "origin of a site"),
        ({"server": "uwsgi", "protocol": "uwsgi", "behind": "nginx"}, "unix socket"),
        ({"manifest": ""}, "lacks 'manifest'"),
        ({"format": 2}, "of this version"),
    ],
)
def test_impossible_order_is_refused_with_what_is_wrong(
    tmp_path: Path, values: dict[str, Any], named: str
) -> None:
    with pytest.raises(ConfigError) as told:
        orders.load(written(tmp_path, **values))
    assert named in str(told.value)


@pytest.mark.parametrize("text", ["", "[]", "nonsense", "\x00", '{"format": 1}'])
def test_what_is_no_order_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "serve.json").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError):
        orders.load(tmp_path / "serve.json")
    with pytest.raises(ConfigError):
        orders.load(tmp_path / "none.json")


def test_every_field_is_explained() -> None:
    for field in json.loads(Hosting("m", "r").to_json()):
        assert f'"{field}":' in (orders.__doc__ or "")
