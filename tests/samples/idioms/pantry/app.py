"""What is left in the pantry: a database by its bare name, a shopping list in the instance folder."""

import os
import sqlite3

from flask import Flask, flash, redirect, render_template, request

app = Flask(__name__)
os.makedirs(app.instance_path, exist_ok=True)
shopping = os.path.join(app.instance_path, "shopping.txt")


def foods():
    db = sqlite3.connect("pantry.db")
    found = db.execute("SELECT name, amount FROM food ORDER BY name").fetchall()
    db.close()
    return found


@app.route("/")
def index():
    wanted = open(shopping).read().split("\n") if os.path.exists(shopping) else []
    return render_template("index.html", foods=foods(), wanted=wanted)


@app.route("/add", methods=["POST"])
def add():
    db = sqlite3.connect("pantry.db")
    db.execute("INSERT INTO food VALUES (?, ?)", (request.form["name"], request.form["amount"]))
    db.commit()
    db.close()
    flash(request.form["name"] + " is in the pantry")
    return redirect("/")


@app.route("/want", methods=["POST"])
def want():
    with open(shopping, "a") as file:
        file.write(request.form["name"] + "\n")
    return redirect("/")
