from cs50 import SQL
from flask import Flask, redirect, render_template, request, session
from flask_session import Session
from werkzeug.security import check_password_hash, generate_password_hash

from helpers import apology, login_required, usd

app = Flask(__name__)
app.jinja_env.filters["usd"] = usd

app.config["SESSION_PERMANENT"] = False
app.config["SESSION_TYPE"] = "filesystem"
Session(app)

db = SQL("sqlite:///finance.db")


@app.after_request
def after_request(response):
    """Ensure responses aren't cached"""
    response.headers["Cache-Control"] = "no-cache, no-store, must-revalidate"
    return response


@app.route("/")
@login_required
def index():
    shares = db.execute("SELECT symbol, price FROM shares WHERE user_id = ?", session["user_id"])
    return render_template("index.html", shares=shares)


@app.route("/buy", methods=["POST"])
@login_required
def buy():
    db.execute(
        "INSERT INTO shares (user_id, symbol, price) VALUES (?, ?, ?)",
        session["user_id"], request.form.get("symbol"), float(request.form.get("price")),
    )
    return redirect("/")


@app.route("/login", methods=["GET", "POST"])
def login():
    session.clear()
    if request.method == "POST":
        rows = db.execute("SELECT * FROM users WHERE username = ?", request.form.get("username"))
        if len(rows) != 1 or not check_password_hash(rows[0]["hash"], request.form.get("password")):
            return apology("invalid username and/or password", 403)
        session["user_id"] = rows[0]["id"]
        return redirect("/")
    return render_template("login.html")


@app.route("/register", methods=["POST"])
def register():
    name, password = request.form.get("username"), request.form.get("password")
    session["user_id"] = db.execute(
        "INSERT INTO users (username, hash) VALUES (?, ?)", name, generate_password_hash(password)
    )
    return redirect("/")
