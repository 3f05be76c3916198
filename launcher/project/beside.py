"""Modules that no installer knows: folders beside the environment, named in a .pth file by hand."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from launcher.project.distributions import Distribution
from launcher.project.editable import in_folder, lines_of


def modules(purelibs: Iterable[Path], installed: Iterable[Distribution]) -> Mapping[str, tuple[Path, ...]]:
    """Return the top-level names that such folders add, and where they lie; the first folder wins.

    A folder of an editable installation belongs to a distribution and is left out.
    """
    known = tuple(installed)
    owned = {str(one.root / name) for one in known for name in one.files if name.endswith(".pth")}
    sources = [os.path.realpath(one.editable) for one in known if one.editable is not None]
    found: dict[str, tuple[Path, ...]] = {}
    for root in purelibs:
        for hook in sorted(root.glob("*.pth")):
            if str(hook) in owned:
                continue
            for line in lines_of(hook):
                folder = Path(os.path.normpath(root / line))
                if line.startswith(("import ", "import\t")) or not folder.is_dir():
                    continue
                real = os.path.realpath(folder)
                if not any(real == one or real.startswith(f"{one}{os.sep}") for one in sources):
                    for name, source in in_folder(folder).items():
                        found.setdefault(Path(name).name.partition(".")[0], (source,))
    return found
