"""One of two apps that share a folder and nothing else."""

from flask import Flask, render_template

app = Flask(__name__)


@app.route("/")
def index():
    return render_template("shop.html")
