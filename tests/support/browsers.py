"""What a browser was asked to show: an address, or a file that leads it to one."""

from __future__ import annotations

import html
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit


def led_to(address: str) -> str:
    """Return where a file of the launcher's leads a browser, else the address itself."""
    place = Path(unquote(urlsplit(address).path))
    if not address.startswith("file:") or not place.exists():
        return address
    led = re.search(r'http-equiv="refresh" content="0;url=([^"]+)"', place.read_text(encoding="utf-8"))
    return html.unescape(led[1]) if led else address
