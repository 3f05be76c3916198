"""What pages load from elsewhere is told; links, comments and examples are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from launcher.packager.warnings import addresses
from tests.packager.warnings.looking import reading_of, titles

CDN = "Pages load from cdn.example.org"
LOCAL = "http://localhost:5000 is written out"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.html", '<script src="https://cdn.example.org/x.js"></script>'),
        ("a.html", "<script async\n  src='//cdn.example.org/x.js'></script>"),
        ("a.jinja2", '<link rel="stylesheet" href="https://cdn.example.org/x.css">'),
        ("a.html", '<link href="https://cdn.example.org/x.woff2" rel="preload" as="font">'),
        ("a.html", '<img src="http://cdn.example.org/logo.png">'),
        ("a.html", "<style>@import url('https://cdn.example.org/x.css');</style>"),
        ("a.html", '<script type="module">import x from "https://cdn.example.org/x.js"</script>'),
        ("s.css", '@import "https://cdn.example.org/x.css";'),
        ("s.css", "@font-face { src: url(//cdn.example.org/x.woff2) }"),
        ("s.js", 'import { x } from "https://cdn.example.org/x.js";'),
        ("s.js", "const x = await import('https://cdn.example.org/x.js')"),
        ("s.mjs", 'importScripts("https://cdn.example.org/x.js")'),
    ],
)
def test_what_the_browser_fetches_is_told(name: str, text: str, tmp_path: Path) -> None:
    assert titles(addresses.look, tmp_path, {name: text}) == [CDN]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.html", '<a href="https://cdn.example.org/">their site</a>'),
        ("a.html", '<link rel="canonical" href="https://cdn.example.org/">'),
        ("a.html", '<link rel="dns-prefetch" href="//cdn.example.org">'),
        ("a.html", '<!-- <script src="https://cdn.example.org/x.js"></script> -->'),
        ("a.html", '{# <script src="https://cdn.example.org/x.js"></script> #}'),
        ("a.html", "<script src=\"{{ url_for('static', filename='x.js') }}\"></script>"),
        ("a.html", '<svg xmlns="http://www.w3.org/2000/svg"></svg>'),
        ("s.css", "/* @import 'https://cdn.example.org/x.css' */"),
        ("s.js", "// import x from 'https://cdn.example.org/x.js'"),
        ("s.js", "/* see https://cdn.example.org */ const a = 1"),
        ("s.js", "const page = 'https://cdn.example.org/about'"),
        ("tests/a.html", '<script src="https://cdn.example.org/x.js"></script>'),
        ("a.txt", '<script src="https://cdn.example.org/x.js"></script>'),
    ],
)
def test_what_it_does_not_fetch_is_not(name: str, text: str, tmp_path: Path) -> None:
    assert titles(addresses.look, tmp_path, {name: text}) == []


def test_one_host_is_one_warning_with_its_first_places_and_their_lines(tmp_path: Path) -> None:
    line = '\n<!-- a\nb -->\n<script src="https://cdn.example.org/x.js"></script>'
    (found,) = addresses.look(reading_of(tmp_path, {f"templates/{n}.html": line for n in "abcde"}))
    assert found.detail.startswith("templates/a.html, line 4; templates/b.html, line 4; templates/c.html")
    assert "and 2 more" in found.detail


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.html", "<script>fetch('http://localhost:5000/api')</script>"),
        ("a.html", '<form action="http://localhost:5000/save">'),
        ("s.js", "const api = 'http://localhost:5000'"),
        ("a.py", "import webbrowser\nwebbrowser.open('http://localhost:5000/')"),
        ("a.py", "import requests\nBASE = 'http://localhost:5000'\n"),
        ("a.py", "import requests\nrequests.get(f'http://localhost:5000/{1}')\n"),
    ],
)
def test_the_app_s_own_address_written_out_is_told(name: str, text: str, tmp_path: Path) -> None:
    assert titles(addresses.look, tmp_path, {name: text}) == [LOCAL]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.py", "print('open http://localhost:5000')"),
        ("a.py", "import logging\nlogging.getLogger().info('at http://localhost:5000')"),
        ("a.py", '"""Serves http://localhost:5000."""\n# http://localhost:5000\n'),
        ("a.py", "from flask_cors import CORS\nCORS(1, origins=['http://localhost:5000'])"),
        ("a.py", "ALLOWED_ORIGINS = ['http://localhost:5000']"),
        ("a.py", "port = 1\nurl = f'http://localhost:{port}/'"),
        ("s.js", "// http://localhost:5000"),
        ("a.html", "<!-- http://localhost:5000 -->"),
    ],
)
def test_what_is_only_said_of_it_is_not(name: str, text: str, tmp_path: Path) -> None:
    assert titles(addresses.look, tmp_path, {name: text}) == []
