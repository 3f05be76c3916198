"""Books, with templates and static files of their own."""

from flask import Blueprint, render_template

blueprint = Blueprint(
    "books", __name__, url_prefix="/books", template_folder="templates", static_folder="static"
)


@blueprint.route("/")
def index():
    return render_template("books/index.html")
