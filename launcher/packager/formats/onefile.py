"""The bundle in one program of Windows, which unpacks itself at every start; it says that there is better."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from launcher import paths
from launcher.data import home
from launcher.packager import dressing, player
from launcher.packager.bundle import program_of
from launcher.packager.commands import run
from launcher.packager.formats.parcel import Parcel
from launcher.packager.progress import Progress
from launcher.packager.signing import authenticode, windows
from launcher.project import bundles

CONTENTS = "_internal"
CAUTION = (
    "A program in one file is what scanners distrust most",
    "It unpacks itself into a temporary folder at every start: that takes seconds, is what malware does too "
    "(one program drew 22 detections in one file, and 2 in a folder), and what tidies such folders breaks it "
    "while it runs.",
    "Send the setup, which is one file as well, or the zip: --format setup, --format zip.",
)


def make(parcel: Parcel) -> tuple[Path, int, str]:
    """Make the program; the same bundle gives the same bytes, but for signatures."""
    bundle, plan = parcel.bundle, parcel.plan
    program = program_of(bundle, plan.manifest.name, plan.platform)
    place = parcel.output / f"{parcel.base}.exe"
    recipes = paths.bundled("build") / "player"
    with tempfile.TemporaryDirectory(dir=bundle.parent, prefix="onefile-") as scratch:
        work = Path(scratch)
        settings = {
            "program": str(program),
            "files": list(_files(bundle)),
            "package": str(work / "package"),
            "bare": str(work / "bare"),
        }
        (work / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
        python = player.environment_for(plan.interpreter, Progress(emit=lambda event: None))
        environ = {"PYTHONPATH": None, "PYTHONHASHSEED": "0"}
        run([python, recipes / "across.py", work / "settings.json"], todo=player.RETRY, environ=environ)
        # The signature of the program in the folder was behind its archive, and is no more.
        bare = authenticode.unsigned((work / "bare").read_bytes())
        fresh = work / place.name
        fresh.write_bytes(dressing.with_checksum(bare + (work / "package").read_bytes()))
        windows.seal(fresh, plan)
        digest = home.digest(fresh)
        os.replace(fresh, place)
    return place, place.stat().st_size, digest


def _files(bundle: Path) -> Iterator[tuple[str, str]]:
    """List what travels inside, by its path there: what lies beside Python, and the layers."""
    for place in (bundle / CONTENTS, bundles.layers_in(bundle)):
        above = place if place.name == CONTENTS else bundle
        for folder, _, files in os.walk(place):
            for path in (Path(folder) / name for name in files):
                yield path.relative_to(above).as_posix(), str(path)
