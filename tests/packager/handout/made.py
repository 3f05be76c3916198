"""Folders as builds leave them: artifacts, and the reports that tell of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from launcher.packager.handout import Release, Subject
from launcher.packager.handout.subject import of_config
from launcher.project.config import Config, SignSums

QUIZ = Release("Quiz Night", "1.4.0")
MOMENT = 1_764_300_000  # 28 November 2025
EVERYTHING: Mapping[str, tuple[str, ...]] = {
    "windows-x86_64": ("-setup.exe", ".zip"),
    "macos-arm64": (".zip",),
    "macos-x86_64": (".zip",),
    "linux-x86_64": (".deb", ".AppImage", ".tar.gz"),
}


def lay(
    folder: Path,
    tag: str,
    *endings: str,
    release: Release = QUIZ,
    tried: bool = True,
    floor: str = "",
    contents: bytes = b"",
) -> Path:
    """Lay artifacts of a platform and their report, as a build does; return the report's place."""
    folder.mkdir(parents=True, exist_ok=True)
    base = f"{release.name}-{release.version}-{tag}"
    artifacts = [{"format": "folder", "file": release.name, "bytes": 1, "sha256": "0" * 64}]
    for ending in endings:
        place = folder / f"{base}{ending}"
        place.write_bytes(contents or f"{tag}{ending}".encode() * 5000)
        artifacts.append(
            {
                "format": ending.strip(".-"),
                "file": place.name,
                "bytes": place.stat().st_size,
                "sha256": hashlib.sha256(place.read_bytes()).hexdigest(),
            }
        )
    report = folder / f"{base}.report.json"
    value = {
        "format": 1,
        "name": release.name,
        "version": release.version,
        "platform": tag,
        "source_date_epoch": MOMENT,
        "artifacts": artifacts,
        "verification": {"done": tried},
        "audit": {"floor": floor},
    }
    report.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    report.with_suffix(".txt").write_text(f"{place_names(artifacts)}\n", encoding="utf-8")
    return report


def place_names(artifacts: list[dict[str, object]]) -> str:
    return "\n".join(f"Artifact  {one['file']}" for one in artifacts)


def lay_everything(folder: Path, release: Release = QUIZ) -> None:
    """Lay what builds for all platforms on a Linux machine leave."""
    for tag, endings in EVERYTHING.items():
        floor = "glibc 2.36" if tag.startswith("linux") else ""
        lay(folder, tag, *endings, release=release, tried=tag.startswith("linux"), floor=floor)


def subject(release: Release = QUIZ, *, publisher: str = "Ada Byron", key: str | None = None) -> Subject:
    """Return a program with two letters for a picture."""
    config = Config(
        project_summary="Questions for a long evening.",
        project_homepage="https://quiz.example.org/",
        sign_sums=SignSums(key),
    )
    return of_config(release, config, None, publisher)
