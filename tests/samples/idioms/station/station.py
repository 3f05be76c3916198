"""A weather station: readings as they come, a job each second, and threads that nobody ends."""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask, Response, render_template

app = Flask(__name__)
pool = ThreadPoolExecutor(2)
count = 0


def note(line):
    with open("readings.txt", "a") as file:
        file.write(line + "\n")


def measure():
    global count
    count += 1
    note(f"reading {count}")


def keep_watch():
    while True:
        time.sleep(0.2)


note("switched on")
scheduler = BackgroundScheduler()
scheduler.add_job(measure, "interval", seconds=1)
scheduler.start()
threading.Thread(target=keep_watch).start()


@app.route("/")
def index():
    return render_template("index.html", processors=os.cpu_count())


@app.route("/events")
def events():
    def readings():
        number = 0
        while True:
            number += 1
            yield f"data: {number}\n\n"
            time.sleep(0.2)

    return Response(readings(), mimetype="text/event-stream")


@app.route("/table.csv")
def table():
    def rows():
        yield "hour,degrees\n"
        for hour in range(24):
            yield f"{hour},{15 + hour % 12}\n"

    return Response(rows(), mimetype="text/csv")


@app.route("/analyse", methods=["POST"])
def analyse():
    pool.submit(time.sleep, 600)
    return "This will take a while"


if __name__ == "__main__":
    app.run(debug=True, use_reloader=True, threaded=True)
