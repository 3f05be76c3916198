"""The app is found where its author would point, and doubt is said aloud."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from launcher.errors import (
    BrokenProject,
    ConfigError,
    ProjectError,
    SeveralTargets,
    TargetNotFound,
    UsageError,
)
from launcher.project.finding import find
from launcher.project.interpreter import choose
from launcher.project.target import Target

Write = Callable[[Mapping[str, str]], Path]
SAMPLES = Path(__file__).parents[1] / "samples"
FLASK = "from flask import Flask\napp = Flask(__name__)\n"
RUN = FLASK + "if __name__ == '__main__':\n    app.run()\n"
FACTORY = "from flask import Flask\ndef create_app():\n    app = Flask(__name__)\n    return app\n"


def spec(argument: str | Path | None, folder: Path | None = None, **environ: str) -> str:
    """Return what a user would type for the app that is found."""
    return find(argument, environ=environ, folder=folder).target.spec


@pytest.mark.parametrize(
    ("sample", "expected", "path"),
    [
        ("single_file", "app:app", "."),
        ("package_factory", "bookshelf:create_app", "."),
        ("src_layout", "tides:app", "src"),
        ("unguarded_run", "quiz.py", "."),
        ("hyphen-name", "my-app.py", "."),
        ("raises_at_import", "app:app", "."),
        ("exits_at_import", "app:app", "."),
        ("slow_import", "app:app", "."),
        ("shadows", "app:app", "."),
        ("plain_wsgi", "wsgi:application", "."),
        ("missing_distribution", "app:app", "."),
    ],
)
def test_sample_folder_is_enough(sample: str, expected: str, path: str) -> None:
    found = find(SAMPLES / sample, environ={})
    assert (found.root, found.target.spec, found.target.path) == (SAMPLES / sample, expected, path)
    assert found.target.why


def test_several_unrelated_apps_are_listed_with_their_commands(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(SAMPLES / "several")
    with pytest.raises(SeveralTargets) as caught:
        find(environ={})
    assert caught.value.candidates == ("quiz:app", "shop:app")
    assert "launcher run quiz:app" in caught.value.todo
    assert spec("shop:app") == "shop:app"


def test_several_apps_seen_from_elsewhere_are_listed_as_commands_that_work_there(
    tmp_path: Path,
) -> None:
    with pytest.raises(SeveralTargets) as caught:
        find(SAMPLES / "several", environ={}, folder=tmp_path)
    command = caught.value.todo.splitlines()[1].split()[2]
    assert spec(command, tmp_path) == "quiz:app"


def test_no_app_says_where_and_what_was_looked_for() -> None:
    with pytest.raises(TargetNotFound) as caught:
        find(SAMPLES / "nothing", environ={})
    assert str(SAMPLES / "nothing") in caught.value.message
    for word in ("FLASK_APP", "wsgi.py", "create_app", "Flask(...)", "launcher run"):
        assert word in caught.value.todo


def test_empty_folder_has_no_app(project: Write) -> None:
    with pytest.raises(TargetNotFound, match="no Python file"):
        find(project({}), environ={})


def test_factory_that_needs_arguments_is_explained(project: Write) -> None:
    with pytest.raises(BrokenProject) as caught:
        find(SAMPLES / "factory_with_arguments", environ={})
    assert "needs config" in caught.value.message
    assert "garden:create_app('value')" in caught.value.todo
    given = find(
        "garden:create_app('spring')", environ={}, folder=SAMPLES / "factory_with_arguments"
    )
    assert given.target.attribute == "create_app('spring')"


@pytest.mark.parametrize("text", ["garden:create_app", "garden:create_app()", "garden"])
def test_named_factory_that_needs_arguments_is_explained_too(text: str) -> None:
    with pytest.raises(BrokenProject, match="needs config"):
        find(text, environ={}, folder=SAMPLES / "factory_with_arguments")


@pytest.mark.parametrize("keyword_only", ["*, config", "config, *, other=1", "config, /"])
def test_every_kind_of_required_parameter_counts(project: Write, keyword_only: str) -> None:
    text = f"from flask import Flask\ndef create_app({keyword_only}):\n    return Flask('x')\n"
    with pytest.raises(BrokenProject):
        find(project({"shop.py": text}), environ={})


@pytest.mark.parametrize("optional", ["", "config=None", "*args", "**kwargs", "*, config=None"])
def test_factory_that_can_be_called_without_arguments_is_taken(
    project: Write, optional: str
) -> None:
    text = f"from flask import Flask\ndef create_app({optional}):\n    return Flask('x')\n"
    assert spec(project({"shop.py": text})) == "shop:create_app"


# Explicit targets


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("quiz:app", Target("quiz", None, "app", ".", "")),
        ("quiz", Target("quiz", None, None, ".", "")),
        ("quiz.py", Target("quiz", None, None, ".", "")),
        ("quiz.py:app", Target("quiz", None, "app", ".", "")),
        ("./quiz.py:app", Target("quiz", None, "app", ".", "")),
        ("shop.web:create_app()", Target("shop.web", None, "create_app()", ".", "")),
        ("shop.web:create_app('dev', x=1)", None),
        ("shop/web.py:create_app", Target("shop.web", None, "create_app", ".", "")),
        ("shop/web", Target("shop.web", None, None, ".", "")),
        ("shop", Target("shop", None, None, ".", "")),
        ("tides:app", Target("tides", None, "app", "src", "")),
        ("src/tides.py:app", Target("tides", None, "app", "src", "")),
        ("my-app.py", Target(None, "my-app.py", None, ".", "")),
        ("my-app.py:app", Target(None, "my-app.py", "app", ".", "")),
        ("my-app:app", Target(None, "my-app.py", "app", ".", "")),
        ("start.py", Target(None, "start.py", None, ".", "")),
        ("start:app", Target("start", None, "app", ".", "")),
        ("backend/api.py", Target("api", None, None, "backend", "")),
        ("backend.api:app", Target("backend.api", None, "app", ".", "")),
        ("backend/worker.py", Target(None, "backend/worker.py", None, "backend", "")),
    ],
)
def test_explicit_target_means_what_flask_means(
    project: Write, text: str, expected: Target | None
) -> None:
    folder = project(
        {
            "pyproject.toml": "",
            "quiz.py": FLASK,
            "shop/__init__.py": "",
            "shop/web.py": FACTORY,
            "src/tides.py": FLASK,
            "my-app.py": FLASK,
            "start.py": RUN,
            "backend/api.py": FLASK,
            "backend/worker.py": RUN,
        }
    )
    found = find(text, environ={}, folder=folder)
    assert found.root == folder
    if expected is not None:
        target = found.target
        assert (target.module, target.script, target.attribute, target.path) == (
            expected.module,
            expected.script,
            expected.attribute,
            expected.path,
        )


@pytest.mark.parametrize("text", ["quiz.py", "shop/web.py:create_app", "my-app.py", "tides:app"])
def test_spec_finds_the_same_target_again(project: Write, text: str) -> None:
    folder = project(
        {
            "setup.cfg": "",
            "quiz.py": RUN,
            "shop/web.py": FACTORY,
            "src/tides.py": FLASK,
            "my-app.py": FLASK,
        }
    )
    first = find(text, environ={}, folder=folder).target
    again = find(first.spec, environ={}, folder=folder).target
    assert (first.module, first.script, first.attribute, first.path) == (
        again.module,
        again.script,
        again.attribute,
        again.path,
    )


@pytest.mark.parametrize(
    "text", ["quiz:", ":app", "quiz:a.b", "quiz:app[0]", "quiz:f(x)", "quiz:f()()", "quiz:1", "a b"]
)
def test_text_that_is_no_target_is_refused(project: Write, text: str) -> None:
    with pytest.raises((UsageError, ProjectError)):
        find(text, environ={}, folder=project({"quiz.py": FLASK}))


@pytest.mark.parametrize(
    "text",
    ["x" * 1500, "x" * 5000, "x" * 999 + ".py", "a/" * 900, "a\0b", "a\nb", "~nobody-here/a.py"],
    ids=["long", "longer", "long file", "deep", "NUL", "line break", "nobody's home"],
)
def test_text_that_no_file_system_takes_is_refused(project: Write, text: str) -> None:
    with pytest.raises((UsageError, ProjectError)):
        find(text, environ={}, folder=project({}), interpreter=choose(project({}), environ={}))


def test_file_that_is_not_there_is_refused_with_the_nearest_name(project: Write) -> None:
    with pytest.raises(UsageError, match=r"Did you mean .*quiz\.py"):
        find("quizz.py", environ={}, folder=project({"quiz.py": FLASK}))


def test_file_of_another_kind_is_refused(project: Write) -> None:
    with pytest.raises(UsageError, match="no Python file"):
        find("notes.txt", environ={}, folder=project({"notes.txt": "milk"}))


def test_file_given_from_outside_is_its_own_project(project: Write, tmp_path: Path) -> None:
    folder = project({"quiz.py": FLASK})
    found = find(folder / "quiz.py", environ={}, folder=tmp_path)
    assert (found.root, found.target.spec) == (folder, "quiz")


def test_example_in_a_checkout_is_a_project_of_its_own(project: Write) -> None:
    folder = project({"pyproject.toml": "", "examples/hello.py": FLASK})
    assert find("examples/hello.py", environ={}, folder=folder).root == folder / "examples"


def test_package_folder_is_imported_from_above(project: Write) -> None:
    folder = project({"flaskr/__init__.py": FACTORY, "flaskr/db.py": "from flaskr import x\n"})
    found = find("flaskr", environ={}, folder=folder)
    assert (found.root, found.target.module, found.target.path) == (folder, "flaskr", ".")
    inside = find(None, environ={}, folder=folder / "flaskr")
    assert (inside.root, inside.target.module) == (folder, "flaskr")


def test_script_in_a_folder_with_a_stray_init_file_stays_a_script(project: Write) -> None:
    folder = project({"__init__.py": "", "app.py": RUN + "import models\n", "models.py": ""})
    found = find(folder, environ={})
    assert (found.root, found.target.script, found.target.path) == (folder, "app.py", ".")


def test_target_in_a_distribution_needs_no_project_files(
    project: Write, flask_environment: Path
) -> None:
    interpreter = choose(project({}), flask_environment)
    found = find("flask:Flask()", environ={}, folder=project({}), interpreter=interpreter)
    assert (found.target.module, found.target.path) == ("flask", ".")
    with pytest.raises(TargetNotFound, match="no module flaskk"):
        find("flaskk:app", environ={}, folder=project({}), interpreter=interpreter)


# Settings


def test_setting_names_the_app(project: Write) -> None:
    files = {"quiz.py": FLASK, "shop.py": FLASK, "pyproject.toml": "[tool.launcher]\napp='shop'"}
    found = find(project(files), environ={"FLASK_APP": "quiz"})
    assert found.target.spec == "shop"
    assert found.target.why == "app in [tool.launcher]"


def test_setting_that_names_nothing_is_a_config_error(project: Write) -> None:
    files = {"quiz.py": FLASK, "pyproject.toml": "[tool.launcher]\napp='quizz.py'"}
    with pytest.raises(ConfigError, match=r"quizz\.py"):
        find(project(files), environ={})


def test_flask_app_of_the_environment_counts_where_people_stand(project: Write) -> None:
    folder = project({"quiz.py": FLASK, "shop.py": FLASK})
    assert spec(None, folder, FLASK_APP="shop.py:app") == "shop:app"
    with pytest.raises(TargetNotFound, match="FLASK_APP"):
        find(None, environ={"FLASK_APP": "none.py"}, folder=folder)


def test_flask_app_meant_for_another_folder_is_passed_over(project: Write, tmp_path: Path) -> None:
    folder = project({"quiz.py": FLASK})
    assert spec(folder, tmp_path, FLASK_APP="elsewhere.py") == "quiz:app"


@pytest.mark.parametrize(
    "line",
    ["FLASK_APP=shop", "export FLASK_APP = 'shop'", 'A=1\r\nFLASK_APP="shop" # the shop\r\n'],
)
def test_flask_app_of_flaskenv_counts(project: Write, line: str) -> None:
    folder = project({"quiz.py": FLASK, "shop.py": FLASK, ".flaskenv": line})
    assert spec(folder) == "shop"


def test_dotenv_wins_over_flaskenv_as_in_flask(project: Write) -> None:
    files = {"quiz.py": FLASK, "shop.py": FLASK, ".flaskenv": "FLASK_APP=shop"}
    assert spec(project({**files, ".env": "SECRET=1\nFLASK_APP=quiz\n"})) == "quiz"


def test_flask_app_is_imported_as_flask_does(project: Write) -> None:
    assert spec(project({"start.py": RUN, ".flaskenv": "FLASK_APP=start.py"})) == "start"


# What Flask itself would load


def test_app_file_wins_over_unrelated_others(project: Write) -> None:
    assert spec(project({"app.py": FLASK, "quiz.py": FLASK})) == "app:app"
    assert spec(project({"wsgi.py": FLASK})) == "wsgi:app"


def test_app_file_without_an_app_is_passed_over(project: Write) -> None:
    assert spec(project({"app.py": "print('tool')", "quiz.py": FLASK})) == "quiz:app"


def test_app_that_is_a_package_is_found(project: Write) -> None:
    assert spec(project({"app/__init__.py": FACTORY, "tool.py": "x = 1"})) == "app:create_app"


# One app in several files


def test_script_that_starts_the_package_wins_over_its_factory(project: Write) -> None:
    folder = project(
        {
            "shop/__init__.py": FACTORY,
            "run.py": "from shop import create_app\napp = create_app()\n"
            "if __name__ == '__main__':\n    app.run()\n",
        }
    )
    assert spec(folder) == "run.py"


def test_unguarded_module_that_calls_the_factory_wins_over_it(project: Write) -> None:
    folder = project(
        {
            "shop/__init__.py": FACTORY.replace("create_app()", "create_app(name)"),
            "flasky.py": "import os\nfrom shop import create_app\n"
            "app = create_app(os.getenv('NAME') or 'default')\n",
        }
    )
    assert spec(folder) == "flasky:app"


def test_script_with_set_up_code_wins_over_the_wsgi_file_that_passes_it_on(project: Write) -> None:
    folder = project(
        {
            "app.py": FLASK + "if __name__ == '__main__':\n    db.create_all()\n    app.run()\n",
            "wsgi.py": "from app import app\n",
        }
    )
    assert spec(folder) == "app.py"


def test_wsgi_file_and_script_of_one_factory_are_one_app(project: Write) -> None:
    folder = project(
        {
            "shop/__init__.py": FACTORY,
            "wsgi.py": "from shop import create_app\napplication = create_app()\n",
            "main.py": "from shop import create_app\ncreate_app().run()\n",
        }
    )
    assert spec(folder) == "main.py"


def test_helper_that_only_borrows_the_app_is_no_candidate(project: Write) -> None:
    folder = project(
        {
            "shop/__init__.py": FACTORY,
            "seed.py": "from shop import create_app\napp = create_app()\n"
            "with app.app_context():\n    pass\n",
        }
    )
    assert spec(folder) == "shop:create_app"


def test_routes_that_import_the_app_in_a_circle_are_no_candidate(project: Write) -> None:
    folder = project(
        {
            "site/__init__.py": FLASK + "from site import routes\n",
            "site/routes.py": "from site import app\n@app.route('/')\ndef index(): return ''\n",
        }
    )
    assert spec(folder) == "site:app"


def test_dispatcher_that_joins_two_apps_is_the_app(project: Write) -> None:
    folder = project(
        {
            "front.py": FLASK,
            "admin.py": FLASK,
            "main.py": "from werkzeug.middleware.dispatcher import DispatcherMiddleware\n"
            "import admin\nfrom front import app as front\n"
            "application = DispatcherMiddleware(front, {'/admin': admin.app})\n",
        }
    )
    assert spec(folder) == "main:application"


def test_wrapper_in_the_same_file_wins_over_what_it_wraps(project: Write) -> None:
    text = FLASK + (
        "from werkzeug.middleware.dispatcher import DispatcherMiddleware\n"
        "api = Flask('api')\nboth = DispatcherMiddleware(app, {'/api': api})\n"
    )
    assert spec(project({"quiz.py": text})) == "quiz:both"


def test_tests_and_examples_count_only_where_nothing_else_does(project: Write) -> None:
    folder = project({"tests/conftest.py": FLASK, "examples/hello.py": FLASK})
    with pytest.raises(SeveralTargets):
        find(folder, environ={})
    assert spec(project({"quiz.py": FLASK})) == "quiz:app"


# Ways to write an app


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import flask as f\nweb = f.Flask(__name__)\n", "quiz:web"),
        ("from flask import Flask as F\nweb: F = F(__name__)\n", "quiz:web"),
        ("from flask.app import Flask\nif True:\n    app = Flask('x')\n", "quiz:app"),
        ("import flask\ntry:\n    app = flask.Flask('x')\nexcept OSError:\n    pass\n", "quiz:app"),
        (
            "from flask import Flask\nclass Shop(Flask):\n    pass\nshop = Shop(__name__)\n",
            "quiz:shop",
        ),
        (
            "from werkzeug.middleware.proxy_fix import ProxyFix\n"
            + FLASK
            + "app = ProxyFix(app, x_for=1)\n",
            "quiz:app",
        ),
        ("from bottle import Bottle\nweb = Bottle()\n", "quiz:web"),
        ("import bottle\nweb = bottle.default_app()\n", "quiz:web"),
        (
            "from django.core.wsgi import get_wsgi_application\n"
            "application = get_wsgi_application()\n",
            "quiz:application",
        ),
        (
            "class Web:\n    def __call__(self, environ, start_response):\n        return []\n"
            "web = Web()\n",
            "quiz:web",
        ),
        ("def application(env, reply):\n    return []\n", "quiz:application"),
        ("def hello(environ, start_response):\n    return []\n", "quiz:hello"),
        ("from dash import Dash\napp = Dash(__name__)\nserver = app.server\n", "quiz:server"),
        (
            "from pyramid.config import Configurator\nwith Configurator() as c:\n"
            "    web = c.make_wsgi_app()\n",
            "quiz:web",
        ),
        ("from flask import Flask\ndef make_app():\n    return Flask('x')\n", "quiz:make_app"),
        (
            "from flask import Flask\ndef build():\n    web = Flask('x')\n    return web\n",
            "quiz:build",
        ),
        (
            "import flask\ndef build() -> flask.Flask:\n    return get()\n",
            "quiz:build",
        ),
        (
            "from flask import Flask\nfrom flask_socketio import SocketIO\n"
            "app, other = Flask('x'), 1\nsocketio = SocketIO(app)\n",
            "quiz:app",
        ),
        (FLASK + "other = Flask('other')\n", "quiz:app"),
    ],
)
def test_way_to_write_an_app(project: Write, text: str, expected: str) -> None:
    assert spec(project({"quiz.py": text})) == expected


@pytest.mark.parametrize(
    "ending",
    [
        "if __name__ == '__main__':\n    app.run(debug=True)\n",
        "if '__main__' == __name__:\n    app.run()\n",
        "app.run()\n",
        "import sys\ndef main():\n    app.run()\n"
        "if __name__ == '__main__':\n    sys.exit(main())\n",
        "from flask_socketio import SocketIO\nio = SocketIO(app)\nif __name__ == '__main__':\n"
        "    io.run(app)\n",
        "if __name__ == '__main__':\n    from waitress import serve\n    serve(app, port=80)\n",
        "import waitress\nif __name__ == '__main__':\n    waitress.serve(app)\n",
        "from wsgiref.simple_server import make_server\nif __name__ == '__main__':\n"
        "    with make_server('', 8000, app) as httpd:\n        pass\n"
        "    server = make_server('', 8000, app)\n    server.serve_forever()\n",
        "from gevent.pywsgi import WSGIServer\nif __name__ == '__main__':\n"
        "    WSGIServer(('', 5000), app).serve_forever()\n",
        "from werkzeug.serving import run_simple\nif __name__ == '__main__':\n"
        "    try:\n        run_simple('localhost', 5000, app)\n    except OSError:\n        pass\n",
    ],
)
def test_script_that_runs_a_server_is_started_as_a_script(project: Write, ending: str) -> None:
    assert spec(project({"quiz.py": FLASK + ending})) == "quiz.py"


@pytest.mark.parametrize(
    "ending",
    [
        "import subprocess\nsubprocess.run(['ls'])\n",
        "import asyncio\nif __name__ == '__main__':\n    asyncio.run(main())\n",
        "from flask_script import Manager\nmanager = Manager(app)\n"
        "if __name__ == '__main__':\n    manager.run()\n",
        "import unittest\nif __name__ == '__main__':\n    unittest.main()\n",
        "def serve():\n    app.run()\n",
    ],
)
def test_call_that_runs_no_server_leaves_the_module(project: Write, ending: str) -> None:
    assert spec(project({"quiz.py": FLASK + ending})) == "quiz:app"


def test_script_that_calls_an_installed_main_is_the_app(project: Write) -> None:
    text = "from updog.__main__ import main\nif __name__ == '__main__':\n    main()\n"
    assert spec(project({"run.py": text})) == "run.py"


def test_asgi_app_is_named_as_what_it_is(project: Write) -> None:
    with pytest.raises(TargetNotFound, match="ASGI"):
        find(project({"main.py": "from fastapi import FastAPI\napp = FastAPI()\n"}), environ={})


def test_namespace_folder_is_imported_from_where_its_imports_say(project: Write) -> None:
    folder = project(
        {"server/main.py": "from server.db import x\n" + FLASK, "server/db.py": "x = 1\n"}
    )
    target = find(folder, environ={}).target
    assert (target.module, target.path) == ("server.main", ".")


def test_folder_of_plain_modules_is_imported_from_inside(project: Write) -> None:
    folder = project({"backend/main.py": "import db\n" + FLASK, "backend/db.py": ""})
    target = find(folder, environ={}).target
    assert (target.module, target.path, target.spec) == ("main", "backend", "backend/main:app")


# Trees that are hard to walk


def test_helper_that_is_handed_things_is_no_factory(project: Write) -> None:
    text = "from flask import Flask\ndef configure(name):\n    return Flask(name)\n"
    with pytest.raises(TargetNotFound):
        find(project({"tools.py": text}), environ={})


def test_celery_helper_beside_a_package_is_no_candidate(project: Write) -> None:
    helper = "from shop import create_app\napp = create_app()\ncelery = app.extensions['celery']\n"
    assert spec(project({"src/shop/__init__.py": FACTORY, "make_celery.py": helper})) == (
        "shop:create_app"
    )


def test_file_that_is_no_python_is_the_users_own_error(project: Write) -> None:
    with pytest.raises(BrokenProject, match=r"quiz\.py is not valid Python: line 2"):
        find(project({"quiz.py": "x = 1\ndef (:\n"}), environ={})


def test_broken_file_elsewhere_does_not_hide_the_app(project: Write) -> None:
    assert spec(project({"old/legacy.py": "print 'two'", "quiz.py": FLASK})) == "quiz:app"


def test_strange_files_and_links_do_no_harm(project: Write, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "other.py").write_text(FLASK)
    folder = project(
        {
            "quiz.py": FLASK,
            "zeros.py": "\0\0",
            ".venv/pyvenv.cfg": "",
            ".venv/lib/site.py": FLASK,
            "env3/pyvenv.cfg": "",
            "env3/lib/site.py": FLASK,
            "node_modules/gyp/app.py": FLASK,
            "build/lib/quiz.py": FLASK,
            ".git/hooks/hook.py": FLASK,
        }
    )
    (folder / "deep.py").write_text("x = " + "(" * 5000 + ")" * 5000)
    (folder / "latin.py").write_bytes(b"# -*- coding: latin-1 -*-\nx = '\xe9'\n")
    (folder / "not-utf8.py").write_bytes(b"x = '\xe9'\n")
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "pipe.py")
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    (folder / "away").symlink_to(outside, target_is_directory=True)
    (folder / "away.py").symlink_to(outside / "other.py")
    assert spec(folder) == "quiz:app"


def test_functions_that_call_each_other_are_understood_quickly(project: Write) -> None:
    names = [f"f{number}" for number in range(60)]
    calls = "\n".join(f"    {name}()" for name in names)
    text = FLASK + "\n".join(f"def {name}():\n{calls}\n    return {names[0]}()\n" for name in names)
    text += "if __name__ == '__main__':\n    f0()\n"
    folder = project({"quiz.py": text})
    begun = time.perf_counter()
    assert spec(folder) == "quiz:app"
    assert time.perf_counter() - begun < 3


def test_large_project_is_read_in_seconds(project: Write) -> None:
    body = "import os, flask\nfrom shop.m0 import x\n" + "def f(a, b):\n    return a + b\n" * 60
    files = {f"shop/m{number}.py": body for number in range(500)}
    folder = project({**files, "shop/__init__.py": FACTORY})
    begun = time.perf_counter()
    assert spec(folder) == "shop:create_app"
    assert time.perf_counter() - begun < 10
