"""A file whose name cannot stand after `import`."""

from flask import Flask, render_template

app = Flask(__name__)
greetings = []


@app.route("/")
def index():
    return render_template("index.html", greetings=greetings)


if __name__ == "__main__":
    greetings.append("made ready by the main block")
    app.run(port=5001)
