"""A workbench: it says a lot while it starts, and lets other processes do the work."""

import faulthandler
import multiprocessing
import subprocess
import sys

from flask import Flask
from tqdm import tqdm

import sums

sys.stdout.write("warming up\n")
sys.stdout.flush()
if sys.stdout.isatty():
    print("in a terminal")
faulthandler.enable()
for _ in tqdm(range(3), desc="loading tools"):
    pass

app = Flask(__name__)


@app.route("/")
def index():
    return "What shall I do?"


@app.route("/pool")
def pool():
    with multiprocessing.Pool(2) as workers:
        return str(workers.map(sums.square, range(5)))


@app.route("/spawn")
def spawn():
    with multiprocessing.get_context("spawn").Pool(2) as workers:
        return str(workers.map(sums.square, range(5)))


@app.route("/code")
def code():
    done = subprocess.run([sys.executable, "-c", "print(6 * 7)"], capture_output=True, text=True)
    return done.stdout + done.stderr


@app.route("/module")
def module():
    done = subprocess.run([sys.executable, "-m", "sums", "9"], capture_output=True, text=True)
    return done.stdout + done.stderr


@app.route("/versions/<tool>")
def versions(tool):
    done = subprocess.run([tool, "--version"], capture_output=True, text=True)
    return done.stdout + done.stderr


if __name__ == "__main__":
    multiprocessing.freeze_support()
    app.run()
