"""What a build can be handed over as: one file a format, each with a function `make`."""

from __future__ import annotations

from launcher.errors import UsageError
from launcher.packager.formats import appimage, deb, dmg, folder, nsis_setup, onefile, rpm, tar_gz, zipped
from launcher.packager.formats.parcel import Artifact, Format, Parcel
from launcher.packager.platforms import LINUX, MACOS, WINDOWS, Platform
from launcher.packager.progress import Progress

__all__ = ["FORMATS", "Artifact", "Format", "Parcel", "check", "hand_over"]

EVERYWHERE = (WINDOWS, MACOS, LINUX)
# In the order in which they are made: `folder` is last, for it moves the bundle to its final place.
FORMATS = {
    "tar.gz": Format(tar_gz.make, (LINUX,)),
    "deb": Format(deb.make, (LINUX,)),
    "rpm": Format(rpm.make, (LINUX,), check=rpm.check),
    "AppImage": Format(appimage.make, (LINUX,), check=appimage.check),
    "zip": Format(zipped.make, (WINDOWS, MACOS)),
    "setup": Format(nsis_setup.make, (WINDOWS,), check=nsis_setup.tool),
    "onefile": Format(onefile.make, (WINDOWS,), caution=onefile.CAUTION),
    "dmg": Format(dmg.make, (MACOS,), check=dmg.check),
    "folder": Format(folder.make, EVERYWHERE),
}
# What is made for another system where nothing is asked for: what a friend there can be sent.
USUAL = {WINDOWS: ("folder", "zip"), MACOS: ("zip",), LINUX: ("tar.gz",)}


def check(formats: tuple[str, ...], platforms: tuple[Platform, ...]) -> None:
    """Raise UsageError for a format that no platform has, MissingTool for one that lacks its tool."""
    for name in formats:
        if name not in FORMATS:
            raise UsageError(f"There is no format {name!r}.", f"Formats: {', '.join(FORMATS)}.")
        if not any(platform.system in FORMATS[name].systems for platform in platforms):
            raise UsageError(
                f"The format {name!r} is for {' and '.join(FORMATS[name].systems)}.",
                f"Formats for {platforms[0].tag}: {', '.join(formats_for(platforms[0]))}.",
            )
        FORMATS[name].check()
    for platform in platforms:
        if formats and not platform.is_here and not set(formats).intersection(formats_for(platform)):
            raise UsageError(
                f"None of the formats {', '.join(formats)} is for {platform.tag}.",
                f"Formats for {platform.tag}: {', '.join(formats_for(platform))}.",
            )


def formats_for(platform: Platform) -> tuple[str, ...]:
    """Return the names of a platform's formats."""
    return tuple(name for name, one in FORMATS.items() if platform.system in one.systems)


def hand_over(parcel: Parcel, formats: tuple[str, ...], progress: Progress) -> tuple[Artifact, ...]:
    """Make the artifacts of one platform's program: those asked for, else the usual ones."""
    platform = parcel.plan.platform
    wanted = set(formats or USUAL[platform.system])
    if platform.is_here:
        wanted.add("folder")  # what was proven is what lies there
    artifacts = []
    for name in formats_for(platform):
        if name in wanted:
            caution = FORMATS[name].caution
            if caution is not None:
                progress.warning(*caution)
            path, size, digest = FORMATS[name].make(parcel)
            artifacts.append(Artifact(name, path, size, digest))
    return tuple(artifacts)
