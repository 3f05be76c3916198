"""Customers of the shop: they look and order by turns, and note what came of every single request.

    python load.py ADDRESS PORT HOST NOTES CUSTOMERS

Runs until its standard input ends. An order that was not acknowledged is sent again with the same number, as
a careful client does; each of these sendings is a request of its own in the notes. A request that has no
whole answer within the customer's patience is lost, and so is one that is answered with an error of the
server's.
"""

from __future__ import annotations

import http.client
import json
import random
import sys
import threading
import time
import uuid
from pathlib import Path
from typing import TextIO

PATIENCE = 90.0  # seconds; longer than any proxy's
STUBBORN = 120.0  # seconds for which one order is sent again and again
PACE = 0.05  # seconds between two requests of one customer


class Customer(threading.Thread):
    """One customer with one connection, which is kept while it lasts, and one session."""

    def __init__(self, place: tuple[str, int], host: str, notes: TextIO, over: threading.Event) -> None:
        super().__init__()
        self._place, self._host, self._notes, self._over = place, host, notes, over
        self._connection: http.client.HTTPConnection | None = None
        self._cookie = ""
        self._orders = 0

    def run(self) -> None:
        """Look and order until it is over; do not leave an order open."""
        while not self._over.wait(random.uniform(0.5, 1.5) * PACE):
            self._send("GET", "/", "")
            number = str(uuid.uuid4())
            give_up = time.monotonic() + STUBBORN
            while not self._send("POST", f"/orders/{number}", number) and time.monotonic() < give_up:
                time.sleep(PACE)

    def _send(self, method: str, path: str, number: str) -> bool:
        begin, status, host, why, text = time.time(), 0, "", "", ""
        try:
            connection = self._connection or self._connect()
            headers = {"Host": self._host, **({"Cookie": self._cookie} if self._cookie else {})}
            connection.request(method, path, headers=headers)
            with connection.getresponse() as response:
                status, host = response.status, response.headers.get("X-Host", "")
                text = response.read().decode("utf-8", "replace")
                cookie = response.headers.get("Set-Cookie", "")
                self._cookie = cookie.partition(";")[0] or self._cookie
        except (OSError, http.client.HTTPException) as error:
            status, why = 0, type(error).__name__
            self._connection = None
        took = time.time() - begin
        is_good = 200 <= status < 300
        if method == "POST" and is_good:
            self._orders += 1
            why = "" if text == str(self._orders) else f"session says {text}, not {self._orders}"
        line = [begin, took, method, status, host, number, why]
        self._notes.write(json.dumps(line) + "\n")
        return is_good

    def _connect(self) -> http.client.HTTPConnection:
        self._connection = http.client.HTTPConnection(*self._place, timeout=PATIENCE)
        return self._connection


def main() -> None:
    """Send customers until standard input ends."""
    address, port, host, notes, customers = sys.argv[1:]
    over = threading.Event()
    with Path(notes).open("w", encoding="utf-8", buffering=1) as file:
        all_of_them = [Customer((address, int(port)), host, file, over) for _ in range(int(customers))]
        for one in all_of_them:
            one.start()
        sys.stdin.read()
        over.set()
        for one in all_of_them:
            one.join()


if __name__ == "__main__":
    main()
