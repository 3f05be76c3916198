"""SHA256SUMS, as coreutils write and check it, and its signature by GnuPG."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from launcher import names
from launcher.errors import BuildError, MissingTool
from launcher.packager.app_layer import handed

NAME = handed.SUMS
SIGNATURE = ".asc"
WAIT = 300  # seconds: somebody may have to type a passphrase
LOOK = (
    "gpg --list-secret-keys shows the keys that it has. A passphrase must be known to its agent: "
    "sign anything once with gpg --armor --sign."
)
_LINE = re.compile(r"[0-9a-f]{64} [ *](.+)")


def write(place: Path, digests: Mapping[str, str]) -> None:
    """Write the sums of files, by their names, as `sha256sum -c` reads them."""
    lines = [f"{digest}  {name}\n" for name, digest in sorted(digests.items())]
    place.write_text("".join(lines), encoding="utf-8", newline="\n")


def is_of(place: Path, name: str) -> bool:
    """Tell whether sums may be replaced: there are none, or all are of files of the program `name`."""
    if not place.exists() and not place.is_symlink():
        return True
    try:
        lines = place.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return False
    found = [_LINE.fullmatch(line) for line in lines]
    return not place.is_symlink() and all(one and _is_own(one[1], name) for one in found)


def check(key: str | None) -> None:
    """Raise where a key is named and sums could not be signed with it: better before a build than after."""
    if key:
        _ask(["--list-secret-keys", "--with-colons", "--", key], key)


def sign(place: Path, signature: Path, key: str) -> None:
    """Sign the sums, and verify that the signature is good and of that very key."""
    own = _fingerprints(_ask(["--list-secret-keys", "--with-colons", "--", key], key))
    chosen = ["--yes", "--armor", "--local-user", key, "--output", str(signature)]
    _ask([*chosen, "--detach-sign", "--", str(place)], key)
    said = _ask(["--status-fd", "1", "--verify", "--", str(signature), str(place)], key)
    found = re.search(r"^\[GNUPG:\] VALIDSIG (\w+) .*?(\w+)$", said, re.MULTILINE)
    if found is None or not own.intersection(found.groups()):
        raise BuildError(
            f"The signature of {place.name} is not one of the key {key!r}.",
            "Name the key by its fingerprint, as gpg --list-secret-keys shows it.",
        )


def _fingerprints(listed: str) -> set[str]:
    return {line.split(":")[9] for line in listed.splitlines() if line.startswith("fpr:")}


def _is_own(file: str, name: str) -> bool:
    """Tell whether a file's name begins as those of one program do, also as hosts may have it."""
    return file.startswith((f"{name}-", f"{names.slug(name)}-"))


def _ask(words: list[str], key: str) -> str:
    """Let GnuPG do something; raises MissingTool or BuildError with what it says."""
    tool = shutil.which("gpg")
    if tool is None:
        raise MissingTool(
            "GnuPG is not here, and sign.sums.key in [tool.launcher] asks for it.",
            "Install it (Debian: apt install gnupg), or take that setting out.",
        )
    command = [tool, "--batch", "--no-tty", *words]
    try:
        ended = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=WAIT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise BuildError(f"GnuPG did not answer for {WAIT} seconds.", LOOK) from error
    if ended.returncode:
        said = ended.stderr.strip()
        raise BuildError(f"GnuPG cannot sign with the key {key!r}:\n{said}", LOOK)
    return ended.stdout
