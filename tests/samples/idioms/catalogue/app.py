"""A library's catalogue: its database is on a server, and its driver stands nowhere but in an address."""

import os

from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

DATABASE_URL = os.environ.get("DATABASE_URL", "mysql+pymysql://reader:books@127.0.0.1:9/library")

app = Flask(__name__)


@app.route("/")
def index():
    return "<title>Catalogue</title><h1>Ask for a shelf: /shelf/3</h1>"


@app.route("/shelf/<int:number>")
def shelf(number):
    engine = create_engine(DATABASE_URL)
    driver = engine.dialect.dbapi.__name__
    try:
        with engine.connect() as connection:
            rows = connection.execute(text("SELECT title FROM book WHERE shelf = :shelf"), {"shelf": number})
            return ", ".join(title for (title,) in rows)
    except OperationalError as error:
        return f"{driver}: {error.orig.args[1]}"
