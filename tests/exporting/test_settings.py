"""What an export may be asked for."""

from __future__ import annotations

import pytest

from launcher.errors import UsageError
from launcher.exporting import settings


def test_targets_come_once_and_in_order() -> None:
    assert settings.check_targets(("docker,nginx", "nginx")) == ("nginx", "docker")


@pytest.mark.parametrize("targets", [(), ("",), ("iis",), ("nginx", "caddy")])
def test_unknown_target_is_told_with_the_known_ones(targets: tuple[str, ...]) -> None:
    with pytest.raises(UsageError) as caught:
        settings.check_targets(targets)
    assert "kubernetes" in caught.value.todo


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (("example.org",), ("example.org",)),
        (("Example.ORG,www.example.org", "example.org"), ("example.org", "www.example.org")),
        (("bücher.example",), ("xn--bcher-kva.example",)),
        (("localhost",), ("localhost",)),
    ],
)
def test_hosts_stand_as_requests_name_them(given: tuple[str, ...], found: tuple[str, ...]) -> None:
    assert settings.check_hosts(given) == found


@pytest.mark.parametrize(
    "host",
    [
        *("", "*", "*.example.org", "https://example.org", "example.org:80", "a_b.org", "-a.org"),
        *("a..b", "example.org/x", "a;b", "a" * 64 + ".org", "x." * 130 + "org", "$host", '"'),
    ],
)
def test_what_is_no_host_is_refused(host: str) -> None:
    with pytest.raises(UsageError):
        settings.check_hosts((host,))


@pytest.mark.parametrize("place", ["", "/", "srv/quiz", "/a b", "/srv/../etc", "/srv/$x", "/srv/a\n", "C:"])
def test_place_is_a_plain_path(place: str) -> None:
    with pytest.raises(UsageError):
        settings.check_place(place)


def test_plain_places_are_taken() -> None:
    assert settings.check_place("/srv/quiz-2.0") == "/srv/quiz-2.0"


def test_upstreams_are_machines_with_ports() -> None:
    given = ("10.0.0.5:8000", "[fd00::5]:8000", "app-2.internal:80")
    assert settings.check_upstreams(given) == given
    for wrong in ("10.0.0.5", "a:b", ":80", "a:0", "a:70000", "a b:80", "fd00::5:80", "a;b:80", "unix:/x"):
        with pytest.raises(UsageError):
            settings.check_upstreams((wrong,))


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Quiz", "quiz"),
        ("My Quiz! 2", "my-quiz-2"),
        ("日本", "app"),
        ("2048", "app-2048"),
        ('a"; } evil {', "a-evil"),
        ("x" * 99, "x" * 30),
    ],
)
def test_slug_is_a_name_for_files_users_and_services(name: str, slug: str) -> None:
    assert settings.slug_of(name) == slug


def test_group_is_one() -> None:
    assert settings.check_group("www-data") == "www-data"
    with pytest.raises(UsageError):
        settings.check_group("a b")


def test_variables_come_from_the_words_or_from_our_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUIZ_DATABASE", "sqlite://")
    given = settings.check_environ(("A=1=2", "B=", "QUIZ_DATABASE"))
    assert given == (("A", "1=2"), ("B", ""), ("QUIZ_DATABASE", "sqlite://"))


@pytest.mark.parametrize("word", ["=1", "", "QUIZ_NOT_SET"])
def test_variable_that_is_none_is_refused(word: str) -> None:
    with pytest.raises(UsageError, match="no such variable"):
        settings.check_environ((word,))
