"""Places and names: what is written differently and means the same is compared as one."""

from __future__ import annotations

import pytest

from launcher.errors import ConfigError
from launcher.hosting import places


@pytest.mark.parametrize(
    ("text", "is_loopback"),
    [
        ("127.0.0.1:8000", True),
        ("[::1]:8000", True),
        ("unix:/run/quiz/s", True),
        ("0.0.0.0:80", False),
        ("[::]:80", False),
        ("192.168.1.5:80", False),
    ],
)
def test_place_is_read_and_written_as_it_was_typed(text: str, is_loopback: bool) -> None:
    found = places.place(text)
    assert found.text == text
    assert found.is_loopback is is_loopback


@pytest.mark.parametrize(
    "text", ["::1:80", "[1.2.3.4]:80", "example.org:80", "127.0.0.1", "unix:", "1.2.3.4:x"]
)
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(ConfigError):
        places.place(text)


@pytest.mark.parametrize(
    ("text", "compared"),
    [
        ("Example.ORG", "example.org"),
        ("example.org:8443", "example.org:8443"),
        ("[0:0::1]", "[::1]"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("localhost", "localhost"),
    ],
)
def test_host_is_compared_in_one_form(text: str, compared: str) -> None:
    assert places.host(text) == compared


@pytest.mark.parametrize(
    "text", ["", "*", "*.example.org", "example.org.", "a b", "example.org:0", "example.org/x", "[x]", "-a"]
)
def test_what_is_no_host_is_refused(text: str) -> None:
    with pytest.raises(ConfigError):
        places.host(text)
