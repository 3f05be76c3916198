"""The bundle: a player with the layers of one app beside it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from launcher import names
from launcher.data import home
from launcher.packager import dressing, icon, player
from launcher.packager.app_layer import AppLayer
from launcher.packager.compiling import compile_modules
from launcher.packager.plan import Plan
from launcher.packager.platforms import MACOS, WINDOWS, Platform
from launcher.project import bundles

SITE, APP = "site", "app"


def program_of(bundle: Path, name: str, platform: Platform) -> Path:
    """Return the path of the program in a bundle."""
    folder = bundle / bundles.CONTENTS / "MacOS" if platform.system == MACOS else bundle
    return folder / platform.executable_name(names.file_name(name))


def lay_player(source: Path, place: Path, plan: Plan) -> None:
    """Copy the player and give it the program's name."""
    platform, name = plan.platform, plan.manifest.name
    own_notes = shutil.ignore_patterns(player.COMPLETE, player.ABOUT)
    shutil.copytree(source, place, symlinks=True, ignore=own_notes)
    program_of(place, player.EXECUTABLE, platform).rename(program_of(place, name, platform))


def lay_app(layer: AppLayer, plan: Plan, place: Path, imported: Iterable[str]) -> None:
    """Lay the app layer, its listing, the manifest and the icon; compile the modules seen imported.

    Only those: a folder that people see into (an app that lists its files) is
    to look as it does at home, where nothing else leaves a cache.
    """
    folder = bundles.layers_in(place)
    layer.lay(folder / APP)
    script = plan.manifest.target.script
    modules = [folder / APP / name for name in imported if name.endswith(".py") and name != script]
    compile_modules(
        plan.interpreter, folder / APP, [module for module in modules if module.is_file()], APP
    )
    listing = home.listing_of(folder / APP)
    (folder / home.LISTING).write_text(
        json.dumps(listing, indent=0, sort_keys=True), encoding="utf-8"
    )
    plan.manifest.save(folder / bundles.MANIFEST)
    icon.write(plan.icon, plan.manifest.name, folder / bundles.ICON, plan.platform)
    if plan.platform.system == WINDOWS:
        program = program_of(place, plan.manifest.name, plan.platform)
        dressing.dress(program, folder / bundles.ICON, plan.manifest)


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
