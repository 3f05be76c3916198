"""A garden whose factory has to be told which season it is."""

from flask import Flask, render_template

PLANTS = {"spring": ["tulip", "crocus"], "autumn": ["aster"]}


def create_app(config):
    app = Flask(__name__)

    @app.route("/")
    def index():
        return render_template("index.html", plants=PLANTS[config])

    return app
