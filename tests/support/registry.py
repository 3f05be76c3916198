"""The registry of a Windows under Wine."""

from __future__ import annotations

from tests.support.wine import Windows


def values_below(windows: Windows, key: str) -> dict[str, str]:
    """Return the values of a key and of all below it, by `key\\name`; nothing where there is no such key."""
    place = windows.drive / "asked.reg"
    windows.run("reg", "export", key, windows.path_of(place), "/y")
    if not place.is_file():
        return {}
    found: dict[str, str] = {}
    inside = ""
    for line in place.read_text(encoding="utf-16").splitlines():
        if line.startswith("["):
            inside = line[1:-1]
            found[inside] = ""
        elif "=" in line:
            name, _, value = line.partition("=")
            text = value.strip('"').replace('\\"', '"').replace("\\\\", "\\")
            found[f"{inside}\\{name.strip(chr(34))}"] = text
    place.unlink()
    return found
