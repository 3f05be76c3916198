from flask import Blueprint

subject = Blueprint("maths", __name__)


@subject.route("/")
def index():
    return "Maths on Monday"
