"""The program in its own window: what the page says of itself, and a picture of what is to be seen.

The picture is the web view's own, drawn by the program: nothing else that is on the screen can get into it.
"""

from __future__ import annotations

import json
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from PIL import Image

from launcher import host
from launcher.errors import VerificationFailed
from launcher.packager.verification.outcome import Seen
from launcher.packager.verification.seclusion import Surroundings
from launcher.packager.verification.stranger import stranger_with, with_screen

DEADLINE = 90.0


def no_window(kind: str) -> str:
    """Say why no window can be opened here to prove one; empty where one can."""
    if kind == "browser":
        return "it has none of its own: a browser of the friend's shows the app"
    return "" if host.has_display() else "there is no display here to open it on"


def verify_window(bundle: Path, name: str, picture: Path, surroundings: Surroundings | None = None) -> Seen:
    """Open the program in its window, keep its picture as the file `picture`, and return what was seen.

    Raises VerificationFailed where the window shows nothing, though its page has something to show.
    """
    with stranger_with(bundle, name, surroundings or Surroundings(), window=True) as stranger:
        proof = stranger.home / "proof.json"
        shown = with_screen(stranger)
        process = subprocess.Popen(
            stranger.command(shown=shown),
            cwd=Path(stranger.program.anchor),
            env={**stranger.environ, "LAUNCHER_WINDOW_PROOF": str(proof)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            told = _told(process, proof, stranger.data / "logs" / "app.log")
        finally:
            _end(process)
        drawn = proof.with_suffix(".png")
        seen = Seen(told["page"], without_picture=told["without_picture"])
        if drawn.is_file():
            picture.write_bytes(drawn.read_bytes())
            seen.picture, seen.colours = picture, colours_of(picture)
    _check(seen, bool(told["is_filled"]))
    return seen


def colours_of(picture: Path) -> int:
    """Count the colours of a picture, as far as two hundred and fifty-six."""
    with Image.open(picture) as image:
        found = image.convert("RGB").getcolors(256)
    return len(found) if found is not None else 256


def _told(process: subprocess.Popen[bytes], proof: Path, log: Path) -> dict[str, Any]:
    end = time.monotonic() + DEADLINE
    while not proof.is_file() and process.poll() is None and time.monotonic() < end:
        time.sleep(0.05)
    if not proof.is_file():
        code = process.poll()
        how = "" if code is None else f"; it ended with exit code {code}"
        said = ""
        with suppress(OSError):
            said = log.read_text(encoding="utf-8", errors="replace")[-2000:]
        raise VerificationFailed(
            f"The packaged program's window did not show the app{how}.", said or "Its log is empty."
        )
    seen: dict[str, Any] = json.loads(proof.read_text(encoding="utf-8"))
    special = ("is_filled", "without_picture")
    return {
        "page": {key: value for key, value in seen.items() if key not in special},
        "is_filled": seen.get("is_filled", False),
        "without_picture": seen.get("without_picture", ""),
    }


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        process.send_signal(signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=20)
    process.kill()
    process.wait()


def _check(seen: Seen, is_filled: bool) -> None:
    if seen.picture is not None and seen.colours == 1 and is_filled:
        raise VerificationFailed(
            "The packaged program's window is of one colour, although its page has something to show.",
            "The web view draws nothing here: try another with webview in [tool.launcher].",
        )
