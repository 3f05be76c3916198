"""A first script: the server is started at the end, for whoever imports it too."""

from flask import Flask, render_template

quiz = Flask(__name__)


@quiz.route("/")
def index():
    return render_template("index.html", question="How many legs has a spider?")


quiz.run(debug=True)
