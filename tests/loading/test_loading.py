"""From a target to the app, as Flask would do it; each in a process of its own, as a backend does."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from launcher.project.target import Target
from tests.conftest import WriteFiles
from tests.support.processes import run_python

LOADED = """
import json, sys
from pathlib import Path
from launcher.loading import load
from launcher.project.target import Target
from launcher.loading.recording import Recorder, record
target, root = Target(**json.loads(sys.argv[1])), Path(sys.argv[2])
recorder = Recorder()
record(recorder)
try:
    app = load(target, root, recorder)
except BaseException as error:
    print(json.dumps({"error": type(error).__name__, "text": str(error)}))
else:
    print(json.dumps({"kind": type(app).__name__, "name": getattr(app, "name", None) or app.__name__,
                      "argv": sys.argv[:1], "main": sys.modules["__main__"].__name__}))
"""

FLASK = "from flask import Flask\n"


def script(name: str, attribute: str | None = None) -> Target:
    return Target(None, name, attribute, ".", "a test")


def module(name: str, attribute: str | None = None, path: str = ".") -> Target:
    return Target(name, None, attribute, path, "a test")


def loaded(project: Path, target: Target) -> dict[str, Any]:
    done = run_python(LOADED, json.dumps(asdict(target)), project)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


FLASK_CASES = {
    "an attribute": (module("quiz", "app"), {"quiz.py": FLASK + "app = Flask('it')\nother = Flask('b')\n"}),
    "what Flask picks": (module("quiz"), {"quiz.py": FLASK + "whatever = Flask('it')\n"}),
    "what Flask picks by name": (module("quiz"), {"quiz.py": FLASK + "b = Flask('b')\napp = Flask('it')\n"}),
    "a factory": (module("quiz", "make()"), {"quiz.py": FLASK + "def make(): return Flask('it')\n"}),
    "a factory not called": (module("quiz", "make"), {"quiz.py": FLASK + "def make(): return Flask('it')\n"}),
    "a factory by its name": (module("quiz"), {"quiz.py": FLASK + "def create_app(): return Flask('it')\n"}),
    "a factory with arguments": (
        module("quiz", "make('it', debug=True)"),
        {"quiz.py": FLASK + "def make(name, debug): return Flask(name)\n"},
    ),
    "a package": (
        module("shelf", "create_app"),
        {
            "shelf/__init__.py": "from .making import create_app\n",
            "shelf/making.py": FLASK + "def create_app(test_config=None): return Flask('it')\n",
        },
    ),
    "a module in a package": (
        module("shelf.web", "app"),
        {"shelf/__init__.py": "", "shelf/web.py": FLASK + "app = Flask('it')\n"},
    ),
    "a src layout": (
        module("tides", "app", "src"),
        {
            "src/tides/__init__.py": FLASK + "from tides.table import NAME\napp = Flask(NAME)\n",
            "src/tides/table.py": "NAME = 'it'\n",
        },
    ),
    "a script": (script("quiz.py"), {"quiz.py": FLASK + "app = Flask('it')\n"}),
    "a script with a hyphen": (script("my-quiz.py"), {"my-quiz.py": FLASK + "app = Flask('it')\n"}),
    "a script in a folder": (
        script("web/main.py"),
        {"web/main.py": "from making import app\n", "web/making.py": FLASK + "app = Flask('it')\n"},
    ),
    "a script that runs": (
        script("quiz.py"),
        {"quiz.py": FLASK + "a = Flask('a')\nb = Flask('it')\nb.run(debug=True)\n"},
    ),
    "a script that runs as main": (
        script("quiz.py"),
        {"quiz.py": FLASK + "if __name__ == '__main__':\n    Flask('it').run()\n"},
    ),
    "a script that runs in another module": (
        script("run.py"),
        {"run.py": "import web\nweb.app.run()\n", "web.py": FLASK + "app = Flask('it')\n"},
    ),
    "a script with an attribute": (
        script("quiz.py", "b"),
        {"quiz.py": FLASK + "a = Flask('a')\nb = Flask('it')\na.run()\n"},
    ),
    "a main function": (
        module("quiz", "main"),
        {"quiz.py": FLASK + "def main():\n    app = Flask('it')\n    app.run()\n    return 0\n"},
    ),
    "a main function that is called": (
        module("quiz", "main()"),
        {"quiz.py": FLASK + "def main(argv=None):\n    Flask('it').run()\n    raise SystemExit(0)\n"},
    ),
    "a main function with a server": (
        module("quiz.cli", "main"),
        {
            "quiz/__init__.py": FLASK + "def create_app(): return Flask('it')\n",
            "quiz/cli.py": "import sys, waitress\nfrom quiz import create_app\n"
            "def main():\n    sys.exit(waitress.serve(create_app(), port=80))\n",
        },
    ),
    "a command": (
        module("quiz", "main"),
        {
            "quiz.py": FLASK + "import click, sys\ndel sys.argv[1:]\n"
            "@click.command()\n@click.option('--port', default=5000)\n"
            "def main(port):\n    Flask('it').run(port=port)\n"
        },
    ),
    "a group of commands that makes an app": (
        module("quiz", "cli"),
        {
            "quiz.py": FLASK + "from flask.cli import FlaskGroup\n"
            "cli = FlaskGroup(create_app=lambda: Flask('it'))\n"
        },
    ),
    "a script with a main function": (
        script("quiz.py"),
        {
            "quiz.py": FLASK + "import sys\ndef main():\n    Flask('it').run()\n    return 3\n"
            "if __name__ == '__main__':\n    sys.exit(main())\n"
        },
    ),
    "a script that serves in a thread": (
        script("quiz.py"),
        {
            "quiz.py": FLASK + "import threading, time\n"
            "def go():\n    time.sleep(0.1)\n    Flask('it').run()\n"
            "if __name__ == '__main__':\n    threading.Thread(target=go).start()\n"
        },
    ),
    "a script that others import from": (
        script("quiz.py"),
        {
            "quiz.py": FLASK + "app = Flask('it')\nimport views\nassert views.app is app\n",
            "views.py": "from quiz import app\n",
        },
    ),
}


@pytest.mark.parametrize("case", FLASK_CASES)
def test_app_of_flask_is_loaded_from(write_files: WriteFiles, case: str) -> None:
    target, files = FLASK_CASES[case]
    found = loaded(write_files(files), target)
    assert (found.get("kind"), found.get("name")) == ("Flask", "it"), found


WSGI = "def {}(environ, start_response): return []\n"


@pytest.mark.parametrize(
    ("target", "code", "name"),
    [
        (module("wsgi"), WSGI.format("application"), "application"),
        (module("wsgi"), WSGI.format("app"), "app"),
        (module("wsgi", "serve_me"), WSGI.format("serve_me"), "serve_me"),
        (module("wsgi", "make()"), WSGI.format("inner") + "def make(): return inner\n", "inner"),
        (module("wsgi", "make"), WSGI.format("inner") + "def make(): return inner\n", "inner"),
        (module("wsgi", "make('inner')"), WSGI.format("inner") + "make = globals().get\n", "inner"),
        (script("wsgi.py"), WSGI.format("application"), "application"),
        # Flask is imported, but the app is not one of its own.
        (module("wsgi"), "import flask\n" + WSGI.format("application"), "application"),
        (module("wsgi", "wrapped"), "import flask\n" + WSGI.format("wrapped"), "wrapped"),
    ],
)
def test_app_without_flask_is_loaded(write_files: WriteFiles, target: Target, code: str, name: str) -> None:
    assert loaded(write_files({"wsgi.py": code}), target).get("name") == name


@pytest.mark.parametrize(
    ("target", "code", "error", "text"),
    [
        (module("quiz"), "x = 1\n", "BrokenProject", "no app came out"),
        (script("quiz.py"), "x = 1\n", "BrokenProject", "no app came out"),
        (module("quiz", "app"), "x = 1\n", "BrokenProject", "no app came out"),
        (module("quiz", "app"), "app = 'a text'\n", "BrokenProject", "no app came out"),
        (module("quiz", "app"), FLASK, "BrokenProject", "'app'"),
        (module("quiz"), FLASK + "a = Flask('a')\nb = Flask('b')\n", "BrokenProject", "multiple"),
        (module("quiz", "make"), FLASK + "def make(config): pass\n", "BrokenProject", "arguments"),
        (module("quiz"), "1 / 0\n", "ZeroDivisionError", "division"),
        (module("quiz"), "import sys\nsys.exit(1)\n", "SystemExit", "1"),
        (module("quiz"), "import not_there\n", "ModuleNotFoundError", "not_there"),
        (module("not_there"), "", "ModuleNotFoundError", "not_there"),
        (script("quiz.py"), "if\n", "SyntaxError", "quiz.py"),
        (script("not-there.py"), "", "FileNotFoundError", "not-there.py"),
    ],
)
def test_project_without_an_app_is_told_so(
    write_files: WriteFiles, target: Target, code: str, error: str, text: str
) -> None:
    found = loaded(write_files({"quiz.py": code}), target)
    assert (found.get("error"), text in found.get("text", "")) == (error, True), found


def test_error_inside_a_factory_is_the_user_s_own(write_files: WriteFiles) -> None:
    """Not told as a missing argument, although it is a TypeError too."""
    code = FLASK + "def create_app():\n    return len(3)\n"
    assert loaded(write_files({"quiz.py": code}), module("quiz", "create_app()"))["error"] == "TypeError"


def test_script_is_the_main_program(write_files: WriteFiles) -> None:
    code = FLASK + (
        "import sys, __main__\n"
        "assert __name__ == '__main__' and __main__.__file__ == __file__ == sys.argv[0]\n"
        "app = Flask(__name__)\n"
    )
    found = loaded(write_files({"my-quiz.py": code}), script("my-quiz.py"))
    assert found.get("main") == "__main__", found


def test_script_finds_its_templates_beside_itself(write_files: WriteFiles) -> None:
    code = FLASK + "app = Flask(__name__)\nassert app.root_path == sys.path[0], app.root_path\n"
    found = loaded(write_files({"web/quiz.py": "import sys\n" + code}), script("web/quiz.py"))
    assert found.get("kind") == "Flask", found


def test_script_of_a_module_s_name_in_the_standard_library_takes_nothing_away(
    write_files: WriteFiles,
) -> None:
    code = FLASK + "import json\njson.dumps(1)\napp = Flask('it')\n"
    assert loaded(write_files({"json.py": code}), script("json.py")).get("name") == "it"


@pytest.mark.parametrize(
    ("target", "start"),
    [
        (script("quiz.py"), "if __name__ == '__main__':\n    try:\n        app.run()\n"
                            "    except Exception: pass\n    closed()\n"),
        (module("quiz", "main"), "def main():\n    app.run()\n    closed()\n"),
    ],
)
def test_what_follows_the_server_is_not_done_while_it_serves(
    write_files: WriteFiles, target: Target, start: str
) -> None:
    """It closes the database, or removes a file, when the server has ended."""
    code = FLASK + "app = Flask('it')\ndef closed(): raise ZeroDivisionError\n" + start
    assert loaded(write_files({"quiz.py": code}), target).get("name") == "it"


def test_factory_is_called_once(write_files: WriteFiles) -> None:
    code = FLASK + (
        "from werkzeug.middleware.proxy_fix import ProxyFix\n"
        "made = []\n"
        "class Once(ProxyFix): name = 'it'\n"
        "def create_app():\n"
        "    made.append(1)\n"
        "    assert len(made) == 1\n"
        "    return Once(Flask('it'))\n"
    )
    assert loaded(write_files({"quiz.py": code}), module("quiz", "create_app")).get("name") == "it"


def test_app_for_another_kind_of_server_is_told_so(write_files: WriteFiles) -> None:
    code = "class Api:\n    async def __call__(self, scope, receive, send): pass\napp = Api()\n"
    found = loaded(write_files({"api.py": code}), module("api", "app"))
    assert found["error"] == "BrokenProject" and "is an ASGI app (api.Api)" in found["text"]
