"""The rules of the house, held by tests: floors, quiet modules, sizes, and what is written down."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from launcher.project.settings import KEYS

ROOT = Path(__file__).resolve().parents[1]

# A module imports from its own floor or from those below; whatever is not listed has no floor yet.
FLOORS: dict[str, tuple[str, ...]] = {
    "ground": ("launcher", "errors", "host", "names", "locking", "writing", "versions", "redacting"),
    "first": ("paths", "logs", "signals", "launch", "documents", "marks", "taskbar", "project", "project.*"),
    "second": (
        "serving",
        "serving.*",
        "sharing",
        "sharing.*",
        "loading",
        "loading.*",
        "data",
        "data.*",
        "ending",
        "report",
        "keeper",
        "environ",
        "control",
        "window",
        "window.*",
    ),
    "third": (
        "backend",
        "process",
        "own_pages",
        "shared",
        "showing",
        "program",
        "second",
        "runtime",
        "frozen",
        "start_backend",
        "start_hosting",
        "hosting",
        "hosting.*",
    ),
    "workshop": ("packager", "packager.*", "exporting", "exporting.*", "doctor", "doctor.*"),
    "roof": ("cli", "cli.*", "__main__"),
}
ORDER = list(FLOORS)

# Where words leave the program: only there, or where a process stands in for Python or holds the user's code.
MAY_PRINT = ("cli",)  # with all that is in the room
MAY_EXIT = {
    "cli": "turns errors into exit codes",
    "loading.interpreting": "does what Python would do with its arguments, and ends as Python would",
    "ending": "ends the app's process whatever threads the app left",
    "start_hosting": "is a program, whose exit code it is",
    "runtime": "`leave` ends the program whatever threads the window's library left",
}

# Imports inside functions of what a backend imports. After the user's code was let in, our names mean
# nothing to it: whatever is not imported by then would be looked for among the user's own modules.
LAZY = {
    ("loading", "flask.cli"): "the user's own Flask",
    ("locking", "msvcrt"): "there is none elsewhere, and the home is locked before the user's code",
    ("locking", "fcntl"): "there is none elsewhere, and the home is locked before the user's code",
    ("data.home", "launcher.data.backups"): "SQLite, which most starts have no use for; before that code",
    ("loading.interpreting", "multiprocessing"): "in a process that has no user code in it yet",
    ("serving.doorway", "launcher.sharing.sharer"): "only where guests may be let in; before the user's code",
    ("paths", "platformdirs"): "a backend is told its folders",
}
BACKEND_BRINGS = ("launcher", "waitress", "segno", "ifaddr")

LONGEST = 250  # lines of a file
AT_THE_TOP = {
    "folders": {"launcher", "app", "build", "icons", "tests"},
    "files": {"pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md"},
}


@dataclass(frozen=True, slots=True)
class Import:
    """One name that a module imports, and whether only inside a function."""

    name: str
    lazy: bool
    line: int


@cache
def tree_of(path: Path) -> ast.Module:
    """Read a file of ours."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


@cache
def modules() -> dict[str, Path]:
    """Return every module of the package by its dotted name."""
    found: dict[str, Path] = {}
    for path in sorted((ROOT / "launcher").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def short(module: str) -> str:
    """Return a module's name without the package's."""
    return module.removeprefix("launcher.")


def imports_of(module: str) -> list[Import]:
    """List what a module imports when it runs; what only a type checker reads does not count."""
    return list(_imports(tree_of(modules()[module]), lazy=False))


def _imports(node: ast.AST, *, lazy: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
            continue
        if isinstance(child, ast.Import):
            for alias in child.names:
                yield Import(alias.name, lazy, child.lineno)
        elif isinstance(child, ast.ImportFrom):
            assert child.level == 0, "imports are written out in full"
            for alias in child.names:
                yield Import(_module_of(child.module or "", alias.name), lazy, child.lineno)
        else:
            function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from _imports(child, lazy=lazy or function)


def _module_of(module: str, name: str) -> str:
    """Return what `from module import name` imports: the module's own part, where it is one."""
    return f"{module}.{name}" if f"{module}.{name}" in modules() else module


def own_imports(module: str, *, lazily: bool = True) -> set[str]:
    """Return the modules of ours that a module imports."""
    return {one.name for one in imports_of(module) if one.name in modules() and (lazily or not one.lazy)}


def reached_from(*starts: str, lazily: bool = True) -> set[str]:
    """Return the modules of ours that come along with some."""
    found: set[str] = set()
    waiting = list(starts)
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            waiting += own_imports(module, lazily=lazily)
            parent = module.rpartition(".")[0]
            waiting += [parent] if parent in modules() else []
    return found


def floor_of(module: str) -> str:
    """Return the floor that a module stands on."""
    for floor, names in FLOORS.items():
        for name in names:
            folder = name.removesuffix("*")
            if short(module) == name or (name.endswith(".*") and short(module).startswith(folder)):
                return floor
    raise AssertionError(f"{module} stands on no floor: add it to the table, where the design puts it")


@pytest.mark.parametrize("module", modules())
def test_module_imports_from_its_own_floor_and_those_below(module: str) -> None:
    height = ORDER.index(floor_of(module))
    above = {name for name in own_imports(module) if ORDER.index(floor_of(name)) > height}
    assert above == set()


def test_no_module_needs_itself() -> None:
    """Modules that import each other can be understood, and imported, only together."""
    needs = {module: own_imports(module, lazily=False) for module in modules()}
    while True:
        ready = {module for module, needed in needs.items() if not needed}
        if not ready:
            break
        needs = {module: needed - ready for module, needed in needs.items() if module not in ready}
    assert needs == {}


def test_table_of_floors_names_nothing_that_is_not_there() -> None:
    for names in FLOORS.values():
        for name in names:
            folder = ROOT / "launcher" / name.removesuffix(".*").replace(".", "/")
            assert name == "launcher" or folder.is_dir() or folder.with_suffix(".py").is_file(), name


@pytest.mark.parametrize("start", ["launcher.frozen", "launcher.backend"])
def test_packaged_app_brings_nothing_of_the_workshop_and_the_roof(start: str) -> None:
    """PyInstaller follows imports inside functions too."""
    brought = {floor_of(module) for module in reached_from(start)}
    assert not brought & {"workshop", "roof"}


def test_entry_of_the_player_brings_nothing_else() -> None:
    entry = ast.parse((ROOT / "build" / "player" / "entry.py").read_text(encoding="utf-8"))
    named = {one.name for one in _imports(entry, lazy=False) if one.name.startswith("launcher")}
    assert named == {"launcher.frozen", "launcher.backend"}


def test_backend_needs_nothing_but_the_standard_library_and_what_it_brings() -> None:
    """It starts in the project's own interpreter, where nothing of ours is installed."""
    known = {*sys.stdlib_module_names, *BACKEND_BRINGS}
    for module in reached_from("launcher.backend"):
        for one in imports_of(module):
            top = one.name.partition(".")[0]
            assert top in known or (short(module), one.name) in LAZY, f"{module}:{one.line}: {one.name}"


def test_backend_imports_nothing_late() -> None:
    late = {
        (short(module), one.name)
        for module in reached_from("launcher.backend", lazily=False)
        for one in imports_of(module)
        if one.lazy
    }
    assert late - set(LAZY) == set(), "imported at the top, or excepted with a reason"


def test_runtime_does_not_import_the_server() -> None:
    """It is the backend's; the window would wait for it."""
    for start in ("launcher.runtime", "launcher.frozen"):
        brought = reached_from(start, lazily=False)
        assert not [m for m in brought for one in imports_of(m) if one.name.startswith("waitress")]


@pytest.mark.parametrize("module", modules())
def test_only_the_command_line_prints_and_ends_the_program(module: str) -> None:
    name, room = short(module), short(module).partition(".")[0]
    calls = {
        ast.unparse(node.func) for node in ast.walk(tree_of(modules()[module])) if isinstance(node, ast.Call)
    }
    if room not in MAY_PRINT:
        assert not calls & {"print", "pprint", "click.echo", "input", "breakpoint"}
    if name not in MAY_EXIT and room not in MAY_EXIT:
        assert not calls & {"sys.exit", "exit", "quit", "os._exit", "os.abort"}
        raised = [node for node in ast.walk(tree_of(modules()[module])) if isinstance(node, ast.Raise)]
        assert not [node for node in raised if node.exc and "SystemExit" in ast.unparse(node.exc)]


@pytest.mark.parametrize("module", modules())
def test_no_command_goes_through_a_shell(module: str) -> None:
    for node in ast.walk(tree_of(modules()[module])):
        if isinstance(node, ast.Call):
            assert ast.unparse(node.func) not in ("os.system", "os.popen", "subprocess.getoutput")
            assert not [word for word in node.keywords if word.arg == "shell"]


@pytest.mark.parametrize("module", modules())
def test_platform_is_asked_in_one_place(module: str) -> None:
    """`sys.platform` beside `host` only where a type checker must follow it into a platform's own modules."""
    if short(module) in ("host", "locking", "start_backend"):
        return
    text = {
        ast.unparse(node) for node in ast.walk(tree_of(modules()[module])) if isinstance(node, ast.Attribute)
    }
    asks = {"sys.platform", "os.name"}
    if any(one.name == "platform" for one in imports_of(module)):  # Python's; ours are called so as well
        asks.add("platform.system")
    assert not text & asks


def public(module: str) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    """Give the public functions and classes of a module."""
    for node in tree_of(modules()[module]).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node


@pytest.mark.parametrize("module", modules())
def test_everything_public_says_what_it_is(module: str) -> None:
    assert ast.get_docstring(tree_of(modules()[module])), "a module begins with what it is"
    silent = [node.name for node in public(module) if not ast.get_docstring(node)]
    assert silent == []


def ours() -> list[Path]:
    """List every Python file that we write, by its place in the checkout."""
    found = [
        path for folder in ("launcher", "app", "build", "tests") for path in (ROOT / folder).rglob("*.py")
    ]
    samples = [ROOT / "tests" / "samples", ROOT / "tests" / "corpus" / "projects"]
    return sorted(path for path in found if not any(path.is_relative_to(sample) for sample in samples))


@pytest.mark.parametrize("path", [path for path in ours() if "tests" not in path.parts], ids=str)
def test_file_is_short_enough_to_read_at_once(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


def test_build_is_a_folder_of_recipes_and_no_package() -> None:
    """With an `__init__.py` it would hide the PyPA's `build`."""
    assert not (ROOT / "build" / "__init__.py").exists()
    assert not (ROOT / "build" / "__main__.py").exists()
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert not {"build", "build/", "/build", "/build/"} & set(ignored)


def test_top_level_is_what_the_design_says() -> None:
    ignored = {line.strip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()}
    for path in ROOT.iterdir():
        if path.name.startswith(".") or path.name in ignored or path.name == "__pycache__":
            continue
        kind = "folders" if path.is_dir() else "files"
        assert path.name in AT_THE_TOP[kind], f"{path.name} has no place at the top"
    for name in AT_THE_TOP["folders"] | AT_THE_TOP["files"]:
        assert (ROOT / name).exists(), name


def test_samples_are_not_packages_of_ours() -> None:
    assert not (ROOT / "tests" / "__init__.py").exists()


@pytest.mark.parametrize("key", KEYS)
def test_every_setting_is_explained_in_the_readme(key: str) -> None:
    """Each stands in the README by the very name that is typed, in a table or an example."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table, _, name = key.rpartition(".")
    section = readme
    if table and f"`{key}`" not in readme:
        assert f"[tool.launcher.{table}]" in readme, f"no table {table} in README.md"
        section = readme.split(f"[tool.launcher.{table}]", 1)[1].split("\n\n", 1)[0]
    assert re.search(rf"`{re.escape(key)}\b|`{re.escape(name)}`|^{re.escape(name)} *=", section, re.MULTILINE)


def test_readme_explains_no_setting_that_does_not_exist() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z.-]+)`", readme.partition("[tool.launcher]")[2], re.MULTILINE)
    tables = {key.partition(".")[0] for key in KEYS if "." in key}
    assert [row for row in rows if row not in KEYS and row.partition(".")[0] not in tables] == []
