"""Files that pages give: under a partial name until they are whole, and nothing that was not wanted."""

from __future__ import annotations

import os
import shutil
import subprocess
import uuid
from contextlib import suppress
from pathlib import Path

from launcher import host

FOLDER = "downloads"
LONGEST = 200  # bytes of a file's name; file systems end at 255, and ours has a few letters more
UNNAMED = "download"
FORBIDDEN = '<>:"/\\|?*'  # on Windows; a file may be taken there


def room(private: Path) -> Path:
    """Return the folder for what is under way, inside the app's own, without what an earlier start left."""
    place = private / FOLDER
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def part(room: Path) -> Path:
    """Return a place for one file under way."""
    return room / f"{uuid.uuid4().hex}.part"


def part_of(place: Path) -> Path:
    """Return where a file under way can lie beside its own place."""
    return place.with_name(f".{place.name[:100]}.{uuid.uuid4().hex[:8]}.part")


def folder() -> Path:
    """Return the user's folder for downloads."""
    if host.LINUX:
        with suppress(OSError, subprocess.SubprocessError):
            said = subprocess.run(
                ["xdg-user-dir", "DOWNLOAD"], capture_output=True, text=True, timeout=5, check=True
            )
            named = Path(said.stdout.strip())
            # Where nothing is set it says the home itself.
            if said.stdout.strip() and named.is_dir() and named != Path.home():
                return named
    usual = Path.home() / "Downloads"
    return usual if usual.is_dir() else Path.home()


def suggested(name: str, where: Path) -> Path:
    """Return where a file of this name could be laid without taking another's place."""
    clean = "".join("_" if letter in FORBIDDEN or not letter.isprintable() else letter for letter in name)
    clean = clean.strip(" .") or UNNAMED
    stem, suffix = os.path.splitext(clean)
    suffix = suffix if len(suffix) <= 20 else ""
    stem = clean.removesuffix(suffix) if suffix else clean
    stem = stem.encode()[: LONGEST - len(suffix.encode())].decode(errors="ignore")
    place, number = where / f"{stem}{suffix}", 1
    while place.exists():
        place, number = where / f"{stem} ({number}){suffix}", number + 1
    return place


def complete(part: Path, place: Path) -> None:
    """Lay a whole file at its place at once, however far that is; raises OSError where it cannot be."""
    try:
        part.replace(place)
    except OSError:  # another disk, most likely; what is really wrong is said by what follows
        near = part_of(place)
        try:
            shutil.copyfile(part, near)
            near.replace(place)
        except OSError:
            near.unlink(missing_ok=True)
            raise
        part.unlink(missing_ok=True)
    # Files of the app's own folder are for its user alone; those of other folders as usual there.
    with suppress(OSError):
        mask = os.umask(0)
        os.umask(mask)
        place.chmod(0o666 & ~mask)
