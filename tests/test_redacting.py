"""What a report keeps to itself: the user, the home folder, and everything that would let others in."""

from __future__ import annotations

import secrets
import time
from pathlib import Path

import pytest

from launcher.redacting import LEFT_OUT, redact
from launcher.serving.policy import Policy

PLANTED = "hunter2-Planted"
TEXTS = [
    "SECRET_KEY = '{}'",
    'app.config["SECRET_KEY"] = "{}"',
    "app.secret_key = b'{}'",
    "secret_key: str = '{}'",
    "{{'password': '{}', 'port': 5432}}",
    "{{'DB_PASSWORD': \"{}\"}}",
    "('API_KEY', '{}')",
    "dsn: host=db password={} dbname=x",
    "postgresql://ann:{}@db.example/x",
    "postgresql://ann:p@ss{}@db.example/x",
    "redis://:{}@127.0.0.1:6379/0",
    "https://{}@github.com/x.git",
    "proxy http://ann:{}@proxy.example:3128 refused",
    "Authorization: Bearer {}",
    "Authorization: Basic {}",
    "{{'Authorization': 'Token {}'}}",
    "Proxy-Authorization: {}",
    "HTTP_AUTHORIZATION='{}'",
    "Cookie: session={}; theme=dark",
    "Set-Cookie: theme=dark; session={}; Path=/",
    "{{'HTTP_COOKIE': 'app_20000={}'}}",
    "a bearer {} was refused",
    "GET /api?access_token={}&page=2",
    "GET /.launcher/enter?{}&next=/",
    "http://127.0.0.1:20000/.launcher/enter?{}",
    "csrf_token={}",
    "if password == '{}':",
    "if token != '{}':",
    "<password>{}</password>",
    "mysql --password {} x",
    "AWS_SECRET_ACCESS_KEY={}",
    "stripe: sk_live_{}abcdefghijkl",
    "-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----\n{} and then the log was cut",
]


@pytest.mark.parametrize("text", TEXTS)
def test_secret_is_left_out_and_that_is_marked(text: str) -> None:
    told = redact(f"before\n{text.format(PLANTED)}\nafter")
    assert PLANTED not in told
    assert LEFT_OUT in told
    assert told.startswith("before\n")


def test_tickets_and_sessions_of_ours_are_left_out_wherever_they_stand() -> None:
    for _ in range(50):
        policy = Policy.for_port(20000)
        ticket = policy.tickets.issue()
        told = redact(f"{policy.cookie}\n{ticket}\nsee ({policy.secret})\n{policy.entry_url()}\n")
        assert ticket not in told
        assert policy.secret not in told


def test_a_ticket_that_chance_gave_no_digit_is_left_out_as_well() -> None:
    """One in fifteen hundred has none."""
    assert redact("nnR-jA_nfNwxchkOMzoecgvPVTAZEuMmzf-RqeqXEuY") == LEFT_OUT


@pytest.mark.parametrize(
    "value", [secrets.token_hex(32), "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"]
)
def test_value_that_can_only_be_a_key_is_left_out_without_a_name(value: str) -> None:
    assert redact(f"got {value}.") == f"got {LEFT_OUT}."


def test_what_the_environment_calls_a_secret_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", "correct horse")
    monkeypatch.setenv("SHORT_TOKEN", "it")
    assert redact("it was 'correct horse'") == f"it was '{LEFT_OUT}'"


ORDINARY = [
    "KeyError: 'SECRET_KEY'",
    "ModuleNotFoundError: No module named 'token_of_nothing'",
    'Traceback (most recent call last):\n  File "/srv/app.py", line 3, in <module>\n    PRICES["pear"]',
    "The app's process ended by itself, by the signal SIGSEGV.",
    "sqlite3.OperationalError: no such table: passwords",
    "ValueError: 5 is not in list",
    "------------------------------------------------------------",
    "see http://example.org/help?page=2#top",
    "a_function_with_a_very_long_name_as_python_has_",
    "2026-11-23 10:00:00 launcher: the app answers",
]


@pytest.mark.parametrize("text", ORDINARY)
def test_what_a_developer_needs_stays(text: str) -> None:
    assert redact(text) == text


@pytest.fixture
def of_ann(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A home folder of a user called ann-marie."""
    home = tmp_path / "Users" / "ann-marie"
    home.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    monkeypatch.setenv("LOGNAME", "ann-marie")
    for name in ("USER", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    return home


def test_home_folder_and_user_are_left_out(of_ann: Path) -> None:
    told = redact(f'File "{of_ann}/quiz/app.py" of ann-marie, /media/ann-marie/stick; {of_ann}')
    assert told == 'File "~/quiz/app.py" of [user], /media/[user]/stick; ~'


def test_folder_whose_name_begins_like_the_home_s_is_no_part_of_it(of_ann: Path) -> None:
    assert "~" not in redact(f"{of_ann}-2/app.py")


def test_user_whose_name_is_a_word_of_every_text_costs_no_words(
    of_ann: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "root")
    assert redact("the root of app_root") == "the root of app_root"


def test_no_text_takes_long() -> None:
    """CPU time of this process, and a bound that only a text without end would reach."""
    for unit in (
        "token",
        "a.",
        "secret=",
        "://",
        "-----BEGIN PRIVATE KEY-----",
        "x" * 43 + " ",
        "'\"",
        "eyJ.",
    ):
        begin = time.process_time()
        redact(unit * (40_000 // len(unit)))
        assert time.process_time() - begin < 5, unit
