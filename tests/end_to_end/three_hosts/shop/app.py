"""A shop that keeps its orders in PostgreSQL and its sessions in signed cookies: it has no state of its own.

An order has a number that its customer made, so that an order which is sent twice is taken once.
"""

from __future__ import annotations

import os

import psycopg
from flask import Flask, Response, session

app = Flask(__name__)
app.secret_key = os.environ.get("SECRET_KEY")
URL = os.environ.get("DATABASE_URL", "")
ORDER = "INSERT INTO orders VALUES (%s, %s) ON CONFLICT (number) DO NOTHING"
HOST = os.environ.get("SHOP_HOST", "")


@app.get("/")
def index() -> str:
    """Show how many orders there are, and how many the visitor's session has seen."""
    with psycopg.connect(URL, connect_timeout=3) as database:
        count = database.execute("SELECT count(*) FROM orders").fetchone()
    return f"{count[0] if count else 0} orders, {session.get('orders', 0)} of them yours"


@app.post("/orders/<uuid:number>")
def order(number: str) -> tuple[str, int]:
    """Take an order; it is acknowledged when it is in the table, and not before."""
    with psycopg.connect(URL, connect_timeout=3) as database:
        database.execute(ORDER, (number, HOST))
    session["orders"] = session.get("orders", 0) + 1
    return str(session["orders"]), 201


@app.after_request
def signed(response: Response) -> Response:
    """Say which host answered."""
    response.headers["X-Host"] = HOST
    return response
