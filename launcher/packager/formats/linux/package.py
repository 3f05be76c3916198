"""A program as packages lay it: below /usr, in a folder of its own, with an entry for menus and a command."""

from __future__ import annotations

from launcher.packager.formats.linux import about, members, menu
from launcher.packager.formats.linux.members import Member
from launcher.packager.formats.parcel import Parcel

PROGRAMS = "usr/lib"  # a folder there for each


def folder_of(told: about.About) -> str:
    """Return where the bundle lies, below the root."""
    return f"{PROGRAMS}/{told.command}"


def contents(parcel: Parcel) -> list[Member]:
    """List all that a package lays."""
    told, moment = about.of(parcel), parcel.moment
    place = folder_of(told)
    command = f"usr/bin/{told.command}"
    files = menu.files(parcel, told.command)
    link = f"../lib/{told.command}/{told.program}"
    return [
        *members.of_bundle(parcel.bundle, place),
        *members.made(files, "usr/share", moment),
        Member(command, moment, 0o777, link=link),
    ]
