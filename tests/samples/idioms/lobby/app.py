import eventlet

eventlet.monkey_patch()

import time

from flask import Flask, render_template
from flask_socketio import SocketIO

app = Flask(__name__)
socketio = SocketIO(app, async_mode="eventlet", cors_allowed_origins="*")


def announce():
    while True:
        socketio.emit("time", time.time())
        eventlet.sleep(0.1)


@app.route("/")
def index():
    return render_template("index.html")


eventlet.spawn(announce)

if __name__ == "__main__":
    socketio.run(app, host="0.0.0.0", port=5000)
