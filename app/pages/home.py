"""The first page, and help."""

from __future__ import annotations

from flask import Blueprint, render_template

from ..studio import studio

SHOWN_PROJECTS = 8

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def index() -> str:
    """Show the latest projects, or how to begin."""
    return render_template("home.html", projects=studio().projects.all()[:SHOWN_PROJECTS])


@blueprint.get("/help")
def help() -> str:
    """Show what Studio does and where to read on."""
    return render_template("help.html")
