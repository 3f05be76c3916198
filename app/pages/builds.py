"""One build: started, followed, cancelled."""

from __future__ import annotations

from pathlib import Path

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from .. import systems
from ..builds import AlreadyBuilding, Build, Wish
from ..projects import Project
from ..story import server_sent_events
from ..studio import project_or_404, studio

blueprint = Blueprint("builds", __name__)

ICONS = (".png", ".svg", ".ico", ".jpg", ".jpeg")
NAME_LENGTH = 100


@blueprint.post("/projects/<key>/builds")
def start(key: str) -> ResponseReturnValue:
    """Start a build and go to its page; where one runs already, go to that."""
    project = project_or_404(key)
    command = studio().command.find()
    if command is None:
        abort(409, description="The launcher is not installed: pip install flask-launcher")
    wish = _read_wish(project)
    try:
        build = studio().builds.start(command, project, wish)
    except AlreadyBuilding as running:
        build = running.build
    except OSError as error:
        abort(409, description=f"{command[0]} could not be started: {error.strerror}.")
    return redirect(url_for("builds.show", build_id=build.id), 303)


@blueprint.get("/builds/<build_id>")
def show(build_id: str) -> str:
    """Show a build. The page follows its events."""
    build = _build_or_404(build_id)
    here = systems.here()
    return render_template(
        "build.html",
        build=build,
        project=build.project,
        here=here,
        is_here=here in build.wish.systems,
        systems={one.target: " ".join((one.name, one.more)).strip() for one in systems.SYSTEMS},
    )


@blueprint.get("/builds/<build_id>/events")
def events(build_id: str) -> Response:
    """Stream a build's events from its beginning, or from where the page was cut off."""
    build = _build_or_404(build_id)
    seen = request.headers.get("Last-Event-ID") or request.args.get("after", "0")
    after = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else 0
    if after and build.story.is_over(after):
        return Response(status=204)  # tells an EventSource to stop asking
    heartbeat = current_app.config["HEARTBEAT_SECONDS"]
    stream = server_sent_events(build.story, after, heartbeat)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return Response(stream, mimetype="text/event-stream", headers=headers)


@blueprint.post("/builds/<build_id>/cancel")
def cancel(build_id: str) -> ResponseReturnValue:
    """Ask a build to end."""
    build = _build_or_404(build_id)
    build.cancel()
    return jsonify(ok=True, message="Stopping …")


def _build_or_404(build_id: str) -> Build:
    build = studio().builds.find(build_id)
    if build is None:
        abort(404, description="Studio keeps builds until it is closed; this one is gone.")
    return build


def _read_wish(project: Project) -> Wish:
    """Read the form. Whether the name is usable the launcher says itself."""
    name = request.form.get("name", "").strip()
    if len(name) > NAME_LENGTH or not name.isprintable():
        abort(400, description=f"A name is up to {NAME_LENGTH} letters, all of them visible.")
    wanted = systems.chosen(request.form.getlist("system"))
    makes = request.form.getlist("make")
    formats = systems.formats_of(wanted, to_send="file" in makes, installers="installer" in makes)
    upload = request.files.get("icon")
    icon = _keep_icon(project.key, upload) if upload and upload.filename else None
    # The name that was found is left to the launcher, which derives more from it.
    name = "" if name == project.name else name
    return Wish(name=name, formats=formats, icon=icon, systems=wanted)


def _keep_icon(key: str, upload: FileStorage) -> Path:
    """Keep a chosen picture where the launcher can read it."""
    suffix = Path(upload.filename or "").suffix.lower()
    if suffix not in ICONS:
        abort(400, description=f"An icon is a picture: {', '.join(ICONS)}.")
    folder = studio().icons
    folder.mkdir(parents=True, exist_ok=True)
    icon = folder / f"{key}{suffix}"
    upload.save(icon)
    return icon
