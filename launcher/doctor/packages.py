"""What each family of systems calls the package that brings a library or a program.

A need is a library by its soname, a program by its name, a typelib by its namespace and
version, what C is compiled against by its pkg-config file, or `fonts`.
"""

from __future__ import annotations

import re

from launcher.packager import debian

# Debian, Ubuntu and what comes from them, beside the table of libraries that packages for them are made with.
APT: dict[str, tuple[str, ...]] = {
    "objdump": ("binutils",),
    "objcopy": ("binutils",),
    "ldd": ("libc-bin",),
    "fonts": ("fonts-dejavu-core",),
    "WebKit2-4.1": ("gir1.2-webkit2-4.1",),
    "Gtk-3.0": ("gir1.2-gtk-3.0",),
    "gobject-introspection-1.0.pc": ("libgirepository1.0-dev",),
    "cairo.pc": ("libcairo2-dev",),
    "pkg-config": ("pkg-config",),
    "cc": ("gcc",),
}

PACMAN: dict[str, tuple[str, ...]] = {
    "objdump": ("binutils",),
    "objcopy": ("binutils",),
    "fonts": ("ttf-dejavu",),
    "libEGL.so.1": ("libglvnd",),
    "libGL.so.1": ("libglvnd",),
    "libX11.so.6": ("libx11",),
    "libX11-xcb.so.1": ("libx11",),
    "libXcomposite.so.1": ("libxcomposite",),
    "libXdamage.so.1": ("libxdamage",),
    "libXext.so.6": ("libxext",),
    "libXfixes.so.3": ("libxfixes",),
    "libXrandr.so.2": ("libxrandr",),
    "libXrender.so.1": ("libxrender",),
    "libXtst.so.6": ("libxtst",),
    "libasound.so.2": ("alsa-lib",),
    "libdbus-1.so.3": ("dbus",),
    "libdrm.so.2": ("libdrm",),
    "libfontconfig.so.1": ("fontconfig",),
    "libfreetype.so.6": ("freetype2",),
    "libgbm.so.1": ("mesa",),
    "libglib-2.0.so.0": ("glib2",),
    "libgthread-2.0.so.0": ("glib2",),
    "libgssapi_krb5.so.2": ("krb5",),
    "libnspr4.so": ("nspr",),
    "libnss3.so": ("nss",),
    "libnssutil3.so": ("nss",),
    "libsmime3.so": ("nss",),
    "libwayland-client.so.0": ("wayland",),
    "libwayland-cursor.so.0": ("wayland",),
    "libwayland-egl.so.1": ("wayland",),
    "libxcb-cursor.so.0": ("xcb-util-cursor",),
    "libxcb-icccm.so.4": ("xcb-util-wm",),
    "libxcb-image.so.0": ("xcb-util-image",),
    "libxcb-keysyms.so.1": ("xcb-util-keysyms",),
    "libxcb-render-util.so.0": ("xcb-util-renderutil",),
    "libxcb-util.so.1": ("xcb-util",),
    "libxkbcommon.so.0": ("libxkbcommon",),
    "libxkbcommon-x11.so.0": ("libxkbcommon-x11",),
    "libxkbfile.so.1": ("libxkbfile",),
    "WebKit2-4.1": ("webkit2gtk-4.1",),
    "Gtk-3.0": ("gtk3",),
    "gobject-introspection-1.0.pc": ("gobject-introspection",),
    "cairo.pc": ("cairo",),
    "pkg-config": ("pkgconf",),
    "cc": ("gcc",),
}

# An RPM says which libraries it brings, and can be installed by them: no name to know.
ZYPPER: dict[str, tuple[str, ...]] = {
    "objdump": ("binutils",),
    "objcopy": ("binutils",),
    "fonts": ("dejavu-fonts",),
}
DNF: dict[str, tuple[str, ...]] = {
    "objdump": ("binutils",),
    "objcopy": ("binutils",),
    "fonts": ("dejavu-sans-fonts",),
    "WebKit2-4.1": ("webkit2gtk4.1",),
    "Gtk-3.0": ("gtk3",),
    "gobject-introspection-1.0.pc": ("gobject-introspection-devel",),
    "cairo.pc": ("cairo-devel",),
    "pkg-config": ("pkgconf",),
    "cc": ("gcc",),
}

_TABLES = {"apt-get": APT, "dnf": DNF, "pacman": PACMAN, "zypper": ZYPPER}
_LIBRARY = re.compile(r"\S+\.so(\.\S+)?")
_PYTHON_LIBRARY = re.compile(r"libpython3\.(?P<minor>\d+)\.so\.1\.0")
_XCB = re.compile(r"libxcb(-[a-z0-9]+)?\.so\.\d+")


def candidates(manager: str, need: str) -> tuple[str, ...]:
    """Return the names that the package of `need` may have, the newest first; none if unknown."""
    listed = _TABLES.get(manager, {}).get(need, ())
    return listed or _by_rule(manager, need)


def _by_rule(manager: str, need: str) -> tuple[str, ...]:
    python = _PYTHON_LIBRARY.fullmatch(need)
    if manager == "apt-get" and python:
        name = f"libpython3.{python['minor']}"
        # Later ones were packaged after the renaming, under the plain name.
        return (f"{name}t64", name) if int(python["minor"]) <= 12 else (name,)
    if manager == "apt-get":
        return debian.names_of(need)
    if manager in ("dnf", "zypper") and _LIBRARY.fullmatch(need):
        return (f"{need}()(64bit)",)
    if manager == "pacman" and _XCB.fullmatch(need):
        return ("libxcb",)
    return ()
