"""What of a distribution stays behind: tests, headers, stubs. Never a file that something may read.

A file is dropped only where its name says what it is for and nothing contradicts: the rehearsal did not
read it, and no code that travels imports it, names it or compiles with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from launcher.packager.site.evidence import TEST_NAMES, Evidence

TESTS, HEADER, STUB, CACHE, PLACE = "tests", "header", "stub", "cache", "names a place of this machine"
TEST_FILE = re.compile(r"(test_.*|.*_test|conftest)\.py")
HEADERS = (".h", ".hh", ".hpp", ".hxx", ".cuh", ".pxd")
CACHES = (".nbi", ".nbc", ".pyc", ".pyo")
CACHE_FOLDERS = frozenset(("__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache"))
# What an app shows lies below these; a template may well be called tests/index.html.
SHOWN = frozenset(("templates", "static", "locale", "locales", "translations", "assets", "share"))
# What installers note about where a distribution came from: a folder here, an address with a password.
NOTES = frozenset(("direct_url.json", "uv_build.json", "uv_cache.json"))
# They compile for the user's own machine while they run, from headers of their own and of others.
COMPILE_AT_RUN_TIME = frozenset(
    (
        *("cppyy", "cupy", "jax", "numba-cuda", "pybind11", "pycuda", "pyopencl", "pythran", "taichi"),
        *("tensorflow", "torch", "triton", "warp-lang"),
    )
)


@dataclass(frozen=True, slots=True)
class Dropped:
    """A file of a distribution that stays behind, its size in bytes, and why."""

    distribution: str
    path: str
    size: int
    why: str


def candidates(files: Iterable[str]) -> dict[str, str]:
    """Return the files that may stay behind, going by their names alone, and why."""
    names = tuple(files)
    folders = test_folders(names)
    found = {}
    for name in names:
        why = _why(name, folders)
        if why:
            found[name] = why
    return found


def test_folders(files: Iterable[str]) -> frozenset[str]:
    """Return the outermost folders of tests: called so, and with tests or a package in them."""
    proven: set[str] = set()
    for name in files:
        if not name.endswith(".py"):
            continue
        folder = _test_folder(name)
        if folder and (name == f"{folder}/__init__.py" or TEST_FILE.fullmatch(PurePosixPath(name).name)):
            proven.add(folder)
    return frozenset(proven)


def keep_needed(
    found: Mapping[str, str], *, read: frozenset[str], evidence: Evidence, compiles: bool
) -> dict[str, str]:
    """Return the candidates that nothing speaks for: neither the rehearsal nor code that travels."""
    folders = {folder for name, why in found.items() if why == TESTS and (folder := _test_folder(name))}
    kept_folders = {
        folder
        for folder in folders
        if evidence.names_folder(folder) or any(name.startswith(f"{folder}/") for name in read)
    }
    return {
        name: why
        for name, why in found.items()
        if name not in read
        and not (why == TESTS and _test_folder(name) in kept_folders)
        and not (why == HEADER and (compiles or evidence.reads_headers))
        and not (why == STUB and not name.endswith("/py.typed") and evidence.reads_stubs)
    }


def _why(name: str, folders: frozenset[str]) -> str:
    path = PurePosixPath(name)
    if name.endswith(CACHES) or not CACHE_FOLDERS.isdisjoint(path.parts):
        return CACHE
    if path.name.startswith(("__editable__", "_editable_impl_")) or path.name in NOTES:
        return PLACE
    if path.parts[0].endswith((".dist-info", ".egg-info")):
        return ""
    if not SHOWN.isdisjoint(path.parts[:-1]):
        return ""
    if _test_folder(name) in folders:
        return TESTS
    if path.suffix == ".pyi" or path.name == "py.typed":
        return STUB
    return HEADER if path.suffix in HEADERS else ""


def _test_folder(name: str) -> str:
    """Return the outermost folder on the way to a file that is called test or tests."""
    parts = name.split("/")[:-1]
    for number, part in enumerate(parts):
        if part in SHOWN:
            return ""
        if part in TEST_NAMES:
            return "/".join(parts[: number + 1])
    return ""
