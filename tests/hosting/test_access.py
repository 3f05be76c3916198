"""Lines of the access log."""

from __future__ import annotations

import re

import pytest

from launcher.hosting import access

COMBINED = re.compile(rb'^\S+ - - \[[^]]+\] "[^"]*" \d{3} (\d+|-) "[^"]*" "[^"]*" \d+\.\d{3}\n$')


EVIL = ('" 200 1 "', "\r\n1.1.1.1 - -", "\x1b]0;title\x07", "\u202e", "\udcff", "a\\", "\x85", "x" * 9000)


@pytest.mark.parametrize("evil", EVIL)
def test_visitor_writes_no_line_of_his_own(evil: str) -> None:
    environ = {
        "REMOTE_ADDR": evil,
        "REQUEST_METHOD": evil,
        "RAW_URI": evil,
        "SERVER_PROTOCOL": evil,
        "HTTP_REFERER": evil,
        "HTTP_USER_AGENT": evil,
    }
    line = access.line_of(environ, 200, 5, 0.0123)
    assert line.count(b"\n") == 1 and line.isascii()
    assert line.count(b'"') == 6
    assert len(line) < 1 << 14


def test_line_is_the_combined_format_and_the_seconds() -> None:
    environ = {
        "REMOTE_ADDR": "203.0.113.7",
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/quiz",
        "QUERY_STRING": "page=2",
        "SERVER_PROTOCOL": "HTTP/1.1",
    }
    line = access.line_of(environ, 404, None, 0.0123)
    assert COMBINED.match(line)
    assert b'"GET /quiz?page=2 HTTP/1.1" 404 - "-" "-" 0.012' in line
