"""One project: what would be packaged, and its last build."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flask import (
    Blueprint,
    abort,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue

from .. import systems
from ..checking import check
from ..folders import FolderError, typed_folder
from ..opening import CannotOpen, show_folder, show_page, start_program
from ..report import Problem, Report
from ..studio import project_or_404, studio

blueprint = Blueprint("projects", __name__, url_prefix="/projects")

TARGET_LENGTH = 300
# An SVG is a document: opened by itself it must not run its scripts here.
PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
PICTURES = {".png", ".svg", ".ico", ".jpg", ".jpeg", ".webp", ".gif"}


@blueprint.post("")
def open() -> ResponseReturnValue:
    """Open a folder as a project."""
    typed = request.form.get("path", "")
    try:
        folder = typed_folder(typed, Path.home()) if typed.strip() else None
    except FolderError as error:
        abort(400, description=str(error))
    if folder is None:
        abort(400, description="No folder was chosen.")
    project = studio().projects.open(folder)
    return redirect(url_for("projects.show", key=project.key), 303)


@blueprint.get("/<key>")
def show(key: str) -> str:
    """Show a project. The page asks for the check itself: it may take a while."""
    project = project_or_404(key)
    return render_template("project.html", project=project, build=studio().builds.running(key))


@blueprint.post("/<key>/check")
def check_project(key: str) -> str:
    """Check a project and show what was found, as a part of its page."""
    project = project_or_404(key)
    if "target" in request.form:
        target = request.form["target"].strip()
        if not target.isprintable() or len(target) > TARGET_LENGTH:
            abort(400, description="This does not name an app.")
        studio().projects.choose(key, target)
        project = project_or_404(key)
    command = studio().command.find()
    found: Report | Problem
    if command is None:
        found = Problem("The launcher is not installed.", missing=True)
    else:
        seconds = current_app.config["CHECK_SECONDS"]
        found = check(command, project, children=studio().children, seconds=seconds)
    if isinstance(found, Problem):
        return render_template("parts/problem.html", project=project, problem=found)
    if found.name:
        studio().projects.rename(key, found.name)
    if found.icon:
        studio().pictures[key] = Path(found.icon)
    here, others = systems.here(), systems.others()
    return render_template("parts/report.html", project=project, report=found, here=here, others=others)


@blueprint.get("/<key>/icon")
def icon(key: str) -> ResponseReturnValue:
    """Send the project's own icon, as the last check found it."""
    project = project_or_404(key)
    picture = studio().pictures.get(project.key)
    if picture is None or picture.suffix.lower() not in PICTURES or not picture.is_file():
        abort(404, description="This project has no icon.")
    response = send_file(picture, max_age=0)
    response.headers["Content-Security-Policy"] = PICTURE_POLICY
    return response


@blueprint.post("/<key>/forget")
def forget(key: str) -> ResponseReturnValue:
    """Drop a project from the list."""
    studio().projects.forget(project_or_404(key).key)
    return redirect(url_for("home.index"), 303)


@blueprint.post("/<key>/start")
def start(key: str) -> ResponseReturnValue:
    """Start the program that was built last."""
    return _open(key, "program", start_program, "Started. Its window opens in a moment.")


@blueprint.post("/<key>/reveal")
def reveal(key: str) -> ResponseReturnValue:
    """Show what was built last in the file manager."""
    part = "program" if project_or_404(key).program else "page"
    return _open(key, part, show_folder, "The folder is open in your file manager.")


@blueprint.post("/<key>/page")
def show_friends(key: str) -> ResponseReturnValue:
    """Show the page for friends as they will see it, in a browser."""
    return _open(key, "page", show_page, "The page is open in your browser.")


def _open(key: str, part: str, act: Callable[[Path], None], message: str) -> ResponseReturnValue:
    project = project_or_404(key)
    place: str = getattr(project, part)
    try:
        if not place:
            raise CannotOpen("Nothing of the kind was built yet.")
        act(Path(place))
    except CannotOpen as error:
        return jsonify(ok=False, message=str(error)), 409
    return jsonify(ok=True, message=message)
