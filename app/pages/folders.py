"""Choosing a project's folder."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request

from ..folders import FolderError, Listing, list_folder, places, typed_folder

blueprint = Blueprint("folders", __name__)


@blueprint.get("/open/<place>")
def browse(place: str) -> tuple[str, int]:
    """Show a place, or the folder that `path` names from there."""
    known = places()
    if place not in known:
        abort(404, description="There is no such place. Start again at home.")
    start = known[place][1]
    typed = request.args.get("path", "")
    error = ""
    listing: Listing | None = None
    try:
        listing = list_folder(typed_folder(typed, start) if typed else start)
    except FolderError as problem:
        error = str(problem)
    page = render_template(
        "folders.html", place=place, places=known, typed=typed, listing=listing, error=error
    )
    return page, 404 if error else 200
