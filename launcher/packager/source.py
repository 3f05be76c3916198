"""Running a project from source: its app in its own interpreter, the window in ours."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Callable
from pathlib import Path

from launcher import paths
from launcher.loading.isolation import OURS
from launcher.packager import icon
from launcher.packager.plan import Plan
from launcher.project.environment import Interpreter
from launcher.runtime import Launch

# What an author edits; what apps write themselves (databases, JSON, logs) must not restart them.
WATCHED = (
    ".py",
    ".html",
    ".htm",
    ".jinja",
    ".jinja2",
    ".j2",
    ".css",
    ".js",
    ".svg",
    ".toml",
    ".ini",
    ".cfg",
)


def backend_command(
    interpreter: Interpreter, *, entry: str = "launcher.backend"
) -> tuple[str, ...]:
    """Return the command that starts a backend in the project's interpreter.

    A few pure packages visit it by path; whatever else is installed for the
    launcher stays out of the app's sight.
    """
    visitors = (f"{name}={folder}" for name, folder in brought_along().items())
    return (str(interpreter.path), str(paths.PACKAGE / "start_backend.py"), entry, *visitors)


def brought_along() -> dict[str, Path]:
    """Return the folders of the packages that a backend brings along, by their names."""
    return {name: _folder_of(name) for name in OURS}


def _folder_of(package: str) -> Path:
    """Return where a package lies, without importing it."""
    spec = importlib.util.find_spec(package)
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent


def launch_of(
    plan: Plan,
    scratch: Path,
    *,
    port: int | None = None,
    threads: int | None = None,
    browser: bool = False,
    reload: bool = False,
    arguments: tuple[str, ...] = (),
) -> Launch:
    """Return the launch of a project in place, its manifest written into `scratch`."""
    manifest = scratch / "launcher.json"
    plan.manifest.save(manifest)
    return Launch(
        manifest=manifest,
        root=plan.root,
        backend=backend_command(plan.interpreter),
        icon=_icon(plan),
        port=port,
        threads=threads,
        browser=browser,
        arguments=arguments,
        watch=_watcher(plan.root) if reload else None,
    )


def _icon(plan: Plan) -> Path:
    """Draw the icon once and keep it: drawing takes longer than all else before the window."""
    stamp = f"{plan.icon} {plan.icon.stat().st_mtime_ns}" if plan.icon else ""
    key = hashlib.sha256(f"{plan.manifest.name} {stamp}".encode()).hexdigest()[:16]
    place = paths.cache_folder() / "icons" / f"{key}.png"
    if not place.is_file():
        place.parent.mkdir(parents=True, exist_ok=True)
        part = place.with_name(f"{place.name}.part")
        icon.write(plan.icon, plan.manifest.name, part, plan.platform)
        part.replace(place)
    return place


def _watcher(root: Path) -> Callable[[Callable[[], None]], None]:
    import watchfiles

    class Edited(watchfiles.DefaultFilter):
        def __call__(self, change: watchfiles.Change, path: str) -> bool:
            return path.endswith(WATCHED) and super().__call__(change, path)

    def watch(restart: Callable[[], None]) -> None:
        for _ in watchfiles.watch(root, watch_filter=Edited(), raise_interrupt=False):
            restart()

    return watch
