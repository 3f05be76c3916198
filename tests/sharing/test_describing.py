"""Devices are called what their owners call them."""

from __future__ import annotations

import pytest

from launcher.sharing.describing import describe
from tests.support.guests import PHONE

AGENTS = {
    PHONE: "Chrome on Android",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.1 Mobile/15E148 Safari/604.1": "Safari on iPhone",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "CriOS/131.0 Mobile/15E148 Safari/604.1": "Chrome on iPhone",
    "Mozilla/5.0 (Linux; Android 14; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/26.0 "
    "Chrome/122.0.0.0 Mobile Safari/537.36": "Samsung Internet on Android",
    "Mozilla/5.0 (Android 14; Mobile; rv:132.0) Gecko/132.0 Firefox/132.0": "Firefox on Android",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 "
    "Safari/537.36 Edg/131.0.0.0": "Edge on Windows",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 "
    "Safari/605.1.15": "Safari on Mac",
    "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0": "Firefox on Linux",
    "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36": (
        "Chrome on a Chromebook"
    ),
    "curl/8.5.0": "curl",
    "": "A browser",
    "<script>alert(1)</script>": "A browser",
}


@pytest.mark.parametrize("agent", AGENTS, ids=list(AGENTS.values()))
def test_device_has_a_name_for_people(agent: str) -> None:
    assert describe(agent) == AGENTS[agent]


def test_name_is_of_our_words_whatever_the_device_says() -> None:
    assert describe(None) == "A browser"
    assert describe("Version/" + "1." * 100_000 + " Safari" * 1000) == "A browser"
