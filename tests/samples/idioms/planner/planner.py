"""A planner for the weekend: named as its author likes it, asynchronous, and tidy at the end."""

import asyncio
import atexit
import signal
import sys

from flask import Flask, render_template, request

app = Flask("weekend planner")
plans = []


def leave(number, frame):
    sys.exit(0)


signal.signal(signal.SIGTERM, leave)
signal.signal(signal.SIGINT, leave)


@atexit.register
def keep():
    with open("plans.txt", "a") as file:
        file.writelines(plan + "\n" for plan in plans)


@app.route("/")
async def index():
    await asyncio.sleep(0.01)
    return render_template("index.html", plans=plans)


@app.post("/plan")
async def plan():
    plans.append(request.form["plan"])
    return f"{len(plans)} planned"


if __name__ == "__main__":
    app.run()
