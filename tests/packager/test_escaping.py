"""Values as the languages of configuration write them; what they mean there is tried in tests/recipes."""

from __future__ import annotations

import json
import shlex

import pytest
import yaml

from launcher.errors import UsageError
from launcher.packager import escaping
from launcher.packager.escaping import Escaped, insist

SIGNS = ["'", '"', "\\", "$", "${HOME}", "%", "%n", ";", "{}", "#", "`id`", "$(id)", "ä", "日本", "a b"]
SIGNS.append("\U0001f600")
STEERING = ["a\nb", "a\x00b", "a\x1bb", "a\x85b"]
HIDDEN = ["a\u202eb", "a\u2066b", "a\ufeffb", "a\u2028b"]


def test_what_no_filter_has_seen_is_not_written() -> None:
    assert insist(escaping.nginx("a")) == '"a"'
    for value in ("plain", 1, None, True, escaping.nginx("a") + "b", f"{escaping.bare('a')}"):
        with pytest.raises(TypeError, match="without a filter"):
            insist(value)


@pytest.mark.parametrize("value", SIGNS + HIDDEN + ["a\nb", "\x7f"])
def test_yaml_means_the_text(value: str) -> None:
    assert yaml.safe_load(f"one: {escaping.yaml(value)}\n") == {"one": value}
    assert escaping.yaml(value).isascii() and escaping.yaml(value).isprintable()


@pytest.mark.parametrize("value", SIGNS)
def test_words_of_commands_mean_the_text(value: str) -> None:
    assert shlex.split(escaping.shell(value)) == [value]
    assert json.loads(escaping.docker_exec([value, "x"])) == [value, "x"]


@pytest.mark.parametrize(
    ("filter_name", "value", "written"),
    [
        ("nginx", 'a"b\\c$d', '"a\\"b\\\\c$d"'),
        ("nginx", "a\nb", '"a\\nb"'),
        ("nginx_value", "a$b", '"a${launcher_dollar}b"'),
        ("nginx_regex", "a.b", "a\\\\.b"),
        ("apache", 'a"b\\c$d', '"a\\"b\\\\c$d"'),
        ("apache", "${HOME}", '"${launcher_dollar}{HOME}"'),
        ("systemd", "100 %\nExecStart=/bin/sh\\", "100 %% ExecStart=/bin/sh"),
        ("systemd_path", "a\"b%'c", "\"a\"'\"'\"b%%'c\""),
        ("docker", 'a"$b', '"a\\"\\$b"'),
        ("compose", "a$b", '"a$$b"'),
        ("html", "<b>&'\"", "&lt;b&gt;&amp;&#39;&quot;"),
        ("markdown", "*a* <b>\n[c](d) `e`", "\\*a\\* \\<b\\> \\[c\\](d) \\`e\\`"),
        ("comment", "a\n} evil {\\", "a } evil {"),
        ("comment", "a\u202eb", "a b"),
    ],
)
def test_text_is_written_as_its_language_wants(filter_name: str, value: str, written: str) -> None:
    found = escaping.FILTERS[filter_name](value)
    assert isinstance(found, Escaped) and found == written


@pytest.mark.parametrize(
    "name", ["nginx", "nginx_value", "apache", "systemd_path", "docker", "shell"]
)
@pytest.mark.parametrize("value", ["a\x00b", "a\x1bb", "a\x85b", "a\udc80b"])
def test_what_a_language_has_no_sign_for_is_refused(name: str, value: str) -> None:
    with pytest.raises(UsageError, match=r"cannot be written for .*U\+") as caught:
        escaping.FILTERS[name](value)
    assert caught.value.todo


@pytest.mark.parametrize("name", ["apache", "systemd_path", "docker", "shell"])
def test_a_line_break_is_refused_where_it_would_begin_another_line(name: str) -> None:
    with pytest.raises(UsageError):
        escaping.FILTERS[name]("a\nb")


@pytest.mark.parametrize("value", STEERING + HIDDEN)
@pytest.mark.parametrize("name", ["systemd", "html", "markdown", "comment"])
def test_what_people_read_is_one_visible_line(name: str, value: str) -> None:
    assert escaping.FILTERS[name](value).isprintable()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("bare", one) for one in ("", "a b", "a;b", "../a", "-a", "a\n", 'a"')],
        *[("place", one) for one in ("", "a", "/", "/a b", "/a/../b", "/a;", "/-a", "/a\n", "/a/")],
        *[("number", one) for one in ("1", 1.5, True, None)],
    ],
)
def test_what_is_written_bare_is_nothing_else(name: str, value: object) -> None:
    with pytest.raises(TypeError):
        escaping.FILTERS[name](value)
