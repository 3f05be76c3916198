"""A ledger whose tables are made, and changed, by migrations when it starts."""

from flask import Flask, redirect, render_template, request
from flask_migrate import Migrate, upgrade

from ledger.models import Payment, db


def create_app():
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///ledger.db"
    app.config["SECRET_KEY"] = "dev"
    db.init_app(app)
    Migrate(app, db)
    with app.app_context():
        upgrade()

    @app.route("/", methods=["GET", "POST"])
    def index():
        if request.method == "POST":
            db.session.add(Payment(**request.form))
            db.session.commit()
            return redirect("/")
        return render_template("index.html", payments=Payment.query.all())

    return app
