"""An app that waits, while it is imported, for a device that nobody plugged in."""

import threading

from flask import Flask

app = Flask(__name__)
plugged_in = threading.Event()
plugged_in.wait()
