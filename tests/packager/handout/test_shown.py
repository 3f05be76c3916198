"""The page in a real browser: what it offers to whom, in which words, and that it asks for nothing else."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from launcher.packager import handout
from launcher.packager.handout import Release
from launcher.packager.handout.words import LANGUAGES, all_words
from tests.attacks.chromium import Chromium, Tab, browsing, is_there
from tests.packager.handout.made import lay, lay_everything, subject
from tests.support.guests import PHONE
from tests.support.phones import dress
from tests.support.waiting import until

pytestmark = pytest.mark.skipif(not is_there(), reason="needs Chromium")

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0"
LINUX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
UBUNTU = "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
FEDORA = "Mozilla/5.0 (X11; Fedora; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPAD = "Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148"
CHROME_OS = "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0"
DESKTOP, POCKET = (1280, 800), (390, 844)


class Host(http.server.SimpleHTTPRequestHandler):
    """A static host, which notes what it is asked for."""

    asked: list[str] = []  # noqa: RUF012

    def do_GET(self) -> None:
        self.asked.append(self.path)
        super().do_GET()

    def log_message(self, format: str, *values: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What builds for all platforms leave, with the page."""
    place = tmp_path_factory.mktemp("dist")
    lay_everything(place)
    assert handout.write(subject(), place, place) is not None
    return place


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[str]:
    """The folder as a static host serves it."""
    with http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Host, directory=str(folder))
    ) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/index.html"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Chromium]:
    """One browser for all visitors."""
    with browsing() as found:
        yield found


class Visitor:
    """Somebody who opens the page on a system of his own."""

    def __init__(
        self,
        browser: Chromium,
        address: str,
        agent: str,
        *,
        languages: str = "en",
        size: tuple[int, int] = DESKTOP,
        told: dict[str, Any] | None = None,
        scripts: bool = True,
    ) -> None:
        self.tab: Tab = browser.open("about:blank#")
        screen = {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": size == POCKET}
        dress(self.tab, screen, dark=False)
        said: dict[str, Any] = {"userAgent": agent, "acceptLanguage": languages}
        more = {"userAgentMetadata": told} if told else {}
        self.tab.command("Emulation.setUserAgentOverride", said | more)
        if not scripts:
            self.tab.command("Emulation.setScriptExecutionDisabled", {"value": True})
        self.tab.command("Page.navigate", {"url": address})
        mark = "document.documentElement.dataset.ready" if scripts else "document.querySelector('.sums')"
        until(lambda: self.tab.run(f"document.readyState === 'complete' && Boolean({mark})"))

    def offered(self) -> list[str]:
        """Return the endings of the files that are offered first, as they stand there."""
        links = "[...document.querySelectorAll('#chosen .get')]"
        names: list[str] = self.tab.run(f"{links}.map(one => one.download)")
        return [name.removeprefix("Quiz Night-1.4.0-") for name in names]

    def sees(self) -> str:
        """Return all that is shown."""
        return str(self.tab.run("document.body.innerText"))

    def overflow(self) -> int:
        """Return by how much the page is wider than its window, with all that opens opened."""
        self.tab.run("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        return int(self.tab.run("(page => page.scrollWidth - page.clientWidth)(document.documentElement)"))


def told(platform: str, architecture: str) -> dict[str, Any]:
    """Return what a browser tells of its system where it is asked."""
    more = {"platformVersion": "15.0", "architecture": architecture, "model": "", "mobile": False}
    return {"platform": platform, **more}


@pytest.mark.parametrize(
    ("agent", "more", "expected"),
    [
        (WINDOWS, None, ["windows-x86_64-setup.exe"]),
        (WINDOWS, told("Windows", "x86"), ["windows-x86_64-setup.exe"]),
        (MAC, None, ["macos-arm64.zip", "macos-x86_64.zip"]),
        (MAC, told("macOS", "arm"), ["macos-arm64.zip"]),
        (MAC, told("macOS", "x86"), ["macos-x86_64.zip"]),
        (UBUNTU, None, ["linux-x86_64.deb"]),
        (FEDORA, None, ["linux-x86_64.AppImage"]),
        (LINUX, None, ["linux-x86_64.deb", "linux-x86_64.AppImage"]),
        (PHONE, None, []),
        (IPAD, None, []),
        (CHROME_OS, None, []),
    ],
)
def test_everybody_is_offered_what_runs_on_his_system(
    browser: Chromium, site: str, agent: str, more: dict[str, Any] | None, expected: Sequence[str]
) -> None:
    visitor = Visitor(browser, site, agent, told=more)
    assert visitor.offered() == expected
    text = visitor.sees()
    assert ("Which Mac do you have?" in text) == (len(expected) == 2 and agent == MAC)
    assert ("Which Linux do you have?" in text) == (len(expected) == 2 and agent == LINUX)
    assert ("is a program for computers" in text) == (agent in (PHONE, IPAD))
    assert ("There is no file for your system here" in text) == (agent == CHROME_OS)
    links = "document.querySelectorAll('.get').length"
    assert visitor.tab.run(links) == 7, "all the others are there too"


def test_a_visitor_of_windows_is_shown_what_it_will_ask_and_where_to_click(
    browser: Chromium, site: str
) -> None:
    text = Visitor(browser, site, WINDOWS).sees()
    for words in ("Click “More info”", "Click “Run anyway”", "Windows protected your PC", "Start menu"):
        assert words in text
    assert "Experimental" in text and "trust whoever sent you this page" in text
    assert "App: Quiz Night-1.4.0-windows-x86_64-setup.exe" in text


def test_windows_asks_about_the_program_in_an_archive_and_not_about_the_archive(
    browser: Chromium, tmp_path: Path
) -> None:
    lay(tmp_path, "windows-x86_64", ".zip")
    done = handout.write(subject(), tmp_path, tmp_path)
    assert done is not None
    text = Visitor(browser, done.page.as_uri(), WINDOWS).sees()
    assert "App: Quiz Night.exe" in text and "Extract All" in text


def test_a_visitor_of_macos_is_shown_the_way_through_its_settings(browser: Chromium, site: str) -> None:
    visitor = Visitor(browser, site, MAC, told=told("macOS", "arm"))
    text = visitor.sees()
    for words in ("Privacy & Security", "Open Anyway", "not “Move to Trash”", "macOS 14 and older"):
        assert words in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_visitor_reads_his_own_language_and_nothing_is_too_wide(
    browser: Chromium, site: str, language: str
) -> None:
    asked = {"pt-BR": "pt-PT,pt", "zh-Hans": "zh-CN,zh", "de": "xx,de-AT,en"}.get(language, language)
    words = all_words()[language]
    for agent, size in ((WINDOWS, POCKET), (MAC, DESKTOP)):
        visitor = Visitor(browser, site, agent, languages=asked, size=size)
        assert visitor.tab.run("document.documentElement.lang") == language
        text = visitor.sees()
        assert words["other_files"] in text and words["next"] in text and words["choose_language"] in text
        assert visitor.tab.run("document.title") == words["title"].replace("{name}", "Quiz Night")
        assert visitor.overflow() == 0
    too_wide = (
        "[...document.querySelectorAll('.drawing text')].filter(one => one.getBoundingClientRect().right > "
        "one.closest('svg').getBoundingClientRect().right).map(one => one.textContent)"
    )
    assert visitor.tab.run(too_wide) == []


def test_the_language_can_be_chosen(browser: Chromium, site: str) -> None:
    visitor = Visitor(browser, site, WINDOWS, languages="sw")
    assert visitor.tab.run("document.documentElement.lang") == "en"
    visitor.tab.run(
        "(chooser => { chooser.value = 'hi'; chooser.dispatchEvent(new Event('change')); })"
        "(document.getElementById('language'))"
    )
    assert all_words()["hi"]["next"] in visitor.sees()
    assert visitor.tab.run("document.documentElement.lang") == "hi"


def test_without_scripts_all_files_are_listed_in_english_with_their_steps(
    browser: Chromium, site: str
) -> None:
    visitor = Visitor(browser, site, WINDOWS, languages="de", scripts=False)
    text = visitor.sees()
    assert text.count("Get Quiz Night for") == 7 and "All files" in text
    assert text.count("What happens next") == 7
    assert "{" not in text and "Which Mac" not in text


def test_the_page_asks_for_nothing_but_itself(browser: Chromium, site: str) -> None:
    Host.asked.clear()
    visitor = Visitor(browser, f"{site}?anew", WINDOWS)  # not as it was kept
    visitor.overflow()
    assert Host.asked == ["/index.html?anew"]
    loaded = visitor.tab.run("performance.getEntriesByType('resource').map(one => one.name.slice(0, 5))")
    assert set(loaded) <= {"data:"}


def test_its_policy_lets_no_other_script_run(browser: Chromium, site: str) -> None:
    visitor = Visitor(browser, site, WINDOWS)
    visitor.tab.run(
        "(made => { made.textContent = 'window.broken = 1'; document.body.append(made); })"
        "(document.createElement('script'))"
    )
    image = "<img src=x onerror='window.broken = 2'>"
    visitor.tab.run(f'document.body.insertAdjacentHTML("beforeend", "{image}")')
    assert visitor.tab.run("fetch('/index.html').then(() => 'came', () => 'refused')") == "refused"
    assert visitor.tab.run("window.broken") is None


def test_it_opens_from_a_folder_too_and_a_press_shows_the_steps(browser: Chromium, folder: Path) -> None:
    visitor = Visitor(browser, (folder / "index.html").as_uri(), LINUX)
    assert len(visitor.offered()) == 2
    assert visitor.tab.run("document.querySelectorAll('#chosen .how[open]').length") == 0
    visitor.tab.run(
        "(link => { link.addEventListener('click', event => event.preventDefault()); link.click(); })"
        "(document.querySelector('#chosen .get'))"
    )
    assert visitor.tab.run("document.querySelectorAll('#chosen .how[open]').length") == 1


def test_a_link_leads_to_the_file_also_where_its_name_is_a_strange_one(
    browser: Chromium, tmp_path: Path
) -> None:
    release = Release("Ä b + c, (d)", "1.0")
    lay(tmp_path, "windows-x86_64", ".zip", release=release)
    done = handout.write(subject(release), tmp_path, tmp_path)
    assert done is not None
    visitor = Visitor(browser, done.page.as_uri(), WINDOWS)
    link = visitor.tab.run("document.querySelector('#chosen .get').href")
    assert Path(unquote(urlsplit(link).path)) == tmp_path / "Ä b + c, (d)-1.0-windows-x86_64.zip"
    assert Path(unquote(urlsplit(link).path)).is_file()
    assert visitor.overflow() == 0
