from functools import wraps

from flask import redirect, render_template, session


def apology(message, code=400):
    return render_template("apology.html", message=message), code


def login_required(f):
    @wraps(f)
    def decorated_function(*args, **kwargs):
        if session.get("user_id") is None:
            return redirect("/login")
        return f(*args, **kwargs)

    return decorated_function


def usd(value):
    return f"${value:,.2f}"
