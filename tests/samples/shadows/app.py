"""An app whose own modules are called as those of a packager may be."""

import build
import launcher
import waitress
import webview
from flask import Flask, jsonify, render_template

app = Flask(__name__)
MODULES = {module.__name__: module for module in (build, launcher, waitress, webview)}


@app.route("/")
def index():
    return render_template("index.html", names=sorted(MODULES))


@app.route("/own")
def own():
    for module in MODULES.values():
        assert module.OWNER == "the project", f"{module.__name__} is {module.__file__}"
    return jsonify({name: module.describe() for name, module in sorted(MODULES.items())})
