"""Names that every host keeps: some write a full stop for whatever is not a plain letter, and links break."""

from __future__ import annotations

import os
import re
from pathlib import Path

from launcher import names
from launcher.packager.handout.offers import Release, gather


def rename(folder: Path, release: Release) -> None:
    """Give all files of a release plain names, in the reports that tell of them too."""
    for platform in {offer.platform for offer in gather(folder, release)}:
        ending = f"-{release.version}-{platform.tag}"
        old, new = names.file_name(release.name) + ending, _plain(names.slug(release.name) + ending)
        if old == new:
            continue
        for place in sorted(folder.iterdir()):
            rest = place.name.removeprefix(old)
            if rest == place.name or not rest.startswith((".", "-")) or place.is_dir():
                continue
            if rest.startswith(".report."):
                text = place.read_text(encoding="utf-8").replace(old, new)
                place.write_text(text, encoding="utf-8", newline="\n")
            os.replace(place, folder / (new + rest))


def _plain(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", ".", text)
