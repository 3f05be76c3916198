"""Signing what a program for Windows consists of, and what it is handed over in.

By the project's own command, or with its certificate. Every signature is read again before the file gets its
place; one that somebody else has made stays as it is.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from launcher import paths
from launcher.errors import ConfigError
from launcher.packager.plan import Plan
from launcher.packager.progress import Progress
from launcher.packager.signing import authenticode, tools
from launcher.project.config import SignWindows

SETTINGS = "[tool.launcher.sign.windows]"
# A public authority whose attestations every Windows accepts; nothing but a hash is sent to it.
TIMESTAMPS = "http://timestamp.digicert.com"


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs: a project's settings, the folder that their paths start from, and whose program it is."""

    root: Path
    settings: SignWindows
    name: str
    homepage: str

    def sign(self, file: Path) -> None:
        """Sign a file in its place; raises BuildError that names it, and leaves it as it was."""
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=".signing-") as scratch:
            fresh = Path(scratch) / file.name  # not where it lies: it may be one with a file of a cache
            shutil.copy2(file, fresh)
            self._run(fresh)
            authenticode.check(fresh, self.certificate if self.settings.certificate else None)
            about = file.stat()
            fresh.chmod(about.st_mode & 0o777)
            os.utime(fresh, ns=(about.st_atime_ns, about.st_mtime_ns))
            os.replace(fresh, file)

    @property
    def certificate(self) -> Path:
        """The certificate's file."""
        return self._file("certificate", self.settings.certificate or "")

    def _run(self, file: Path) -> None:
        if self.settings.command:
            tools.by_command(self.settings.command, file)
            return
        identity = tools.Identity(
            certificate=self.certificate,
            key=self._file("key", self.settings.key) if self.settings.key else None,
            password_env=self._password_env(),
            timestamp=self.settings.timestamp or TIMESTAMPS,
            name=self.name,
            homepage=self.homepage,
        )
        tools.by_certificate(identity, file)

    def _file(self, name: str, path: str) -> Path:
        place = self.root / os.path.expanduser(path)
        if not place.is_file():
            raise ConfigError(f"{name} in {SETTINGS}: there is no file {place}.")
        return place

    def _password_env(self) -> str | None:
        name = self.settings.password_env
        if name is not None and not os.environ.get(name):
            raise ConfigError(
                f"password-env in {SETTINGS}: the environment has no {name}.",
                f"Put the password of the certificate's key into {name}; it is read from there alone.",
            )
        return name

    def command_for_others(self, place: Path) -> list[str]:
        """Return the beginning of a command that signs the file named behind it; `place` gets the settings.

        NSIS has an uninstaller signed by one, while it makes the setup.
        """
        told = {**asdict(self), "root": str(self.root)}
        place.write_text(json.dumps(told), encoding="utf-8")
        return [sys.executable, "-m", "launcher.packager.signing.signed_by_nsis", str(place)]


def read(place: Path) -> Signer:
    """Read the settings that `command_for_others` wrote."""
    told: dict[str, object] = json.loads(place.read_text(encoding="utf-8"))
    settings = told["settings"]
    assert isinstance(settings, dict)
    return Signer(
        Path(str(told["root"])), SignWindows(**settings), str(told["name"]), str(told["homepage"])
    )


def signer_of(plan: Plan) -> Signer | None:
    """Return who signs a project's programs; None where it names neither a command nor a certificate."""
    settings = plan.config.sign_windows
    if not settings.command and not settings.certificate:
        return None
    return Signer(plan.root, settings, plan.manifest.name, plan.config.project_homepage or "")


def finish(bundle: Path, plan: Plan, progress: Progress) -> str:
    """Sign every program and library of a bundle that nobody has signed; return how many, in words."""
    signer = signer_of(plan)
    assert signer is not None
    found = [path for path in sorted(bundle.rglob("*")) if authenticode.is_program(path)]
    unsigned = [path for path in found if not authenticode.is_signed(path)]
    for path in unsigned:
        signer.sign(path)
    return f"{len(unsigned)} programs and libraries signed, {len(found) - len(unsigned)} were already"


def seal(file: Path, plan: Plan) -> None:
    """Sign what a program is handed over in, where the project signs at all."""
    signer = signer_of(plan)
    if signer is not None:
        signer.sign(file)


def environment() -> Mapping[str, str]:
    """Return what the command of `Signer.command_for_others` needs to find us, wherever it is started."""
    return {"PYTHONPATH": str(paths.PACKAGE.parent)}
