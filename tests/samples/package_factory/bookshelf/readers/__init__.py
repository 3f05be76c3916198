"""Readers, with templates and static files of their own."""

from flask import Blueprint, render_template

blueprint = Blueprint(
    "readers", __name__, url_prefix="/readers", template_folder="templates", static_folder="static"
)


@blueprint.route("/")
def index():
    return render_template("readers/index.html")
