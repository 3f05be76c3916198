"""Names that people give become names that every file system, shell and desktop takes."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest

from launcher import names
from launcher.errors import ConfigError

USABLE = [
    "Quiz",
    "Müller Shop",
    "Bob's Quiz",
    "Q & A",
    "クイズ",
    "Acme Inc.",
    "Quiz 🎉",
    "2048",
    "á",
]
HOSTILE = [
    "",
    "   ",
    "..",
    ".",
    "-",
    "a/b",
    "a\\b",
    "../../etc/passwd",
    'say "hi"',
    "a<b>c|d?e*f:g",
    "`id`",
    "CON",
    "con",
    "nul.txt",
    "LPT1",
    "com¹",
    "AUX .x",
    "tab\there",
    "line\nbreak",
    "nul\0byte",
    "\x1b[31mred",
    "right\u202eleft",
    "\u2066isolated\u2069",
    "zero\u200bwidth",
    "soft\u00adhyphen",
    "no\u00a0break",
    "\ufeffmark",
    "\ue000private",
    "lone\ud800surrogate",
    "x" * 300,
    "-rf",
    "🎉🎉",
]


@pytest.mark.parametrize("name", USABLE)
def test_usable_name_stays_as_it_is(name: str) -> None:
    assert names.check_name(name) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_name_is_refused_with_a_way_forward(name: str) -> None:
    with pytest.raises(ConfigError) as caught:
        names.check_name(name)
    shown = str(caught.value)
    assert "name" in caught.value.todo
    # The message itself must be safe to print, and short.
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", shown)
    assert len(shown) < 400


@pytest.mark.parametrize("name", HOSTILE)
def test_suggestion_for_a_hostile_name_is_usable(name: str) -> None:
    suggestion = names.suggest_name(name)
    assert names.check_name(suggestion) == suggestion


def test_name_is_tidied_not_refused_for_its_spaces() -> None:
    assert names.check_name("  Müller   Shop ") == "Müller Shop"
    assert names.check_name("Mu\u0308ller") == "Müller"


@pytest.mark.parametrize("name", USABLE + HOSTILE)
def test_every_derived_name_is_safe(name: str, tmp_path: Path) -> None:
    file, slug, identifier = names.file_name(name), names.slug(name), names.identifier(name)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert len(slug) <= 60
    assert names.check_identifier(identifier) == identifier
    for text in (file, slug):
        assert not names.is_device_name(text)
        assert text == text.strip(" .-")
        assert len(text.encode()) <= names.LONGEST_FILE_NAME_BYTES + 4
        assert not set(text) & set("/\\:*?\"<>|'`$;&\n\0")
    (tmp_path / f"{file}-1.0.0-linux-x86_64.tar.gz.part").write_text("x")
    assert len(list(tmp_path.iterdir())) == 1


def test_file_name_keeps_the_letters_of_every_language() -> None:
    assert names.file_name("Müller Shop") == "Müller Shop"
    assert names.file_name("クイズ") == "クイズ"
    assert names.file_name("Bob's Quiz") == "Bobs Quiz"
    assert names.file_name("Acme Inc.") == "Acme Inc"


def test_slug_is_readable_where_it_can_be() -> None:
    assert names.slug("Müller Shop") == "muller-shop"
    assert names.slug("Straße & Søn") == "strasse-son"
    assert names.slug("Bob's Quiz") == "bobs-quiz"


def test_names_in_another_script_do_not_become_the_same_app() -> None:
    assert names.slug("クイズ") != names.slug("買い物")
    assert names.identifier("クイズ") != names.identifier("買い物")
    assert names.slug("クイズ") == names.slug("クイズ")


def test_identifier_never_starts_an_element_with_a_digit() -> None:
    assert names.identifier("2048") == "local.launcher.app-2048"
    assert names.identifier("Quiz") == "local.launcher.quiz"


@pytest.mark.parametrize("text", ["org.example.quiz", "com.my-firm.Quiz2"])
def test_usable_identifier_stays_as_it_is(text: str) -> None:
    assert names.check_identifier(text) == text


@pytest.mark.parametrize(
    "text",
    [
        *("", "quiz", "org..quiz", ".org.quiz", "org.quiz.", "org.2048", "org/../quiz", "-a.b"),
        *("org.exämple", "org.example.quiz\n", "a." + "b" * 200, "org.ex_ample.quiz"),
        *("con.example.x", "org.example quiz"),
    ],
)
def test_identifier_that_some_platform_refuses_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="identifier"):
        names.check_identifier(text)


@pytest.mark.parametrize("text", ["1.0", "0.1.0", "2026.1rc1", "1.0+local", "v3"])
def test_usable_version_stays_as_it_is(text: str) -> None:
    assert names.check_version(text) == text


@pytest.mark.parametrize("text", ["", "1/2", "..", "1..2", "1 0", "-1", "1\n", "9" * 50, "1;rm"])
def test_version_that_cannot_be_part_of_a_file_name_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="version"):
        names.check_version(text)
