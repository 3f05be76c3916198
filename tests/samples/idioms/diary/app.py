"""A diary with pictures. Everything lies beside the code: database, log and uploads."""

import logging
import os

from flask import Flask, redirect, render_template, request, url_for
from flask_sqlalchemy import SQLAlchemy
from PIL import Image
from werkzeug.utils import secure_filename

basedir = os.path.abspath(os.path.dirname(__file__))
UPLOADS = os.path.join(basedir, "static", "uploads")
os.makedirs(UPLOADS, exist_ok=True)

logging.basicConfig(filename=os.path.join(basedir, "diary.log"), level=logging.INFO)

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///" + os.path.join(basedir, "app.db")
db = SQLAlchemy(app)


class Entry(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    text = db.Column(db.String(200), nullable=False)
    picture = db.Column(db.String(100))


with app.app_context():
    db.create_all()


@app.route("/")
def index():
    return render_template("index.html", entries=Entry.query.order_by(Entry.id).all())


@app.route("/add", methods=["POST"])
def add():
    name = None
    picture = request.files.get("picture")
    if picture:
        name = secure_filename(picture.filename)
        picture.save(os.path.join(UPLOADS, name))
        small = Image.open(os.path.join(UPLOADS, name))
        small.thumbnail((64, 64))
        small.save(os.path.join(UPLOADS, "small_" + name))
    db.session.add(Entry(text=request.form["text"], picture=name))
    db.session.commit()
    app.logger.info("wrote down %s", request.form["text"])
    return redirect(url_for("index"))


if __name__ == "__main__":
    app.run(debug=True)
