from gevent import monkey

monkey.patch_all()

import time

import gevent
from flask import Flask
from gevent.pywsgi import WSGIServer

app = Flask(__name__)


def look_up(number):
    time.sleep(0.01)
    return number


@app.route("/")
def index():
    jobs = [gevent.spawn(look_up, number) for number in range(5)]
    gevent.joinall(jobs)
    return f"{len([job for job in jobs if job.value is not None])} of 5"


if __name__ == "__main__":
    WSGIServer(("0.0.0.0", 5000), app).serve_forever()
