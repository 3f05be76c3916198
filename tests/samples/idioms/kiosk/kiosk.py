"""A kiosk, started as the handbook of Python recommends."""

import argparse
import sys

from flask import Flask

app = Flask(__name__)
prices = {}


@app.route("/")
def index():
    return "<br>".join(f"{name}: {price}" for name, price in prices.items())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=5000)
    arguments = parser.parse_args()
    prices.update(Apple=1, Pear=2)
    app.run(port=arguments.port)
    return 0


if __name__ == "__main__":
    sys.exit(main())
