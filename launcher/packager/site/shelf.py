"""What is kept of distributions from build to build: their bytecode, and what their code says of itself."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from launcher import paths
from launcher.packager.site import Part
from launcher.packager.site.evidence import Evidence
from launcher.project.environment import Interpreter

MOST = 400  # distributions; those that were not used for longest go
# Another way of reading or compiling makes other results.
RULES = ("../compiling.py", "evidence.py", "laying.py", "pruning.py", "shelf.py", "__init__.py")
Version = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of one distribution in one state. A cache that cannot be written is done without."""

    place: Path

    def evidence(self) -> Evidence | None:
        """Return what its code says, if that was kept."""
        try:
            value = json.loads((self.place / "evidence.json").read_text(encoding="utf-8"))
            return Evidence(
                reads_stubs=value["reads_stubs"],
                reads_headers=value["reads_headers"],
                modules=set(value["modules"]),
                packages=set(value["packages"]),
                folders=set(value["folders"]),
            )
        except (OSError, ValueError, KeyError):
            return None

    def keep_evidence(self, evidence: Evidence) -> None:
        """Keep what its code says."""
        value = {
            name: sorted(part) if isinstance(part, set) else part
            for name, part in asdict(evidence).items()
        }
        with suppress(OSError):
            self.place.mkdir(parents=True, exist_ok=True)
            part = self.place / f"evidence.{os.getpid()}.part"
            part.write_text(json.dumps(value), encoding="utf-8")
            part.replace(self.place / "evidence.json")

    def lay_bytecode(self, modules: Sequence[Path], layer: Path, version: Version) -> bool:
        """Copy the bytecode of modules into the layer, if it was kept for just these."""
        source = self._bytecode(modules, layer)
        if not source.is_dir():
            return False
        with suppress(OSError):
            os.utime(self.place)
        try:
            for module in modules:
                target = compiled_of(module, version)
                kept = source / target.relative_to(layer)
                if kept.is_file():  # what did not compile before does not now
                    target.parent.mkdir(exist_ok=True)
                    shutil.copyfile(kept, target)
        except FileNotFoundError:  # another build tidied the cache at this moment
            return False
        return True

    def keep_bytecode(self, modules: Sequence[Path], layer: Path, version: Version) -> None:
        """Keep the bytecode of modules, as it lies in the layer."""
        with suppress(OSError):
            self.place.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=self.place, prefix=".keeping-") as scratch:
                fresh = Path(scratch) / "bytecode"
                fresh.mkdir()
                for source in (compiled_of(module, version) for module in modules):
                    target = fresh / source.relative_to(layer)
                    if source.is_file():
                        target.parent.mkdir(parents=True, exist_ok=True)
                        shutil.copyfile(source, target)
                fresh.rename(self._bytecode(modules, layer))

    def _bytecode(self, modules: Sequence[Path], layer: Path) -> Path:
        names = "\n".join(sorted(module.relative_to(layer).as_posix() for module in modules))
        return self.place / f"bytecode-{hashlib.sha256(names.encode()).hexdigest()[:16]}"


def of(part: Part, interpreter: Interpreter) -> Kept:
    """Return what is kept of a distribution as it is now, for an interpreter."""
    here = Path(__file__).parent
    hasher = hashlib.sha256()
    for name in RULES:
        hasher.update(hashlib.sha256((here / name).read_bytes()).digest())
    hasher.update(f"{interpreter.version} {interpreter.base_executable}\n".encode())
    for line in _state(part):
        hasher.update(line.encode("utf-8", "surrogateescape"))
    one = part.distribution
    return Kept(_folder() / f"{one.key}-{one.version}-{hasher.hexdigest()[:16]}")


def tidy() -> None:
    """Drop what was not used for longest."""
    with suppress(OSError):
        entries = sorted(_folder().iterdir(), key=lambda path: path.stat().st_mtime)
        for entry in entries[:-MOST]:
            shutil.rmtree(entry, ignore_errors=True)


def compiled_of(module: Path, version: Version) -> Path:
    """Return where the bytecode of a module lies."""
    return module.parent / "__pycache__" / f"{module.stem}.cpython-{version[0]}{version[1]}.pyc"


def _folder() -> Path:
    return paths.cache_folder() / "distributions"


def _state(part: Part) -> Iterator[str]:
    """Tell a distribution's state: what its record says, and what was changed by hand since."""
    one = part.distribution
    with suppress(OSError):
        yield hashlib.sha256((one.metadata / "RECORD").read_bytes()).hexdigest()
    for name in one.files:
        yield _stamp(name, one.root / name)
    if one.editable is not None:
        for folder, names, files in os.walk(one.editable):
            names[:] = sorted(name for name in names if name != "__pycache__" and name[0] != ".")
            for name in sorted(files):
                yield _stamp(f"{folder}/{name}", Path(folder) / name)


def _stamp(name: str, path: Path) -> str:
    try:
        about = path.stat()
    except OSError:
        return f"{name} -\n"
    return f"{name} {about.st_size} {about.st_mtime_ns}\n"
