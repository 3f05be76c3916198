"""An export, told as a story: find, look at the app, lay what serves it, fill in, check, hand over."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from launcher import __version__
from launcher.errors import BuildError, UsageError
from launcher.exporting import carrying, checks, pinning, project, readme, recipes, values
from launcher.exporting.checks import Checked
from launcher.exporting.pinning import Pins
from launcher.exporting.project import Project
from launcher.exporting.settings import Request, check_place, slug_of
from launcher.packager import announcing, app_layer, plan
from launcher.packager.formats import folder as folders
from launcher.packager.plan import layer_of
from launcher.packager.progress import Progress
from launcher.packager.warnings.notice import Notice
from launcher.packager.workplace import is_full, work_folder
from launcher.project.bundles import EXPORTED

ORDERS = {"serve.json": "", "serve-container.json": "container", "serve-compose.json": "compose"}
NEEDS = {"compose": ("docker",), "kubernetes": ("docker",)}  # both run the image


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export made: the folder, its files of configuration, what was checked, what to mind."""

    place: Path
    files: tuple[str, ...]
    checked: tuple[Checked, ...]
    hindrances: tuple[Notice, ...]

    def to_json(self) -> dict[str, Any]:
        """Return it ready for JSON."""
        return {
            "directory": str(self.place),
            "files": list(self.files),
            "checked": [asdict(one) for one in self.checked],
            "several_machines": [asdict(notice) for notice in self.hindrances],
        }


def export(request: Request, progress: Progress) -> Exported:
    """Write the folder of an export; it stands under its name whole, or not at all."""
    refuse_foreign(request.output)
    if request.upstreams and not request.proxies and set(request.targets) & {"nginx", "apache"}:
        raise UsageError(
            "It is not said whose word the machines believe about who asks.",
            "Give the address that the proxy calls them from: --proxy 10.0.0.2",
        )
    with progress.step("find", "Finding the app") as step:
        made = plan.make(request.options)
        app_layer.refuse_links(layer_of(made, None, request.output))
        step.detail = f"{made.manifest.target.spec} in {made.root}"
    request = settled(request, made.manifest.name)
    progress.fact("App", f"{made.manifest.target.spec}: {made.manifest.target.why}")
    progress.fact("Python", f"{made.interpreter.path}: {made.interpreter.why}")
    announcing.say_that_it_runs(progress)
    with progress.step("look", "Loading it once to look at it") as step:
        found = project.look(made, request.output, request.environ)
        step.detail = f"{len(found.statics)} folders of files for the proxy, {len(found.left)} for the app"
    pins = pinning.pin(found.site, request.server, made.root)
    try:
        with work_folder(request.output.parent) as work:
            return _write(request, found, pins, work, progress)
    except OSError as error:
        if is_full(error):
            raise BuildError(
                "There is no room left on the disk.", "Free some space and export again."
            ) from error
        raise


def settled(request: Request, name: str) -> Request:
    """Return a request with what follows from the app's name, and from what its targets need."""
    targets = [need for target in request.targets for need in (target, *NEEDS.get(target, ()))]
    place = check_place(request.place or f"/srv/{slug_of(name)}")
    return replace(request, place=place, targets=tuple(dict.fromkeys(targets)))


def refuse_foreign(place: Path) -> None:
    """Raise where something stands at `place` that no export made: it may be work."""
    if not os.path.lexists(place):
        return
    is_folder = place.is_dir() and not place.is_symlink()
    if is_folder and ((place / EXPORTED).is_file() or not any(place.iterdir())):
        return
    raise BuildError(
        f"{place} is there already, and is not an export.", "Choose another folder, or empty that one."
    )


def filled(request: Request, found: Project, pins: Pins) -> Mapping[str, str]:
    """Fill in all recipes; return the text of each file by its name in DIR."""
    texts: dict[str, str] = {}
    for target in request.targets:
        known = values.of_target(target, request, found, pins)
        named = recipes.files(
            target, known["slug"], volumes=bool(known["volumes"]), writes=bool(found.writes)
        )
        texts |= {place: recipes.render(recipe, known) for recipe, place in named}
    for name, kind in ORDERS.items():
        if not kind or ("compose" if kind == "compose" else "docker") in request.targets:
            texts[name] = values.text_of(values.order_of(request, found, kind))
    texts["launcher.json"] = found.plan.manifest.to_json()
    texts["requirements.txt"] = pins.text
    return texts


def _write(request: Request, found: Project, pins: Pins, work: Path, progress: Progress) -> Exported:
    fresh = work / "export"
    with progress.step("lay", "Laying the app and what serves it") as step:
        found.layer.lay(fresh / "app")
        carrying.carry(fresh / "runtime")
        step.detail = f"{len(found.layer.files)} files of the app, {len(pins.lines)} pinned distributions"
    with progress.step("configure", "Writing the configuration") as step:
        texts = filled(request, found, pins)
        step.detail = ", ".join(request.targets)
    with progress.step("check", "Asking the tools that will read it") as step:
        checked = _check(request, found, pins)
        step.detail = f"{sum(one.is_checked for one in checked)} checks passed"
    for one in checked:
        said = one.said or "accepts it"
        progress.fact("Checked" if one.is_checked else "Not", f"{one.file} by {one.tool}: {said}")
    texts = {**texts, "README.md": readme.of(request, found, pins, checked)}
    for name, text in texts.items():
        place = fresh / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8", newline="\n")
    mark = {"launcher": __version__, "targets": request.targets, "server": request.server}
    (fresh / EXPORTED).write_text(json.dumps(mark, indent=2) + "\n", encoding="utf-8")
    for notice in readme.notices(found, pins):
        progress.warning(notice.title, notice.detail, notice.todo)
    with progress.step("hand-over", "Handing over"):
        _open(fresh)
        refuse_foreign(request.output)
        folders.replace(fresh, request.output)
    return Exported(request.output, tuple(sorted(texts)), checked, found.hindrances)


def _open(folder: Path) -> None:
    """Let everybody read what is exported: the app's user and the proxy's are none of the author's groups."""
    for place in (folder, *folder.rglob("*")):
        is_run = place.is_dir() or place.stat().st_mode & 0o100
        place.chmod(0o755 if is_run else 0o644)


def _check(request: Request, found: Project, pins: Pins) -> tuple[Checked, ...]:
    with tempfile.TemporaryDirectory(prefix="launcher-check-", ignore_cleanup_errors=True) as scratch:

        def fill(folder: Path) -> Mapping[str, str]:
            place = str(folder)
            here = replace(request, place=place, certificates=place, ports=checks.PORTS)
            # Names of machines are asked for by nginx at once, and may be known where it will run alone.
            ports = (upstream.rpartition(":")[2] for upstream in request.upstreams)
            return filled(replace(here, upstreams=tuple(f"127.0.0.1:{port}" for port in ports)), found, pins)

        return checks.check(request.targets, fill, Path(os.path.realpath(scratch)))
