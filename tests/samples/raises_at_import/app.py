"""An app whose own code fails before it can answer."""

from flask import Flask, render_template

app = Flask(__name__)

PRICES = {"apple": 3}


def price_of(fruit):
    return PRICES[fruit]


TODAY = price_of("pear")


@app.route("/")
def index():
    return render_template("index.html", today=TODAY)
