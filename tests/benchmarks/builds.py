"""How long builds take: python -m tests.benchmarks.builds [--webview browser|qt]

A small project with SQLAlchemy and Pillow, with an empty cache, again, after a template, a module
and the dependencies changed, next to plain PyInstaller on a five-line script of the same project.
Each program is asked for a page made of a template and for its stylesheet. The project has an
environment of its own. The launcher's first build makes another with PyInstaller; for the plain
way PyInstaller and Waitress are installed into the project's before the clock starts.
"""

from __future__ import annotations

import argparse
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks import making
from tests.support.asking import Answer, ask
from tests.support.running import Running
from tests.support.waiting import until

FIVE_LINES = """\
import sys
import app
from waitress import serve

serve(app.app, host="127.0.0.1", port=int(sys.argv[1]))
"""
PAGES = {"/": "<h1>Diary</h1>", "/static/style.css": "{"}
NEW = "humanize"  # a dependency that the project gets
SAMPLE = making.SAMPLES / "idioms" / "diary"
PROOF = ("rehearse", "verify", "window")
HEAD = ("", "seconds", "without the proof", "MB", "works")


def main() -> None:
    """Build in both ways, ask what was built, and print the table."""
    parser = argparse.ArgumentParser(description="Time builds.")
    parser.add_argument("--webview", default="browser", choices=("browser", "gtk", "qt"))
    webview: str = parser.parse_args().webview
    with tempfile.TemporaryDirectory(prefix="launcher-builds-") as folder:
        work = Path(folder)
        rows = [*ours(work, webview), *plain(work)]
    print(making.table(HEAD, rows))


def change_template(project: Path, python: Path) -> None:
    """Change what a page says."""
    template = project / "templates" / "index.html"
    text = template.read_text(encoding="utf-8")
    template.write_text(text.replace("</h1>", "</h1>\n<p>More</p>", 1), encoding="utf-8")


def change_module(project: Path, python: Path) -> None:
    """Change the code."""
    module = project / "app.py"
    lines = "\n\n@app.route('/more')\ndef more():\n    return 'more'\n"
    module.write_text(module.read_text(encoding="utf-8") + lines, encoding="utf-8")


def change_dependencies(project: Path, python: Path) -> None:
    """Use one distribution more."""
    making.install(python, NEW)
    module = project / "app.py"
    module.write_text(f"import {NEW}\n{module.read_text(encoding='utf-8')}", encoding="utf-8")
    with (project / "requirements.txt").open("a", encoding="utf-8") as file:
        file.write(f"{NEW}\n")


CHANGES: dict[str, Callable[[Path, Path], None]] = {
    "first": lambda project, python: None,
    "second": lambda project, python: None,
    "after a change of a template": change_template,
    "after a change of a module": change_module,
    "after a new dependency": change_dependencies,
}


def ours(work: Path, webview: str) -> Iterator[tuple[str, ...]]:
    """Build with the launcher, the cache empty at first."""
    project = making.sample(work / "Sample", SAMPLE, webview=webview, app="app:app")
    python = making.environment_of(project, work / "environment")
    environ = making.environ(work / "cache")
    for which, change in CHANGES.items():
        change(project, python)
        print(f"launcher build: {which}", file=sys.stderr)
        built = making.build(project, work / "dist", environ, "--python", str(python))
        proof = sum(built.steps.get(step, 0.0) for step in PROOF)
        name, size = f"launcher build ({webview}), {which}", f"{built.megabytes:.0f}"
        works = verdict([str(built.program)], work, None)
        yield name, f"{built.seconds:.1f}", f"{built.seconds - proof:.1f}", size, works


def plain(work: Path) -> Iterator[tuple[str, ...]]:
    """Build with PyInstaller, which the project's environment has for that."""
    project = making.sample(work / "plain", SAMPLE, webview="browser", app="app:app")
    python = making.environment_of(project, work / "by-hand")
    making.install(python, "waitress", "pyinstaller")
    entry = project / "entry.py"
    entry.write_text(FIVE_LINES, encoding="utf-8")
    program = project / "dist" / "entry" / "entry"
    for which, change in CHANGES.items():
        change(project, python)
        print(f"pyinstaller: {which}", file=sys.stderr)
        seconds = f"{making.freeze(python, entry):.1f}"
        port = free_port()
        works = verdict([str(program), str(port)], work, port)
        size = f"{making.megabytes(program.parent):.0f}"
        yield f"plain pyinstaller, {which}", seconds, seconds, size, works


def verdict(command: list[str], work: Path, port: int | None) -> str:
    """Start a program from the root folder and say how its pages answer."""
    with started(command, work) as running:
        if port is None:
            visitor = running.visit()
            answers = {path: visitor.ask(path) for path in PAGES}
        else:
            until(lambda: listens(port) or running.process.poll() is not None)
            answers = {path: ask(port, path) for path in PAGES}
        wrong = [said(path, answer) for path, answer in answers.items() if PAGES[path] not in answer.text]
    return "no: " + ", ".join(wrong) if wrong else "yes"


def said(path: str, answer: Answer) -> str:
    return f"{path} {answer.status}"


@contextmanager
def started(command: list[str], work: Path) -> Iterator[Running]:
    """Start a program headless, and end it."""
    with tempfile.TemporaryDirectory(dir=work) as place:
        home = {"HOME": place, "LAUNCHER_HOME": f"{place}/data", "LAUNCHER_HEADLESS": "1"}
        running = Running(command, {**making.environ(work), **home}, Path(place) / "said", None)
        try:
            yield running
        finally:
            running.clean_up()


def free_port() -> int:
    """Return a port that is free now; the script of five lines can be given nothing better."""
    with socket.create_server(("127.0.0.1", 0)) as bound:
        port: int = bound.getsockname()[1]
        return port


def listens(port: int) -> bool:
    """Tell whether somebody answers at a port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


if __name__ == "__main__":
    main()
