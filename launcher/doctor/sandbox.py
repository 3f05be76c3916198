"""Whether Qt can lock pages into a sandbox, without which it shows none to an ordinary user."""

from __future__ import annotations

from pathlib import Path

from launcher.doctor.finding import Finding

SETTINGS = Path("/proc/sys")
# By the value with which each forbids ordinary users the namespaces that the sandbox is made of.
FORBIDDEN = {
    "kernel/apparmor_restrict_unprivileged_userns": "1",  # Ubuntu 23.10 and later
    "kernel/unprivileged_userns_clone": "0",
    "user/max_user_namespaces": "0",
}


def examine(settings: Path = SETTINGS) -> Finding:
    """Tell whether a setting of the kernel keeps Qt's sandbox from being made."""
    for name, value in FORBIDDEN.items():
        if _value(settings / name) == value:
            setting = name.replace("/", ".")
            return Finding(
                "Qt's sandbox",
                "optional",
                f"{setting}={value} forbids it, so a program with Qt opens in a browser here, "
                "unless its AppArmor profile allows user namespaces",
            )
    return Finding("Qt's sandbox", "ok", "the kernel allows it")


def _value(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""
