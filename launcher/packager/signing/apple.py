"""Signing and notarising by Apple's own tools, which are on a Mac alone.

Written from their manuals and from Apple's "Customizing the notarization workflow"; tried with stand-ins that
note how they are called, and never run on a Mac.
"""

from __future__ import annotations

import plistlib
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from launcher import paths
from launcher.errors import ConfigError
from launcher.packager.commands import run
from launcher.packager.plan import Plan
from launcher.packager.progress import Progress

NOBODY = "-"  # the identity of an ad hoc signature
AT_ONCE = 100  # files for one codesign: a command line has a limit
# The hardened runtime keeps these from a program unless it is entitled, whatever the user allows.
ENTITLED = {
    "camera": "com.apple.security.device.camera",
    "microphone": "com.apple.security.device.audio-input",
    "location": "com.apple.security.personal-information.location",
}
IDENTITIES = "Look at the identities with `security find-identity -v -p codesigning`."
PROFILES = "Keep the credentials with `xcrun notarytool store-credentials`, and name that profile."


def sign(bundle: Path, libraries: Sequence[Path], plan: Plan, progress: Progress) -> str:
    """Sign an application from the inside out, notarise it where that is asked for; return what was done.

    `libraries` are its programs and libraries but for its own program. Raises BuildError with a tool's words.
    """
    settings = plan.config.sign_macos
    identity = settings.identity or NOBODY
    command = ["codesign", "--force", "--sign", identity]
    if settings.identity:
        command += ["--options", "runtime", "--timestamp"]
    deepest = sorted(libraries, key=lambda path: (-len(path.parts), path))
    for begin in range(0, len(deepest), AT_ONCE):
        _run([*command, *deepest[begin : begin + AT_ONCE]], IDENTITIES, progress)
    with entitlements(plan) as file:
        entitled: list[str | Path] = ["--entitlements", file] if settings.identity else []
        _run([*command, *entitled, bundle], IDENTITIES, progress)
    _run(["codesign", "--verify", "--deep", "--strict", "--verbose=2", bundle], IDENTITIES, progress)
    told = f"{len(libraries) + 1} programs and libraries signed {_by(plan)}"
    if not settings.identity or not settings.notary_profile:
        return told
    with tempfile.TemporaryDirectory(dir=bundle.parent) as scratch:
        archive = Path(scratch) / f"{bundle.stem}.zip"
        _run(["ditto", "-c", "-k", "--keepParent", bundle, archive], IDENTITIES, progress)
        submit(archive, plan, progress)
    staple(bundle, progress)
    _run(["spctl", "--assess", "--type", "execute", "--verbose=2", bundle], PROFILES, progress)
    return f"{told}, and notarised"


def submit(file: Path, plan: Plan, progress: Progress) -> None:
    """Have a file notarised, and wait for the answer, which takes minutes."""
    profile = plan.config.sign_macos.notary_profile or ""
    _run(
        ["xcrun", "notarytool", "submit", file, "--keychain-profile", profile, "--wait"], PROFILES, progress
    )


def staple(place: Path, progress: Progress) -> None:
    """Put the notary's ticket to what it was given for, so that it is good without a network."""
    _run(["xcrun", "stapler", "staple", place], PROFILES, progress)


@contextmanager
def entitlements(plan: Plan) -> Iterator[Path]:
    """Give the file of what a program may do: the project's own, else ours with what pages may ask for."""
    asked = plan.config.sign_macos.entitlements
    if asked is not None:
        file = plan.root / asked
        if not file.is_file():
            raise ConfigError(f"entitlements in [tool.launcher.sign.macos]: there is no file {file}.")
        yield file
        return
    template = paths.bundled("build") / "macos" / "entitlements.plist"
    value = plistlib.loads(template.read_bytes())
    value |= {ENTITLED[one]: True for one in plan.manifest.window.permissions if one in ENTITLED}
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / template.name
        file.write_bytes(plistlib.dumps(value))
        yield file


def _by(plan: Plan) -> str:
    return f"as {plan.config.sign_macos.identity}" if plan.config.sign_macos.identity else "ad hoc"


def _run(command: Sequence[str | Path], todo: str, progress: Progress) -> None:
    run(command, todo=todo, on_line=progress.output)
