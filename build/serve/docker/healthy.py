"""Ask an app that is served here whether it is well: python healthy.py serve.json ends with 0 or 1."""

from __future__ import annotations

import http.client
import json
import os
import socket
import sys

SECONDS = 4.0


class Connection(http.client.HTTPConnection):
    """A connection to wherever the order says that the server listens."""

    def __init__(self, order: str) -> None:
        super().__init__("localhost", timeout=SECONDS)
        with open(order, encoding="utf-8") as file:
            values = json.load(file)
        self.health, self._bind = values["health"], values["bind"]
        self._folder = os.path.dirname(os.path.abspath(order))

    def connect(self) -> None:
        """Connect to the unix socket, or to this machine where the server listens at every address."""
        if self._bind.startswith("unix:"):
            self.sock = socket.socket(socket.AF_UNIX)
            self.sock.settimeout(SECONDS)
            self.sock.connect(os.path.join(self._folder, self._bind[len("unix:") :]))
            return
        address, _, port = self._bind.rpartition(":")
        address = {"0.0.0.0": "127.0.0.1", "[::]": "::1"}.get(address, address.strip("[]"))
        self.sock = socket.create_connection((address, int(port)), SECONDS)


def main() -> int:
    """Return 0 where the app answers that it is well."""
    try:
        connection = Connection(sys.argv[1])
        connection.request("GET", connection.health)
        return 0 if connection.getresponse().status == 200 else 1
    except (OSError, http.client.HTTPException) as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
