"""What each family of systems calls the package that brings a library or a program.

A need is a library by its soname, a program by its name, a typelib by its namespace and
version, what C is compiled against by its pkg-config file, or `fonts`.
"""

from __future__ import annotations

import re

# Debian, Ubuntu and what comes from them. Where two names stand, the first is the newer one.
# Read off `ldd` on a bare Debian 12, and tried on bare Debian 12 and 13.
APT: dict[str, tuple[str, ...]] = {
    "objdump": ("binutils",),
    "objcopy": ("binutils",),
    "ldd": ("libc-bin",),
    "fonts": ("fonts-dejavu-core",),
    "libEGL.so.1": ("libegl1",),
    "libGL.so.1": ("libgl1",),
    "libGLX.so.0": ("libglx0",),
    "libOpenGL.so.0": ("libopengl0",),
    "libGLdispatch.so.0": ("libglvnd0",),
    "libX11.so.6": ("libx11-6",),
    "libX11-xcb.so.1": ("libx11-xcb1",),
    "libXcomposite.so.1": ("libxcomposite1",),
    "libXdamage.so.1": ("libxdamage1",),
    "libXext.so.6": ("libxext6",),
    "libXfixes.so.3": ("libxfixes3",),
    "libXrandr.so.2": ("libxrandr2",),
    "libXrender.so.1": ("libxrender1",),
    "libXtst.so.6": ("libxtst6",),
    "libasound.so.2": ("libasound2t64", "libasound2"),
    "libbrotlidec.so.1": ("libbrotli1",),
    "libdbus-1.so.3": ("libdbus-1-3",),
    "libdrm.so.2": ("libdrm2",),
    "libexpat.so.1": ("libexpat1",),
    "libfontconfig.so.1": ("libfontconfig1",),
    "libfreetype.so.6": ("libfreetype6",),
    "libgbm.so.1": ("libgbm1",),
    "libglib-2.0.so.0": ("libglib2.0-0t64", "libglib2.0-0"),
    "libgobject-2.0.so.0": ("libglib2.0-0t64", "libglib2.0-0"),
    "libgio-2.0.so.0": ("libglib2.0-0t64", "libglib2.0-0"),
    "libgthread-2.0.so.0": ("libglib2.0-0t64", "libglib2.0-0"),
    "libgssapi_krb5.so.2": ("libgssapi-krb5-2",),
    "libnspr4.so": ("libnspr4",),
    "libnss3.so": ("libnss3",),
    "libnssutil3.so": ("libnss3",),
    "libsmime3.so": ("libnss3",),
    "libudev.so.1": ("libudev1",),
    "libwayland-client.so.0": ("libwayland-client0",),
    "libwayland-cursor.so.0": ("libwayland-cursor0",),
    "libwayland-egl.so.1": ("libwayland-egl1",),
    "libwayland-server.so.0": ("libwayland-server0",),
    "libxcb.so.1": ("libxcb1",),
    "libxcb-cursor.so.0": ("libxcb-cursor0",),
    "libxcb-dri3.so.0": ("libxcb-dri3-0",),
    "libxcb-glx.so.0": ("libxcb-glx0",),
    "libxcb-icccm.so.4": ("libxcb-icccm4",),
    "libxcb-image.so.0": ("libxcb-image0",),
    "libxcb-keysyms.so.1": ("libxcb-keysyms1",),
    "libxcb-randr.so.0": ("libxcb-randr0",),
    "libxcb-render.so.0": ("libxcb-render0",),
    "libxcb-render-util.so.0": ("libxcb-render-util0",),
    "libxcb-shape.so.0": ("libxcb-shape0",),
    "libxcb-shm.so.0": ("libxcb-shm0",),
    "libxcb-sync.so.1": ("libxcb-sync1",),
    "libxcb-util.so.1": ("libxcb-util1",),
    "libxcb-xfixes.so.0": ("libxcb-xfixes0",),
    "libxcb-xinerama.so.0": ("libxcb-xinerama0",),
    "libxcb-xkb.so.1": ("libxcb-xkb1",),
    "libxkbcommon.so.0": ("libxkbcommon0",),
    "libxkbcommon-x11.so.0": ("libxkbcommon-x11-0",),
    "libxkbfile.so.1": ("libxkbfile1",),
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
    if manager in ("dnf", "zypper") and _LIBRARY.fullmatch(need):
        return (f"{need}()(64bit)",)
    if manager == "pacman" and _XCB.fullmatch(need):
        return ("libxcb",)
    return ()
