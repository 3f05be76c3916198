"""Finishing an application of macOS: arranged, described, signed and sealed, and all of it read again.

On a Mac by Apple's own tools, with the identity that the project names or with none. Elsewhere by
`launcher.packager.macho`, with none; that was never run on a Mac, and the build says so.
"""

from __future__ import annotations

import os
from pathlib import Path

from launcher import host
from launcher.errors import BuildError
from launcher.packager import application, macho
from launcher.packager.bundle import program_of
from launcher.packager.plan import Plan
from launcher.packager.progress import Progress
from launcher.packager.signing import apple
from launcher.project import bundles

SUFFIXES = (".so", ".dylib")


def finish(bundle: Path, plan: Plan, progress: Progress) -> str:
    """Make a laid bundle an application that a Mac starts; return what was done in a few words.

    Raises BuildError where what was signed is not what was meant.
    """
    contents = bundle / bundles.CONTENTS
    application.arrange(contents)
    code = sorted(path for path in _files(contents) if application.is_code(path))
    for path in code:
        _thin(path, plan.platform.machine)
    program = program_of(bundle, plan.manifest.name, plan.platform)
    application.dress(bundle, plan, code)
    if host.MACOS:
        return apple.sign(bundle, [path for path in code if path != program], plan, progress)
    nested = contents / application.FRAMEWORKS
    fresh = sum(_sign(path, anew=path.is_relative_to(nested)) for path in code if path != program)
    application.write_seal(bundle, plan)
    signed = macho.sign(program.read_bytes(), plan.manifest.identifier, application.sealed_by(bundle))
    _replace(program, signed)
    _check(bundle, code, program)
    _warn(plan, progress)
    return f"{len(code)} programs and libraries are as they were signed, {fresh + 1} of them here and ad hoc"


def _files(folder: Path) -> list[Path]:
    return [Path(place) / name for place, _, names in os.walk(folder) for name in names]


def _thin(path: Path, machine: str) -> None:
    """Leave of a file for several machines what is for one; one without it is for the audit to tell."""
    data = path.read_bytes()
    found = macho.slices(data)
    if machine in found and found[machine] != (0, len(data)):
        _replace(path, macho.thin(data, machine))


def _sign(path: Path, *, anew: bool) -> bool:
    """Sign a library ad hoc, unless it bears a good signature of somebody's; tell whether it was.

    `anew` is where the seal needs one like ours, of which the hash alone is required.
    """
    data = path.read_bytes()
    try:
        known = macho.verify(data)
    except macho.BadSignature:
        pass
    else:
        if not anew or (known.is_adhoc and known.directories == 1):
            return False
    _replace(path, macho.sign(data, path.name.removesuffix(path.suffix)))
    return True


def _check(bundle: Path, code: list[Path], program: Path) -> None:
    for path in code:
        sealed = application.sealed_by(bundle) if path == program else None
        try:
            macho.verify(path.read_bytes(), sealed)
        except macho.NotMachO as error:
            raise BuildError(f"{path.name} was signed, and is not as signed: {error.message}") from error


def _replace(path: Path, data: bytes) -> None:
    """Write a file anew: it may be one with that of a cache, which must stay as it is."""
    about = path.stat()
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(data)
    part.chmod(about.st_mode & 0o777)
    os.utime(part, ns=(about.st_atime_ns, about.st_mtime_ns))
    os.replace(part, path)


def _warn(plan: Plan, progress: Progress) -> None:
    progress.warning(
        f"A program for {plan.platform.tag} that is built elsewhere is experimental",
        "Its structure and signatures were checked, but it was never started on a Mac. It is signed by "
        "nobody in particular, so macOS asks the friend to allow it in System Settings, under Privacy & "
        "Security.",
        "Try it on a Mac before you hand it on.",
    )
    if plan.config.sign_macos.identity is not None:
        progress.warning(
            "It is not signed with your identity",
            f"{plan.config.sign_macos.identity!r} is in a Mac's keychain, and Apple's tools are there alone.",
            "Build it on a Mac to sign it and have it notarised.",
        )
