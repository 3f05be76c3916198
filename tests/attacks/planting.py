"""Code that somebody has left where Python looks for it: beside the program, in its folder, in variables."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.attacks.systems.ours import started
from tests.attacks.vocabulary import Attack, Outcome, Target
from tests.support.files import write_into

# Names that every start imports, and those that Python looks for on its own.
CUSTOMS = ("sitecustomize", "usercustomize")
NAMES = (*CUSTOMS, "json", "socket", "os", "site", "launcher", "waitress", "flask", "_socket")
UNPACKAGED = Outcome("does not apply", "it runs in the Python of whoever starts it, which obeys them all")


def _plants(evidence: Path, names: tuple[str, ...] = NAMES) -> dict[str, str]:
    code = f"open({str(evidence)!r}, 'a').write(__name__ + chr(10))\n"
    return {f"{name}.py": code for name in names}


def folder_and_variables(target: Target) -> Outcome:
    """Start it in a folder of planted modules, with every variable pointing there."""
    if target.system.program is None:
        return UNPACKAGED
    with TemporaryDirectory(prefix="planted-") as folder:
        evidence = Path(folder) / "evidence"
        planted = write_into(Path(folder) / "planted", _plants(evidence))
        versions = planted / ".local" / "lib"
        variables = {
            "PYTHONPATH": str(planted),
            "PYTHONHOME": str(planted),
            "PYTHONSTARTUP": str(planted / "json.py"),
            "PYTHONUSERBASE": str(versions),
            "PYTHONPLATLIBDIR": str(planted),
            "PYTHONINSPECT": "1",
            "PYTHONBREAKPOINT": "json.py",
            "PYTHONPYCACHEPREFIX": str(planted),
        }
        return _start(target.system.program, Path(folder), evidence, variables, planted)


def beside_the_program(target: Target) -> Outcome:
    """Unpack it in a folder of downloads in which planted modules lie already."""
    if target.system.program is None:
        return UNPACKAGED
    with TemporaryDirectory(prefix="planted-") as folder:
        evidence = Path(folder) / "evidence"
        downloads = write_into(Path(folder) / "Downloads", _plants(evidence))
        bundle = downloads / target.system.program.parent.name
        shutil.copytree(target.system.program.parent, bundle, symlinks=True)
        write_into(bundle, _plants(evidence))
        write_into(
            bundle, {"pyvenv.cfg": f"home = {downloads}\n", "python311._pth": f"{downloads}\nimport site\n"}
        )
        write_into(bundle.parent / "Modules", {"setup.local": ""})
        return _start(bundle / target.system.program.name, Path(folder), evidence, {}, downloads)


def _start(program: Path, place: Path, evidence: Path, variables: dict[str, str], cwd: Path) -> Outcome:
    with started(program, place / "home", variables, cwd) as running:
        status = running.visit().ask("/quick").status
    ran = sorted(set(evidence.read_text(encoding="utf-8").split())) if evidence.exists() else []
    if ran:
        return Outcome("got through", f"ran {', '.join(ran)}", is_exact=False)
    return Outcome("held" if status == 200 else "got through", f"{status}, none of {len(NAMES)} modules ran")


ATTACKS = (
    Attack(
        "Nothing is loaded from variables and the folder it is started in", "planting", folder_and_variables
    ),
    Attack("Nothing is loaded from beside the program", "planting", beside_the_program),
)
