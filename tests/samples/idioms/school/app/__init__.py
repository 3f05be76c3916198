"""A school's pages; subjects are whatever lies in the folder subjects."""

import importlib
import importlib.util
import os
import pkgutil

from flask import Flask, render_template


def create_app(config):
    app = Flask(__name__)
    app.config.from_object(config)
    app.config.from_pyfile("../settings.cfg")

    from admin import admin
    from app import subjects

    app.register_blueprint(admin, url_prefix="/admin")
    for found in pkgutil.iter_modules(subjects.__path__):
        module = importlib.import_module("app.subjects." + found.name)
        app.register_blueprint(module.subject, url_prefix="/" + found.name)

    here = os.path.dirname(__file__)
    clubs = []
    for name in sorted(os.listdir(os.path.join(here, "clubs"))):
        if name.endswith(".py"):
            spec = importlib.util.spec_from_file_location(name[:-3], os.path.join(here, "clubs", name))
            club = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(club)
            clubs.append(club.TITLE)

    @app.route("/")
    def index():
        return render_template("index.html", clubs=clubs)

    return app
