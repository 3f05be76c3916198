from flask import Blueprint

subject = Blueprint("music", __name__)


@subject.route("/")
def index():
    return "Music on Friday"
