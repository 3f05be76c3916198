"""An app whose pages do what a test says, for windows that a test can only look at from outside."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.support.waiting import until

# Each page asks for something to do, does it in its own world, and tells what came of it.
APP = """
import json, os
from urllib.parse import quote
from flask import Flask, Response, redirect, request
app = Flask(__name__)
PAGES = {}
FOLDER = os.environ["STEERING"]
SCRIPT = '''<script>
(async () => {
  const place = '/.steer?at=' + encodeURIComponent(location.pathname);
  const wait = (time = 40) => new Promise(done => setTimeout(done, time));
  const tell = async said => {
    for (;;) try { return await fetch('/.steer', {method: 'POST', body: JSON.stringify(said)}) }
    catch (error) { await wait() }  // cut off by what a test led to
  };
  for (;;) {
    let todo = null;
    try { todo = await (await fetch(place, {cache: 'no-store'})).json() } catch (error) {}
    if (!todo) await wait();
    else if (!todo.answers) {
      await tell({number: todo.number});
      setTimeout(() => (0, eval)(todo.script));
      await wait(250);  // a page that leaves must not take what is meant for the next one
    }
    else {
      const said = {number: todo.number};
      try { said.value = await (0, eval)(todo.script) } catch (error) { said.error = String(error) }
      await tell(said);
    }
  }
})();
</script>'''

@app.route("/.steer")
def todo():
    taken = os.path.join(FOLDER, quote(request.args["at"], safe=""))
    try:
        os.rename(taken + ".todo", taken + ".taken")
    except FileNotFoundError:
        return "null"
    with open(taken + ".taken") as file:
        return file.read()

@app.post("/.steer")
def said():
    told = json.loads(request.get_data())
    place = os.path.join(FOLDER, str(told["number"]))
    with open(place + ".part", "w") as file:
        json.dump(told, file)
    os.replace(place + ".part", place + ".said")
    return ""

@app.route("/")
@app.route("/<path:place>")
def page(place=""):
    head, _, body = PAGES.get(place, "").rpartition("</head>")
    return f"<!doctype html><meta charset=utf-8><title>At /{place}</title>{head}<body>{body}{SCRIPT}"
"""


class Steering:
    """The test's end of it: scripts by the path of the page that is to run them."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self._numbers = itertools.count(1)

    def run(self, script: str, at: str = "/", *, seconds: float = 30.0) -> Any:
        """Return what an expression comes to in the page at a path; promises are waited for."""
        said = self._tell(script, at, answers=True, seconds=seconds)
        assert "error" not in said, said["error"]
        return said.get("value")

    def do(self, script: str, at: str = "/") -> None:
        """Let a script run that may lead the page away."""
        self._tell(script, at, answers=False)

    def _tell(self, script: str, at: str, *, answers: bool, seconds: float = 30.0) -> dict[str, Any]:
        number = next(self._numbers)
        place = self.folder / f"{quote(at, safe='')}.todo"
        part = place.with_suffix(".part")
        part.write_text(json.dumps({"number": number, "script": script, "answers": answers}))
        part.replace(place)
        said = self.folder / f"{number}.said"
        until(said.exists, seconds=seconds, what=lambda: f"{at} did not answer {script!r}")
        told: dict[str, Any] = json.loads(said.read_text())
        return told
