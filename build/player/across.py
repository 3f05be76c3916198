"""Freezes a player for another platform: nothing of that platform is run, its files are only laid.

Called with SETTINGS.json, a file with:
  entry, sources   the first script, and the folder that the package `launcher` lies in
  standard_library the folder or the archive of the standard library's modules
  build_facts      modules that say how the Python of that platform was built
  site             the folder that the player's distributions are installed in
  python_library   the file name of Python's library there
  windows          whether it is for Windows
  scratch          where to work
  package          where the archive goes that the bootloader of that platform finds behind itself
  contents         where the folder of modules and data goes

or, for a program in one file, with:
  program          a program of Windows with its archive
  files            what travels inside: each file's path there, with slashes, and its path here
  package          where its new archive goes, and
  bare             where the program goes without the old one

The bootloader has to be the one of the PyInstaller that runs here. This is the one file that knows
PyInstaller from inside. It runs in the environment that players are frozen in, whose Python has the minor
version of the other platform's: bytecode is the same for all platforms.
"""

import json
import marshal
import os
import shutil
import sys
import zipfile

from PyInstaller import loader
from PyInstaller.archive.readers import CArchiveReader
from PyInstaller.archive.writers import CArchiveWriter, ZlibArchiveWriter
from PyInstaller.building.utils import get_code_object, replace_filename_in_code_object
from PyInstaller.compat import PY3_BASE_MODULES
from standard_library import OPTIONS, belongs

BYTECODE = (".py", ".pyc")
UNCHECKED = (1).to_bytes(4, "little") + bytes(8)  # PEP 552: by a hash that nobody compares
LOADER = ("pyimod01_archive", "pyimod02_importers", "pyimod03_ctypes")
OF_WINDOWS = ("pyimod04_pywin32",)
CONTENTS = "_internal"
LIBRARY = 64  # bytes at the end of an archive: the name of Python's library
NO_PACKAGES = ("bin", "Scripts", "share", "include", "PyObjCTest")  # what lies beside distributions' packages
# Caches, a Python's own distributions, and what distributions say to those that freeze them.
NEVER = ("__pycache__", "site-packages", "__pyinstaller")
SYMBOLS = ".dSYM"  # of macOS, for debuggers: a folder beside a library
METADATA, COMPILED = (".dist-info", ".data"), (".pyd", ".so", ".dll", ".dylib")
NOT_AT_RUN_TIME = (".py", ".pyc", ".pyi", ".h", ".pdb", "py.typed")


def main():
    """Freeze what the settings name."""
    with open(sys.argv[1], encoding="utf-8") as file:
        settings = json.load(file)
    if "program" in settings:
        enclose(settings)
        return
    os.makedirs(settings["contents"], exist_ok=True)
    modules = {}
    modules.update(one for one in modules_in(settings["standard_library"]) if belongs(one[0]))
    modules.update((os.path.splitext(os.path.basename(path))[0], path) for path in settings["build_facts"])
    modules.update(modules_in(settings["sources"]))
    modules.update(one for one in modules_in(settings["site"]) if one[0].partition(".")[0] not in NO_PACKAGES)
    write_base_library(modules, settings["contents"])
    write_package(modules, settings)
    lay_data(settings["site"], settings["contents"])


def modules_in(place):
    """List the modules below a folder or in an archive, each with the path of its file."""
    if os.path.isfile(place):
        with zipfile.ZipFile(place) as archive:
            names = [(name, os.path.join(place, *name.split("/"))) for name in archive.namelist()]
    else:
        names = [(os.path.relpath(path, place).replace(os.sep, "/"), path) for path in files_in(place)]
    found = {}
    for name, path in sorted(names):
        stem, suffix = os.path.splitext(name)
        dotted = stem.removesuffix("/__init__").replace("/", ".")
        # What is no name cannot be imported: scripts, templates of modules, files for another Python.
        if suffix in BYTECODE and all(part.isidentifier() for part in dotted.split(".")):
            found.setdefault(dotted, path)
    return found.items()


def files_in(place):
    """List all files below a folder, less caches of bytecode and what is for debuggers."""
    for folder, folders, files in os.walk(place):
        folders[:] = sorted(name for name in folders if name not in NEVER and not name.endswith(SYMBOLS))
        yield from (os.path.join(folder, name) for name in sorted(files))


def is_package(source):
    """Tell whether the file of a module is that of a package."""
    return os.path.splitext(os.path.basename(source))[0] == "__init__"


def is_base(name):
    """Tell whether Python needs a module before it can import from the program's archive."""
    return name.partition(".")[0] in PY3_BASE_MODULES


def write_base_library(modules, place):
    """Write the archive that Python starts from."""
    with zipfile.ZipFile(os.path.join(place, "base_library.zip"), "w") as archive:
        for name, source in sorted(modules.items()):
            if is_base(name):
                path = name.replace(".", "/") + ("/__init__" if is_package(source) else "")
                archive.writestr(zipfile.ZipInfo(path + ".pyc"), bytecode(name, source, path + ".py"))


def bytecode(name, source, shown):
    """Return the content of a `.pyc` whose code says that its file is `shown`."""
    import importlib.util

    code = replace_filename_in_code_object(get_code_object(name, source, optimize=0), shown)
    return importlib.util.MAGIC_NUMBER + UNCHECKED + marshal.dumps(code)


def write_package(modules, settings):
    """Write the archive that starts: what the bootloader runs, and the modules."""
    scratch = settings["scratch"]
    archive = os.path.join(scratch, "PYZ.pyz")
    codes = compiled({name: source for name, source in modules.items() if not is_base(name)})
    entries = [(name, modules[name], "PYMODULE") for name in codes]
    entries = sorted(entries + [(name, None, "PYMODULE") for name in without_a_file(modules)])
    ZlibArchiveWriter(archive, entries, code_dict=codes)
    first = [("struct", modules["struct"]), *loader_files(settings["windows"])]
    for number, (name, source) in enumerate(first):
        path = os.path.join(scratch, f"{number}.pyc")
        with open(path, "wb") as file:
            file.write(bytecode(name, source, name + ".py"))
        first[number] = (name, path, True, "m")
    start = os.path.join(os.path.dirname(loader.__file__), "pyiboot01_bootstrap.py")
    options = (f"pyi-contents-directory {CONTENTS}", *OPTIONS)
    CArchiveWriter(
        settings["package"],
        [
            *first,
            ("pyiboot01_bootstrap", start, True, "s"),
            ("entry", settings["entry"], True, "s"),
            *((option, "", False, "o") for option in options),
            ("PYZ.pyz", archive, False, "z"),
        ],
        pylib_name=settings["python_library"],
    )


def compiled(modules):
    """Compile the modules; what this Python cannot compile was written for another."""
    codes = {}
    for name, source in modules.items():
        try:
            codes[name] = get_code_object(name, source, optimize=0)
        except SyntaxError as error:
            print(f"{name} stays out: {error}")
    return codes


def without_a_file(modules):
    """Name the packages that are folders only."""
    parents = {name.rpartition(".")[0] for name in modules}
    return {parent for name in parents for parent in above(name)} - modules.keys()


def above(name):
    """Name a package and those that it lies in."""
    parts = name.split(".") if name else []
    return [".".join(parts[: number + 1]) for number in range(len(parts))]


class Enclosing(CArchiveWriter):
    """Writes entries as they are: what another archive held, and files under names of Windows."""

    def _write_entry(self, file, entry):
        name, source, compress, kind = entry
        write = self._write_blob if isinstance(source, bytes) else self._write_file
        return write(file, source, name, kind, compress=compress)


def enclose(settings):
    """Write the archive of a program in one file: its own, less the word on its folder, and all its files.

    The bootloader unpacks what is marked as a binary or as data, before it starts anything.
    """
    archive = CArchiveReader(settings["program"])
    own = [
        (name, archive.extract(name), bool(compressed), kind)
        for name, (_, _, _, compressed, kind) in archive.toc.items()
    ]
    options = [(name, b"", False, "o") for name in archive.options if "contents-directory" not in name]
    files = [
        (name.replace("/", "\\"), path, True, "b" if name.endswith((".dll", ".pyd")) else "x")
        for name, path in sorted(settings["files"])
    ]
    with open(settings["program"], "rb") as file:
        bare = file.read(archive._start_offset)
        file.seek(archive._end_offset - LIBRARY)
        library = file.read(LIBRARY).rstrip(b"\0").decode("ascii")
    Enclosing(settings["package"], [*own, *files, *options], pylib_name=library)
    with open(settings["bare"], "wb") as file:
        file.write(bare)


def loader_files(windows):
    """List what stands in for Python's own way of importing, in the order in which it is needed."""
    folder = os.path.dirname(loader.__file__)
    names = (*LOADER, *(OF_WINDOWS if windows else ()))
    return [(name, os.path.join(folder, f"{name}.py")) for name in names]


def lay_data(site, place):
    """Lay what the distributions bring beside their modules: compiled ones, and the data of packages."""
    for path in files_in(site):
        name = os.path.relpath(path, site).replace(os.sep, "/")
        top, _, below = name.partition("/")
        travels = top not in NO_PACKAGES and not top.endswith(METADATA) if below else top.endswith(COMPILED)
        if travels and not name.endswith(NOT_AT_RUN_TIME):
            target = os.path.join(place, *name.split("/"))
            os.makedirs(os.path.dirname(target), exist_ok=True)
            shutil.copyfile(path, target)


if __name__ == "__main__":
    main()
