"""What lies beside the programs: that it is whole, everybody's own, and the same each time."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from launcher import paths
from launcher.packager import handout
from launcher.packager.handout import HandedOut, Release, Subject, plain
from launcher.packager.handout.words import LANGUAGES, all_words, fill, size_for
from tests.packager.handout.made import EVERYTHING, QUIZ, lay, lay_everything, subject


def write(folder: Path, about: Subject | None = None) -> HandedOut:
    work = folder / ".work"
    work.mkdir(exist_ok=True)
    done = handout.write(about or subject(), folder, work)
    assert done is not None and list(work.iterdir()) == []
    return done


def test_the_page_names_every_file_and_the_sums_are_right(tmp_path: Path) -> None:
    lay_everything(tmp_path)
    done = write(tmp_path)
    assert (done.page.name, done.sums.name, done.signature) == ("index.html", "SHA256SUMS", None)
    assert done.notices == ()
    page = done.page.read_text(encoding="utf-8")
    for tag, endings in EVERYTHING.items():
        for ending in endings:
            assert f'href="./Quiz%20Night-1.4.0-{tag}{ending}"' in page
    assert all(one.sha256 in page for one in done.files)
    checked = subprocess.run(["sha256sum", "-c", "--strict", "SHA256SUMS"], cwd=tmp_path, capture_output=True)
    assert checked.returncode == 0, checked.stderr
    assert checked.stdout.count(b": OK") == 7


def test_the_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        lay_everything(tmp_path / name)
    pages = [write(tmp_path / name).page.read_bytes() for name in ("one", "two")]
    assert pages[0] == pages[1]


def test_without_anything_to_send_there_is_no_page(tmp_path: Path) -> None:
    lay(tmp_path, "linux-x86_64")
    assert handout.write(subject(), tmp_path, tmp_path) is None
    assert not (tmp_path / "index.html").exists()


@pytest.mark.parametrize("name", ["index.html", "SHA256SUMS"])
def test_a_file_of_somebody_else_is_left_as_it_is(tmp_path: Path, name: str) -> None:
    lay_everything(tmp_path)
    (tmp_path / name).write_text("mine")
    done = write(tmp_path)
    assert (tmp_path / name).read_text() == "mine"
    assert (done.page.name, done.sums.name) == ("Quiz Night.html", "Quiz Night.SHA256SUMS")
    assert "The page for friends is Quiz Night.html" in [one.title for one in done.notices]
    assert "Quiz%20Night.SHA256SUMS" in done.page.read_text(encoding="utf-8")


def test_two_programs_in_one_folder_have_a_page_each_and_a_newer_version_takes_its_own(
    tmp_path: Path,
) -> None:
    shop = Release("Shop", "1.0")
    lay(tmp_path, "linux-x86_64", ".deb")
    lay(tmp_path, "linux-x86_64", ".deb", release=shop)
    assert write(tmp_path).page.name == "index.html"
    assert write(tmp_path, subject(shop)).page.name == "Shop.html"
    newer = Release("Quiz Night", "1.5.0")
    lay(tmp_path, "linux-x86_64", ".deb", release=newer)
    assert write(tmp_path, subject(newer)).page.name == "index.html"
    assert "Quiz Night-1.5.0" in (tmp_path / "SHA256SUMS").read_text()


def test_a_page_that_is_a_link_is_not_written_through(tmp_path: Path) -> None:
    lay(tmp_path, "linux-x86_64", ".deb")
    write(tmp_path)
    elsewhere = tmp_path / "elsewhere.html"
    (tmp_path / "index.html").rename(elsewhere)
    (tmp_path / "index.html").symlink_to(elsewhere)
    before = elsewhere.read_bytes()
    assert write(tmp_path).page.name == "Quiz Night.html" and elsewhere.read_bytes() == before


def test_what_stands_in_the_page_is_escaped(tmp_path: Path) -> None:
    hostile = Release("Quiz '</script><script>&{name}", "1.0")
    folder = tmp_path / "dist"
    report = lay(folder, "linux-x86_64", ".deb", release=Release("Quiz", "1.0"), floor='<b onload="x">')
    value = json.loads(report.read_text()) | {"name": hostile.name}
    report.write_text(json.dumps(value))
    config = handout.Subject(
        release=hostile,
        publisher='"><img src=x onerror=alert(1)>',
        summary="</title><script>alert(1)</script>",
        homepage="https://example.org/\"><script>alert('1')</script>",
        picture=b"",
    )
    page = write(folder, config).page.read_text(encoding="utf-8")
    assert page.count("<script") == 2 and page.count("</script>") == 2
    for wrong in ("<img src=x", "<b onload", "alert(1)</script>", '"><script'):
        assert wrong not in page
    assert page.count("<title") == 1


def test_a_homepage_that_is_no_address_of_the_web_is_no_link() -> None:
    from launcher.packager.handout.subject import of_config
    from launcher.project.config import Config

    made = of_config(QUIZ, Config(project_homepage="javascript:alert(1)"), None, "")
    assert made.homepage == ""


def test_changed_files_are_told(tmp_path: Path) -> None:
    lay(tmp_path, "linux-x86_64", ".deb")
    (tmp_path / "Quiz Night-1.4.0-linux-x86_64.deb").write_bytes(b"signed since")
    assert "is not as its build left it" in write(tmp_path).notices[0].title


def test_every_language_says_the_same_things() -> None:
    words = all_words()
    assert tuple(words) == LANGUAGES == ("en", "es", "de", "fr", "pt-BR", "hi", "zh-Hans")
    values = {name: f"<{name}>" for name in ("name", "version", "publisher", "file", "system", "floor")}
    for tag, own in words.items():
        assert set(own) == set(words["en"]), tag
        for key, text in own.items():
            filled = fill(text, values, own)
            assert "{" not in filled and text.strip() == text and text, (tag, key)
            for name in values:
                assert (f"<{name}>" in filled) == (f"<{name}>" in fill(words["en"][key], values, words["en"]))


def test_words_of_drawings_are_made_smaller_where_they_would_not_fit() -> None:
    assert size_for("Keep", 14, 100) == 14
    assert size_for("Informations complémentaires", 14, 100) < 14
    assert size_for("更多信息更多信息", 14, 100) < 14 <= size_for("更多信息", 14, 100)


def test_names_become_such_that_hosts_keep_them(tmp_path: Path) -> None:
    release = Release("Müller & Söhne", "1.0+b")
    name = "Müller Söhne"
    report = lay(tmp_path, "linux-x86_64", ".deb", release=Release(name, "1.0+b"))
    value = json.loads(report.read_text()) | {"name": release.name}
    report.write_text(json.dumps(value, ensure_ascii=False))
    (tmp_path / f"{name}-1.0+b-linux-x86_64.window.png").write_bytes(b"")
    plain.rename(tmp_path, release)
    begin = "muller-sohne-1.0.b-linux-x86_64"
    found = {path.name for path in tmp_path.iterdir()}
    if not all(one.isascii() for one in found):
        pytest.fail(str(found))
    assert {one[one.index("-1.0.b") :] for one in found} == {
        begin[begin.index("-1.0.b") :] + ending
        for ending in (".deb", ".report.json", ".report.txt", ".window.png")
    }
    done = write(tmp_path, subject(release))
    assert [one.changed for one in done.files] == [False]
    assert (done.page.name, done.notices) == ("index.html", ())
    assert write(tmp_path, subject(release)).page.name == "index.html"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_letters_stand_out_from_what_is_behind_them(scheme: str) -> None:
    """As the guidelines for accessible pages ask it of text: 4.5 to 1."""
    style = (paths.bundled("build") / "handout" / "page.css").read_text(encoding="utf-8")
    parts = style.split("@media (prefers-color-scheme: dark)", 1)
    colours = dict(re.findall(r"--([a-z-]+): #([0-9a-f]{3,6})", parts[0]))
    if scheme == "dark":
        colours |= dict(re.findall(r"--([a-z-]+): #([0-9a-f]{3,6})", parts[1]))
    for letters, behind in (
        *(("ink", "page"), ("ink", "card"), ("soft", "page"), ("soft", "card"), ("ink", "sunk")),
        *(("accent", "card"), ("accent", "page"), ("on-accent", "accent"), ("on-accent", "accent-strong")),
        ("note-ink", "note"),
    ):
        assert contrast(colours[letters], colours[behind]) >= 4.5, (letters, behind)


def contrast(one: str, other: str) -> float:
    """Return the ratio of two colours, as WCAG 2 defines it."""
    lights = []
    for colour in (one, other):
        whole = colour if len(colour) == 6 else "".join(digit * 2 for digit in colour)
        parts = [int(whole[at : at + 2], 16) / 255 for at in (0, 2, 4)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        lights.append(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])
    return (max(lights) + 0.05) / (min(lights) + 0.05)
