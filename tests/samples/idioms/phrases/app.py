"""A phrase book in two languages, with the time in Helsinki."""

import inspect
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Flask, render_template, request
from flask_babel import Babel, format_date, gettext
from jinja2 import Environment, PackageLoader

app = Flask(__name__)
babel = Babel(app, locale_selector=lambda: request.accept_languages.best_match(["en", "de"]))
letters = Environment(loader=PackageLoader("letters"))


@app.route("/")
def index():
    moon = datetime(1969, 7, 20, 20, 17, tzinfo=ZoneInfo("UTC"))
    return render_template(
        "index.html",
        greeting=gettext("Good morning"),
        day=format_date(moon, "long"),
        helsinki=moon.astimezone(ZoneInfo("Europe/Helsinki")),
    )


@app.route("/letter")
def letter():
    return letters.get_template("letter.txt").render(name="Aino")


@app.route("/source")
def source():
    return inspect.getsource(letter), {"Content-Type": "text/plain"}
