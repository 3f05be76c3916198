"""Calls that would start a server are recorded; whoever made them goes on as if the server had ended."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import WriteFiles
from tests.support.processes import run_python

# Runs a script with recording on, and tells what was recorded.
RECORDED = """
import json, runpy, sys
from launcher.loading.recording import Recorder, record
sys.path.insert(0, sys.argv[1])
recorder = Recorder()
record(recorder)
runpy.run_path(sys.argv[1] + "/" + sys.argv[2], run_name="__main__")
print(json.dumps([[call.name, getattr(call.app, "__name__", getattr(call.app, "name", None))]
                  for call in recorder.calls]))
"""

APP = "def app(environ, start_response): return []\n"

# As these libraries shape it, for those that are not installed here: what is called, and with what.
STAND_INS = {
    "flask_socketio/__init__.py": """
class SocketIO:
    def run(self, app, host=None, port=None, **kwargs):
        raise SystemExit("obeyed")
""",
    "cheroot/__init__.py": "",
    "cheroot/server.py": """
class HTTPServer:
    def start(self):
        raise SystemExit("obeyed")
""",
    "cheroot/wsgi.py": """
from cheroot import server
class Server(server.HTTPServer):
    def __init__(self, bind_addr, wsgi_app):
        self.wsgi_app = wsgi_app
""",
    "gevent/__init__.py": "",
    "gevent/pywsgi.py": """
class BaseServer:
    def start(self):
        raise SystemExit("obeyed")
    def serve_forever(self):
        raise SystemExit("obeyed")
class WSGIServer(BaseServer):
    def __init__(self, listener, application=None):
        self.application = application
""",
    "eventlet/__init__.py": "import socket\ndef listen(address): return socket.create_server(address)\n",
    "gunicorn/__init__.py": "",
    "gunicorn/app/__init__.py": "",
    "gunicorn/app/base.py": """
class BaseApplication:
    def __init__(self):
        self.load_config()
    def run(self):
        raise SystemExit("obeyed")
""",
    "uvicorn/__init__.py": "from .main import run\nfrom .server import Config, Server\n",
    "uvicorn/main.py": "def run(app, **kwargs): raise SystemExit('obeyed')\n",
    "uvicorn/server.py": """
class Config:
    def __init__(self, app, **kwargs):
        self.app = app
class Server:
    def __init__(self, config):
        self.config = config
    def run(self, sockets=None):
        raise SystemExit("obeyed")
    async def serve(self, sockets=None):
        raise SystemExit("obeyed")
""",
    "asgiref/__init__.py": "",
    "asgiref/wsgi.py": "class WsgiToAsgi:\n    def __init__(self, app): self.wsgi_application = app\n",
    "hypercorn/__init__.py": "",
    "hypercorn/asyncio.py": "async def serve(app, config, **kwargs): raise SystemExit('obeyed')\n",
    "tornado/__init__.py": "",
    "tornado/tcpserver.py": """
class TCPServer:
    def listen(self, port):
        print("obeyed")
""",
    "tornado/httpserver.py": """
from .tcpserver import TCPServer
class HTTPServer(TCPServer):
    def __init__(self, request_callback):
        self.request_callback = request_callback
""",
    "tornado/wsgi.py": "class WSGIContainer:\n    def __init__(self, app): self.wsgi_application = app\n",
    "livereload/__init__.py": "from .server import Server\n",
    "livereload/server.py": """
class Server:
    def __init__(self, app=None):
        self.app = app
    def serve(self, **kwargs):
        raise SystemExit("obeyed")
""",
    "cherrypy/__init__.py": """
from .process.wspbus import Bus
class Tree:
    def __init__(self):
        self.apps = {}
    def graft(self, app, script_name=""):
        self.apps[script_name.rstrip("/")] = app
tree, engine = Tree(), Bus()
""",
    "cherrypy/process/__init__.py": "",
    "cherrypy/process/wspbus.py": """
class Bus:
    def start(self):
        raise SystemExit("obeyed")
    def block(self):
        raise SystemExit("obeyed")
""",
    "eventlet/wsgi.py": "def server(sock, site, log=None): raise SystemExit('obeyed')\n",
}

SERVERS = {
    "flask.app.Flask.run": "from flask import Flask\nFlask('app').run(host='0.0.0.0', debug=True)",
    "flask_socketio.SocketIO.run": APP + "from flask_socketio import SocketIO\nSocketIO().run(app)",
    "waitress.serve": APP + "from waitress import serve\nserve(app, host='0.0.0.0')",
    "werkzeug.serving.run_simple": APP
    + "from werkzeug.serving import run_simple\nrun_simple('0.0.0.0', 80, app, use_reloader=True)",
    "cheroot.server.HTTPServer.start": APP + "from cheroot.wsgi import Server\nServer(('', 80), app).start()",
    "gevent.pywsgi.WSGIServer.serve_forever": APP
    + "from gevent.pywsgi import WSGIServer\nWSGIServer(('', 80), app).serve_forever()",
    "gevent.pywsgi.WSGIServer.start": APP
    + "from gevent.pywsgi import WSGIServer\nWSGIServer('', app).start()",
    "eventlet.wsgi.server": APP
    + "import eventlet\nfrom eventlet import wsgi\nwsgi.server(eventlet.listen(('127.0.0.1', 0)), app)",
    "wsgiref.simple_server.WSGIServer.serve_forever": APP
    + "from wsgiref.simple_server import make_server\nmake_server('127.0.0.1', 0, app).serve_forever()",
    "waitress.server.create_server": APP
    + "import waitress\nserver = waitress.create_server(app, port=80)\nserver.run()\nserver.close()",
    "werkzeug.serving.BaseWSGIServer.serve_forever": APP
    + "from werkzeug.serving import make_server\nmake_server('127.0.0.1', 0, app).serve_forever()",
    "gunicorn.app.base.BaseApplication.run": APP
    + "from gunicorn.app.base import BaseApplication\n"
    "class Mine(BaseApplication):\n"
    "    def load_config(self): pass\n"
    "    def load(self): return app\n"
    "Mine().run()",
    "uvicorn.main.run": APP
    + "import uvicorn\nfrom asgiref.wsgi import WsgiToAsgi\nuvicorn.run(WsgiToAsgi(app), port=1)",
    "uvicorn.server.Server.run": APP
    + "import uvicorn\nuvicorn.Server(uvicorn.Config(app, interface='wsgi')).run()",
    "uvicorn.server.Server.serve": APP
    + "import asyncio, uvicorn\nasyncio.run(uvicorn.Server(uvicorn.Config(app)).serve())",
    "hypercorn.asyncio.serve": APP
    + "import asyncio\nfrom hypercorn.asyncio import serve\nasyncio.run(serve(app, None))",
    "tornado.tcpserver.TCPServer.listen": APP
    + "from tornado.httpserver import HTTPServer\nfrom tornado.wsgi import WSGIContainer\n"
    "HTTPServer(WSGIContainer(app)).listen(5000)",
    "livereload.server.Server.serve": APP + "from livereload import Server\nServer(app).serve(port=1)",
    "cherrypy.process.wspbus.Bus.start": APP
    + "import cherrypy\ncherrypy.tree.graft(app, '/')\ncherrypy.engine.start()",
    "bottle.run": "import bottle\napp = bottle.Bottle()\napp.name = 'app'\nbottle.run(app, port=80)",
}


def recorded(project: Path, script: str = "app.py") -> list[list[str | None]]:
    done = run_python(RECORDED, project, script)
    assert done.returncode == 0, done.stderr
    found: list[list[str | None]] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("name", SERVERS)
def test_server_s_call_is_recorded_with_its_app(write_files: WriteFiles, name: str) -> None:
    project = write_files({**STAND_INS, "app.py": SERVERS[name] + "\nprint('went on')\n"})
    assert recorded(project) == [[name, "app"]]


@pytest.mark.parametrize(
    "call",
    [
        "waitress.serve(app=app)",
        "werkzeug.serving.run_simple(hostname='', port=80, application=app)",
        "werkzeug.serving.run_simple('', 80, app, ssl_context='adhoc', threaded=True)",
    ],
)
def test_app_is_found_among_named_arguments(write_files: WriteFiles, call: str) -> None:
    project = write_files({"app.py": f"{APP}import waitress, werkzeug.serving\n{call}\n"})
    assert [app for _, app in recorded(project)] == ["app"]


def test_module_that_was_imported_before_is_recorded_too(write_files: WriteFiles) -> None:
    project = write_files({"app.py": SERVERS["flask.app.Flask.run"]})
    done = run_python("import flask\n" + RECORDED, project, "app.py")
    assert json.loads(done.stdout) == [["flask.app.Flask.run", "app"]]


def test_subclass_s_own_run_that_calls_ours_is_recorded_once(write_files: WriteFiles) -> None:
    code = """
from flask import Flask
class Mine(Flask):
    def run(self, *args, **kwargs):
        super().run(*args, threaded=True, **kwargs)
Mine("mine").run()
"""
    assert recorded(write_files({"app.py": code})) == [["flask.app.Flask.run", "mine"]]


def test_last_of_several_calls_counts(write_files: WriteFiles) -> None:
    code = "from flask import Flask\nfor name in 'ab': Flask(name).run()\n"
    calls = recorded(write_files({"app.py": code}))
    assert [app for _, app in calls] == ["a", "b"]


def test_recorded_modules_keep_their_loader_and_resources(write_files: WriteFiles) -> None:
    code = """
import importlib.resources, inspect, waitress
from flask import Flask
assert type(waitress.__loader__).__name__ == "SourceFileLoader", waitress.__loader__
assert waitress.__spec__.loader is waitress.__loader__
assert "def serve" in inspect.getsource(waitress)
assert importlib.resources.files("waitress").joinpath("__init__.py").is_file()
Flask("whole").run()
"""
    assert recorded(write_files({"app.py": code})) == [["flask.app.Flask.run", "whole"]]


def test_project_s_own_module_of_a_server_s_name_is_its_own(write_files: WriteFiles) -> None:
    app = "import waitress\nprint(waitress.TEA)\n"
    project = write_files({"waitress.py": "TEA = 'green'\n", "app.py": app})
    assert recorded(project) == []


def test_module_that_is_never_imported_is_never_loaded(write_files: WriteFiles) -> None:
    code = "import sys\nassert not {'flask', 'bottle', 'waitress', 'werkzeug'} & {*sys.modules}\n"
    assert recorded(write_files({"app.py": code})) == []


def test_missing_server_is_missing_as_ever(write_files: WriteFiles) -> None:
    code = "try:\n    import gevent.pywsgi\nexcept ModuleNotFoundError as error:\n    print(error.name)\n"
    assert recorded(write_files({"app.py": code})) == []


def test_server_that_listens_when_it_is_made_listens_no_more(write_files: WriteFiles) -> None:
    """wsgiref opens its socket before it is told to serve; nobody may reach the app around the guard."""
    code = """
import socket
from wsgiref.simple_server import make_server
server = make_server("127.0.0.1", 0, print)
port = server.server_port
server.serve_forever()
try:
    socket.create_connection(("127.0.0.1", port)).close()
except ConnectionRefusedError:
    print("closed")
else:
    raise SystemExit("still listens")
"""
    assert [name for name, _ in recorded(write_files({"app.py": code}))] == [
        "wsgiref.simple_server.WSGIServer.serve_forever"
    ]


def test_server_of_something_else_is_obeyed(write_files: WriteFiles) -> None:
    code = "from tornado.httpserver import HTTPServer\nHTTPServer(print).listen(5000)\n"
    project = write_files({**STAND_INS, "app.py": code})
    done = run_python(RECORDED, project, "app.py")
    assert done.stdout.splitlines() == ["obeyed", "[]"]


def test_made_server_of_waitress_takes_no_port(write_files: WriteFiles) -> None:
    """Its usual one may belong to another program on a friend's machine."""
    code = APP + (
        "import socket, waitress\n"
        "with socket.create_server(('127.0.0.1', 0)) as other:\n"
        "    waitress.create_server(app, host='127.0.0.1', port=other.getsockname()[1]).run()\n"
    )
    assert recorded(write_files({"app.py": code})) == [["waitress.server.create_server", "app"]]
