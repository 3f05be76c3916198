from gevent import monkey

monkey.patch_all()

import threading
import time

from flask import Flask
from gevent.pywsgi import WSGIServer

app = Flask(__name__)
ticks = []


def tick():
    while True:
        ticks.append(time.time())
        time.sleep(0.05)


threading.Thread(target=tick, daemon=True).start()


@app.route("/")
def index():
    time.sleep(0.2)
    return "green and ticking" if ticks else "green"


if __name__ == "__main__":
    WSGIServer(("0.0.0.0", 5000), app).serve_forever()
