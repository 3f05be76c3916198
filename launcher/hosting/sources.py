"""The text files of a project, looked through for a key that was written into them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

SUFFIXES = (".py", ".toml", ".ini", ".cfg", ".conf", ".json", ".yaml", ".yml", ".txt", ".env", "")
# Where keys of one machine are kept: by convention these are not copied with the project.
OWN = (".env", ".env.local")
SKIPPED = ("node_modules", "__pycache__", "site-packages", "instance", "venv")
LARGEST, MOST = 1 << 20, 5000  # bytes of a file; files
RANDOM = re.compile(
    rb"secret_?key\W{0,12}=?\W{0,12}[^#\n]{0,80}"
    rb"\b(?:urandom|token_hex|token_urlsafe|token_bytes|uuid4|uuid1|getrandbits|randbytes)\s*\(",
    re.IGNORECASE,
)


class Sources:
    """The files of a project that are small enough to be written by hand."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._files: list[tuple[str, bytes]] | None = None

    def place_of(self, key: str) -> str:
        """Return the file that a key stands in; nothing where it stands in none."""
        wanted = key.encode("utf-8", "surrogateescape")
        return next((name for name, content in self._all() if wanted in content), "")

    def place_of_random_key(self) -> str:
        """Return the file whose code makes a key by chance; nothing where none does."""
        return next((name for name, text in self._all() if name.endswith(".py") and RANDOM.search(text)), "")

    def _all(self) -> list[tuple[str, bytes]]:
        if self._files is None:
            self._files = list(self._read())
        return self._files

    def _read(self) -> Iterator[tuple[str, bytes]]:
        count = 0
        for folder, folders, files in os.walk(self._root):
            here = Path(folder)
            folders[:] = [
                name
                for name in folders
                if name not in SKIPPED
                and not name.startswith(".")
                and not (here / name / "pyvenv.cfg").exists()
            ]
            for name in files:
                path = here / name
                if name in OWN or path.suffix not in SUFFIXES:
                    continue
                count += 1
                if count > MOST:
                    return
                try:
                    if path.is_file() and path.stat().st_size <= LARGEST:
                        yield path.relative_to(self._root).as_posix(), path.read_bytes()
                except OSError:
                    continue
