"""Other programs that the app starts by name; a friend's machine may not have them."""

from __future__ import annotations

import ast
import shlex
from collections.abc import Collection, Iterator
from pathlib import PurePosixPath, PureWindowsPath

from launcher.packager.warnings.notice import Notice, Sighting, grouped
from launcher.packager.warnings.reading import Reading

STARTING = frozenset(
    (
        *(f"subprocess.{name}" for name in ("run", "Popen", "call", "check_call", "check_output")),
        *("subprocess.getoutput", "subprocess.getstatusoutput", "os.system", "os.popen"),
        *("os.execv", "os.execvp", "os.execl", "os.execlp", "os.spawnlp", "os.spawnvp"),
        *("asyncio.create_subprocess_exec", "asyncio.create_subprocess_shell", "pexpect.spawn"),
    )
)
PYTHONS = frozenset(("python", "python3", "py"))
PYTHON_COMMANDS = frozenset(("pip", "pip3", "flask", "gunicorn", "celery", "alembic", "uwsgi"))
# What opens a file or folder is part of each desktop; the words of a shell are no programs.
EVERYWHERE = frozenset(
    ("xdg-open", "open", "start", "explorer", "cmd", "sh", "cls", "clear", "cd", "echo", "stty")
)


def look(reading: Reading, brought: Collection[str] = ()) -> Iterator[Notice]:
    """Look for programs that are started by a name written in the code; `brought` travel along."""
    for program, places, _ in grouped(_started(reading)):
        if program in brought:
            continue
        if program in PYTHONS or program in PYTHON_COMMANDS:
            yield Notice(
                f"The app starts {program}",
                f"{places}. A friend's machine may have no Python; the packaged program can be one.",
                "Start [sys.executable, ...] instead."
                if program in PYTHONS
                else f"Start [sys.executable, '-m', '{program}', ...] instead.",
            )
        else:
            yield foreign(program, places)


def foreign(program: str, seen: str) -> Notice:
    """Return the warning of a program that a friend has to have himself; `seen` says where it is started."""
    return Notice(
        f"The app starts {program}",
        f"{seen}. It does not travel.",
        "Tell friends to install it, put a copy into the project, or do without it where "
        f"shutil.which('{program}') finds none.",
    )


def _started(reading: Reading) -> Iterator[Sighting]:
    for code in reading.code():
        for name, call in code.calls:
            program = _program(call) if name in STARTING else ""
            if program and program not in EVERYWHERE:
                yield Sighting(program, code.file, call.lineno)


def _program(call: ast.Call) -> str:
    """Return the name of the program that a call starts, if it is written there."""
    first: ast.expr | None = call.args[0] if call.args else None
    for keyword in call.keywords:
        if first is None and keyword.arg in ("args", "cmd", "command"):
            first = keyword.value
    if isinstance(first, ast.List | ast.Tuple) and first.elts:
        return _base(_text(first.elts[0]))
    if isinstance(first, ast.JoinedStr) and first.values:
        text = _text(first.values[0])
        # f"{tool} -v" begins with what is not known, f"git log {name}" with a name.
        return _first_word(text) if " " in text.lstrip() else ""
    return _first_word(_text(first))


def _text(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _first_word(command: str) -> str:
    try:
        # To a POSIX shell the backslashes of C:\\Tools are none of the path.
        words = shlex.split(command.strip()) if "\\" not in command else command.split()
    except ValueError:
        words = command.split()
    words = [word for word in words if "=" not in word]
    return _base(words[0]) if words else ""


def _base(program: str) -> str:
    program = program.strip("\"'")
    if not program or any(sign in program for sign in "${}%*|<>"):
        return ""
    name = PureWindowsPath(program).name if "\\" in program else PurePosixPath(program).name
    return name.removesuffix(".exe")
