"""The authorities that this machine trusts: a frozen `ssl` looks where its builder's system keeps them."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

from launcher.loading.recording import after_import

# Where systems keep all of them in one file.
BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Arch, Gentoo
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  # Fedora, Red Hat
    "/etc/pki/tls/certs/ca-bundle.crt",  # the same, older
    "/etc/ssl/ca-bundle.pem",  # openSUSE
    "/etc/ssl/cert.pem",  # Alpine, macOS
)


def provide() -> None:
    """Point `ssl`, when it is imported, to where they are, unless it finds some or the user says where."""
    if "ssl" in sys.modules:  # by what a distribution does at every start
        point(sys.modules["ssl"])
    after_import({"ssl": point})


def point(ssl: ModuleType) -> None:
    """Set the variable that OpenSSL asks, where its own places hold nothing."""
    places = ssl.get_default_verify_paths()
    named = (places.openssl_cafile_env, places.openssl_capath_env)
    if any(name in os.environ for name in named) or places.cafile or _holds_some(places.capath):
        return
    found = next((place for place in BUNDLES if Path(place).is_file()), None) or _of_the_project()
    if found is not None:
        os.environ[places.openssl_cafile_env] = found


def _holds_some(folder: str | None) -> bool:
    return folder is not None and any(Path(folder).iterdir())


def _of_the_project() -> str | None:
    """Return the authorities that came along for `requests` and its like."""
    spec = importlib.util.find_spec("certifi")
    place = Path(spec.origin).with_name("cacert.pem") if spec is not None and spec.origin else None
    return str(place) if place is not None and place.is_file() else None
