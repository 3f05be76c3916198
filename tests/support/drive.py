"""Run a program from source, as told by a file: the command line's part, and nothing more."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from launcher import runtime
from launcher.errors import LauncherError


def watch(restart: Callable[[], None]) -> None:
    """Restart the app whenever a file called `restart` appears beside it, and take the file away."""
    place = Path(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["root"]) / "restart"
    while True:
        if place.exists():
            place.unlink()
            restart()
        time.sleep(0.05)


def main() -> None:
    """Run the launch that the file named in the first argument describes. Never returns."""
    told = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    for name in ("manifest", "root"):
        told[name] = Path(told[name])
    told["backend"] = tuple(told["backend"])
    told["arguments"] = tuple(told["arguments"])
    if told.pop("watch", None):
        told["watch"] = watch
    try:
        code = runtime.run(runtime.Launch(**told), lambda line: print(line, flush=True))
    except LauncherError as error:
        print(f"Error: {error}", file=sys.stderr)
        code = error.exit_code
    runtime.leave(code)


if __name__ == "__main__":
    main()
