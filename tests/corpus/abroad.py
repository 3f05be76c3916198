"""The corpus for another system: what is laid for it, and, of Windows, what runs under Wine with its checks.

Nothing of this is proof that it runs on the system itself. What Wine is known not to have is left out and
said: numpy's part of the C library, and .NET, without which no window opens. What it pretends to do is
refused in the copy that it runs, as Windows refuses it: links.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from launcher.packager import formats
from launcher.packager.platforms import WINDOWS, Platform
from launcher.project import bundles
from tests.corpus.cases import Case, Visit
from tests.corpus.environments import environment_for, moved_away, python_of
from tests.corpus.trial import Outcome, Terms, forget, last_error, project_of
from tests.corpus.visitor import Visitor
from tests.end_to_end.builds import Build, Builder
from tests.end_to_end.frozen import open_folder
from tests.support import wine

SHOWN = ("folder", "zip", "setup")  # formats that have a column
BEYOND_WINE = ("numpy",)  # its C library asks for what this Wine has not: the process ends
# Wine 8 says that it made a link, and made none; Windows tells most users that they may not.
LINKS = "def refuse(*_, **__):\n    raise OSError(22, 'A required privilege is not held', None, 1314)\n"
REFUSE_LINKS = f"import os; exec({LINKS!r}); os.symlink = refuse\n"
PLACE = "Program Files/Müller & Söhne"  # as people have it


@dataclass(slots=True)
class Laid:
    """What came of an application on another system.

    `seconds` are those of the build without those of each format, which `handing` are.
    """

    name: str
    outcome: Outcome
    is_laid: bool = False
    why_not: str = ""  # it was not run
    granted: str = ""  # what was made for it that a Windows does not have
    seconds: float = 0.0
    handing: float = 0.0
    sizes: dict[str, int] = field(default_factory=dict)
    audited: str = ""

    @property
    def works(self) -> bool:
        """Tell whether it was laid and, where it could be run, did what it should."""
        return self.is_laid and (self.outcome.works or bool(self.why_not))


def attempt(case: Case, terms: Terms, platform: Platform) -> Laid:
    """Build an application for a platform and visit it where that can be done; nothing is raised."""
    laid = Laid(case.name, Outcome(len(case.visits)))
    try:
        with open_folder(f"corpus-{case.name}-") as place:
            environment = environment_for(case.name, case.requirements, terms.cache)
            project = project_of(case, place)
            built = _build(case, terms, platform, place, project, environment)
            if built.code:
                laid.outcome.note(f"build: {built.last.get('message', built.errors)}")
                return laid
            _note(laid, built)
            program = built.program
            laid.why_not = _why_not(program.parent, platform)
            if not laid.why_not:
                with moved_away(project, environment), wine.windows(place / "wine") as windows:
                    windows.add_stubs(place)
                    laid.granted = _granted(case, windows)
                    _visit(case, _installed(program, windows), windows, laid.outcome)
    except Exception as error:  # whatever it is, it belongs in the table
        laid.outcome.note(f"{type(error).__name__}: {error}")
    return laid


def _build(
    case: Case, terms: Terms, platform: Platform, place: Path, project: Path, environment: Path
) -> Build:
    known = [name for name in SHOWN if name in formats.formats_for(platform)]
    words = [word for name in known if name != "folder" for word in ("--format", name)]
    builder = Builder(terms.cache, python_of(environment))
    return builder.build(case.target, place / "programs", "--target", platform.tag, *words, cwd=project)


def _note(laid: Laid, built: Build) -> None:
    laid.is_laid = True
    seconds = {name.rpartition("/")[2]: took for name, took in built.seconds().items()}
    laid.handing = seconds["artifacts"]
    laid.seconds = built.last["seconds"] - laid.handing
    laid.sizes = {one["format"]: one["bytes"] for one in built.last["artifacts"]}
    report = next(Path(name) for name in built.last["reports"] if name.endswith(".json"))
    audit = json.loads(report.read_text(encoding="utf-8"))["audit"]
    laid.audited = f"{audit['binaries']} binaries, {len(audit['lacking'])} libraries lacking"


def _why_not(bundle: Path, platform: Platform) -> str:
    if platform.system != WINDOWS:
        return "not here"
    if not wine.is_there():
        return "there is no Wine"
    site = bundles.layers_in(bundle) / "site"
    found = [name for name in BEYOND_WINE if (site / name).is_dir()]
    return f"Wine cannot run {found[0]}" if found else ""


def _granted(case: Case, windows: wine.Windows) -> str:
    """Make the folders that an app names by absolute paths, which are of Unix: it makes none itself."""
    folders = sorted({path.parent for path in case.outside})
    for folder in folders:
        (windows.drive / folder.relative_to("/")).mkdir(parents=True, exist_ok=True)
    return ", ".join(f"C:{folder} was made for it" for folder in folders)


def _installed(program: Path, windows: wine.Windows) -> Path:
    """Copy a program to where people have it, fit for Wine."""
    folder = windows.drive / PLACE / program.parent.name
    shutil.copytree(program.parent, folder)
    wine.fit(folder)
    (bundles.layers_in(folder) / "site" / "wine.pth").write_text(REFUSE_LINKS, encoding="ascii")
    return folder / program.name


def _visit(case: Case, program: Path, windows: wine.Windows, outcome: Outcome) -> None:
    """Do what a visitor does, and what he does after a restart."""
    forget(case)
    try:
        for later in (False, True):
            visits = [visit for visit in case.visits if visit.later is later]
            if visits:
                _once(visits, program, windows, outcome)
    finally:
        forget(case)


def _once(visits: Sequence[Visit], program: Path, windows: wine.Windows, outcome: Outcome) -> None:
    running = windows.start(program)
    try:
        visitor = Visitor(running.entry())
        for visit in visits:
            if wrong := visitor.do(visit):
                outcome.note(f"{last_error(_said(running))} {wrong}")
            else:
                outcome.worked += 1
    except AssertionError:
        outcome.note(last_error(_said(running)))
    finally:
        running.end()


def _said(running: wine.Program) -> str:
    return running.said.decode("utf-8", "replace")


SIZES = tuple(f"MB {name}" for name in SHOWN)
TITLES = ("app", "laid", "under Wine", "first error", "seconds", "of them formats", *SIZES)


def row(one: Laid) -> tuple[str, ...]:
    """Return a line of the table."""
    done = one.outcome
    ran = one.why_not or f"{'yes' if done.works else 'no'}, {done.worked} of {done.asked}"
    ran = f"{ran}; {one.granted}" if one.granted else ran
    return (
        one.name,
        f"yes: {one.audited}" if one.is_laid else "no",
        ran if one.is_laid else "",
        done.error.replace("|", "/"),
        f"{one.seconds + one.handing:.1f}",
        f"{one.handing:.1f}",
        *(f"{one.sizes[name] / 1e6:.1f}" if name in one.sizes else "" for name in SHOWN),
    )
