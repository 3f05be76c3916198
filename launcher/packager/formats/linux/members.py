"""What lies in an archive or a package: folders, files and links, in one order, with times and rights."""

from __future__ import annotations

import io
import os
import posixpath
import shutil
import stat
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from launcher import host
from launcher.errors import BuildError

RUNS, IS_READ = 0o755, 0o644
PROGRAMS = (b"\x7fELF", b"#!")  # what a file begins with that may be run


@dataclass(frozen=True, slots=True)
class Member:
    """One of them; `path` is relative, with slashes. A file has a `source`, or `data` that is made here."""

    path: str
    time: int
    mode: int = IS_READ
    source: Path | None = None
    data: bytes | None = None
    link: str = ""

    @property
    def is_folder(self) -> bool:
        """Tell whether it is a folder."""
        return self.source is None and self.data is None and not self.link

    @property
    def size(self) -> int:
        """Return the bytes of a file."""
        return self.source.stat().st_size if self.source is not None else len(self.data or b"")


def folder(path: str, moment: int) -> Member:
    """Return a folder."""
    return Member(path, moment, RUNS)


def of_bundle(bundle: Path, path: str) -> Iterator[Member]:
    """List a bundle as it lies at `path`; raises BuildError for what could do harm elsewhere."""
    yield folder(path, int(bundle.stat().st_mtime))
    for entry in sorted(bundle.iterdir(), key=lambda one: one.name):
        yield from _below(entry, f"{path}/{entry.name}", path)


def _below(place: Path, path: str, top: str) -> Iterator[Member]:
    about = place.lstat()
    time = int(about.st_mtime)
    if stat.S_ISLNK(about.st_mode):
        yield Member(path, time, 0o777, link=_checked(os.readlink(place), path, top))
    elif stat.S_ISDIR(about.st_mode):
        yield folder(path, time)
        for entry in sorted(place.iterdir(), key=lambda one: one.name):
            yield from _below(entry, f"{path}/{entry.name}", top)
    elif stat.S_ISREG(about.st_mode):
        yield Member(path, time, RUNS if _may_run(place, about.st_mode) else IS_READ, source=place)
    else:
        raise _odd(path, top, "neither a file nor a folder")


def _checked(link: str, path: str, top: str) -> str:
    target = link.replace("\\", "/") if host.WINDOWS else link
    aim = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
    if posixpath.isabs(target) or not f"{aim}/".startswith(f"{top}/"):
        raise _odd(path, top, f"a link to {target}")
    return target


def _odd(path: str, top: str, what: str) -> BuildError:
    name = posixpath.join(posixpath.basename(top), path.removeprefix(f"{top}/"))
    return BuildError(
        f"{name} is {what}; an archive with it would not unpack elsewhere.",
        "Build again with --clean. If it stays, the distribution that brings it has to be replaced.",
    )


def _may_run(place: Path, mode: int) -> bool:
    if not host.WINDOWS:
        return bool(mode & 0o100)
    with place.open("rb") as file:  # Windows keeps no such rights
        return file.read(4).startswith(PROGRAMS)


def made(files: Mapping[str, bytes], below: str, moment: int, *, mode: int = IS_READ) -> Iterator[Member]:
    """Return files that are made here, below a folder."""
    for path, data in files.items():
        yield Member(posixpath.join(below, path), moment, mode, data=data)


def whole(parts: Iterable[Member], moment: int) -> list[Member]:
    """Return members in order, with the folders they lie in; raises BuildError where two would be one."""
    found: dict[str, Member] = {}
    for one in parts:
        if one.path in found and not (one.is_folder and found[one.path].is_folder):
            raise BuildError(f"Two files of the program would be {one.path}.", "Give it another --name.")
        found[one.path] = one
    for path in list(found):
        while path := posixpath.dirname(path):
            found.setdefault(path, folder(path, moment))
    return [found[path] for path in sorted(found, key=lambda path: path.split("/"))]


def add(archive: tarfile.TarFile, one: Member, prefix: str = "", owner: str = "") -> None:
    """Add a member to an archive."""
    info = tarfile.TarInfo(f"{prefix}{one.path}")
    info.mode, info.mtime = one.mode, one.time
    info.uname = info.gname = owner
    if one.link:
        info.type, info.linkname = tarfile.SYMTYPE, one.link
        archive.addfile(info)
    elif one.is_folder:
        info.type = tarfile.DIRTYPE
        archive.addfile(info)
    else:
        info.size = one.size
        with one.source.open("rb") if one.source else io.BytesIO(one.data or b"") as content:
            archive.addfile(info, content)


def lay(parts: Iterable[Member], place: Path) -> None:
    """Lay members into a folder, for a tool that packs folders; files of the bundle by a second name."""
    folders = []
    for one in parts:
        path = place / one.path
        if one.link:
            path.symlink_to(one.link)
            if os.utime in os.supports_follow_symlinks:
                os.utime(path, (one.time, one.time), follow_symlinks=False)
        elif one.is_folder:
            path.mkdir(parents=True)
            folders.append((path, one))
        else:
            _lay_file(one, path)
    for path, one in reversed(folders):
        path.chmod(one.mode)
        os.utime(path, (one.time, one.time))


def _lay_file(one: Member, path: Path) -> None:
    if one.source is not None and one.source.stat().st_mode & 0o7777 == one.mode:
        with suppress(OSError):  # a disk without second names
            os.link(one.source, path)
            return
    if one.source is not None:
        shutil.copyfile(one.source, path)
    else:
        path.write_bytes(one.data or b"")
    path.chmod(one.mode)
    os.utime(path, (one.time, one.time))
