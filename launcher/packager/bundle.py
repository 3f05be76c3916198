"""The bundle: a player with the layers of one app beside it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from launcher import frozen, home, host, names
from launcher.packager import icon, player, site
from launcher.packager.app_layer import AppLayer
from launcher.packager.plan import Plan
from launcher.packager.site import Site

SITE, APP = "site", "app"


def program_of(bundle: Path, name: str) -> Path:
    """Return the path of the program in a bundle."""
    return bundle / host.executable_name(names.file_name(name))


def lay_player(source: Path, place: Path, name: str) -> None:
    """Copy the player and give it the program's name."""
    shutil.copytree(source, place, symlinks=True, ignore=shutil.ignore_patterns(player.COMPLETE))
    (place / host.executable_name(player.EXECUTABLE)).rename(program_of(place, name))


def lay_site(chosen: Site, plan: Plan, place: Path) -> None:
    """Lay the site layer and compile it."""
    folder = place / frozen.LAYERS / SITE
    site.lay(chosen, folder, plan.root)
    compile_modules(plan, folder, [folder], SITE)


def lay_app(layer: AppLayer, plan: Plan, place: Path, imported: Iterable[str]) -> None:
    """Lay the app layer, its listing, the manifest and the icon; compile the modules seen imported.

    Only those: a folder that people see into (an app that lists its files) is
    to look as it does at home, where nothing else leaves a cache.
    """
    folder = place / frozen.LAYERS
    layer.lay(folder / APP)
    script = plan.manifest.target.script
    modules = [folder / APP / name for name in imported if name.endswith(".py") and name != script]
    compile_modules(plan, folder / APP, [module for module in modules if module.is_file()], APP)
    listing = home.listing_of(folder / APP)
    (folder / home.LISTING).write_text(
        json.dumps(listing, indent=0, sort_keys=True), encoding="utf-8"
    )
    plan.manifest.save(folder / frozen.MANIFEST)
    icon.write(plan.icon, plan.manifest.name, folder / frozen.ICON)


def compile_modules(plan: Plan, folder: Path, modules: Sequence[Path], shown: str) -> None:
    """Compile modules, or all below a folder, for the project's Python.

    A read-only bundle never caches: without this the same imports take 4.7
    times as long. Unchecked, so that no copy's new time stamp voids them.
    Templates for code generators and files in another Python's syntax do not
    compile, and need not: the exit code says nothing.
    """
    if not modules:
        return
    with tempfile.TemporaryDirectory() as scratch:
        wanted = Path(scratch) / "modules.txt"
        wanted.write_text("".join(f"{module}\n" for module in modules), encoding="utf-8")
        command = [
            *(str(plan.interpreter.path), "-I", "-m", "compileall", "-q", "-q"),
            *("-j", str(os.cpu_count() or 1), "--invalidation-mode", "unchecked-hash"),
            *("-s", str(folder), "-p", shown, "-i", str(wanted)),
        ]
        subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)


@contextmanager
def read_only(bundle: Path) -> Iterator[None]:
    """Take everybody's right to write in a bundle away for a while."""
    modes = {path: path.stat().st_mode for path in _own(bundle)}
    try:
        for path, mode in modes.items():
            path.chmod(mode & ~0o222)
        yield
    finally:
        for path, mode in modes.items():
            path.chmod(mode)


def _own(bundle: Path) -> Iterable[Path]:
    yield bundle
    for folder, names_below, files in os.walk(bundle):
        for name in (*names_below, *files):
            path = Path(folder) / name
            if not path.is_symlink():
                yield path
