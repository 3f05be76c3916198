"""What the user of the real Qt window finds in it, as in a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import pytest

from tests.support.programs import Start
from tests.support.waiting import until

pytest.importorskip("Xlib", reason="looks at windows as X shows them", exc_type=ImportError)
pytest.importorskip("PySide6.QtWebEngineCore", reason="opens Qt's window", exc_type=ImportError)

from tests.support.screens import Screen, differ
from tests.support.windows import NAME, Window, window_of

pytestmark = pytest.mark.window

# Before its first picture a page is given no keys and no clicks.
PAINTED = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
IDENTIFIER = Start(Path()).identifier
CODE = """
PAGES["long"] = "<p>needle</p><div style='height:3000px'></div><p>needle and Needle</p>"
PAGES["field"] = "<input id=field value='some words' style='width:300px;height:40px'>"
PAGES["wide"] = "<div id=full style='background:red;width:200px;height:100px'>wide</div>"

@app.route("/count", methods=["GET", "POST"])
def count():
    with open(os.path.join(FOLDER, "times"), "a") as file:
        file.write(request.method + " ")
    return page("count")
"""


class Kept:
    """One window for all of these, and another one where it no longer answers."""

    def __init__(self, open_one: Callable[[], AbstractContextManager[Window]]) -> None:
        self._open_one = open_one
        self._stack = ExitStack()
        self._window: Window | None = None

    def open(self) -> Window:
        if self._window is None:
            self._window = self._stack.enter_context(self._open_one())
        return self._window

    def close(self) -> None:
        self._window = None
        self._stack.close()

    def close_if_silent(self) -> None:
        try:
            self.open().run(PAINTED)
        except AssertionError:
            self.close()


@pytest.fixture(scope="module")
def kept(screen: Screen, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    made = Kept(lambda: window_of(screen, tmp_path_factory.mktemp("comforts"), CODE))
    yield made
    made.close()


@pytest.fixture
def shared(kept: Kept) -> Iterator[Window]:
    yield kept.open()
    kept.close_if_silent()


@pytest.fixture
def window(shared: Window) -> Iterator[Window]:
    """A window at the app's first page, with the keyboard in the page."""
    shared.run(PAINTED)
    shared.screen.focus(NAME)
    shared.screen.click(700, 700)
    yield shared
    assert shared.screen.titles() == [NAME]


@pytest.fixture
def back_home(window: Window) -> Iterator[Window]:
    """A window for a test that ends at another page, whose path it leaves in `at`."""
    window.at = "/"
    yield window
    if window.at != "/":
        window.do("location = '/'", window.at)


def go(window: Window, path: str) -> None:
    """Go to a page, and give it the keyboard."""
    window.do(f"location = '{path}'", window.at)
    window.at = path
    window.run(PAINTED, path)
    window.screen.click(700, 700)


def times(window: Window) -> list[str]:
    """List by which methods the page was asked for."""
    noted = window.folder / "steering" / "times"
    return noted.read_text().split() if noted.exists() else []


def asked_for(window: Window, method: str, count: int) -> Callable[[], bool]:
    """Return a question: whether the page was asked for so many times."""
    return lambda: times(window).count(method) == count


def holds(window: Window, value: str) -> Callable[[], bool]:
    """Return a question: whether the field has a value."""
    return lambda: bool(window.run("field.value", "/field") == value)


def leads_to(window: Window, is_low: bool, keys: tuple[str, ...]) -> Callable[[], bool]:
    """Return a question that presses keys: whether the page is at its one end or the other."""

    def ask() -> bool:
        if (window.run("scrollY", "/long") > 500) is is_low:
            return True
        window.key(*keys)
        window.run(PAINTED, "/long")
        return False

    return ask


def test_zoom_by_keys_and_wheel(window: Window) -> None:
    ratio = window.run("devicePixelRatio")
    window.key("Control_L", "equal")
    until(lambda: window.run("devicePixelRatio") > ratio * 1.05)
    window.key("Control_L", "0")
    until(lambda: window.run("devicePixelRatio") == ratio)
    window.key("Control_L", "minus")
    until(lambda: window.run("devicePixelRatio") < ratio * 0.95)
    window.key("Control_L", "0")
    until(lambda: window.run("devicePixelRatio") == ratio)
    with window.screen.held("Control_L"):
        window.screen.click(700, 600, 4)
        until(lambda: window.run("devicePixelRatio") > ratio * 1.05)
        window.screen.click(700, 600, 5)
        until(lambda: window.run("devicePixelRatio") == ratio)


def test_page_that_takes_a_key_has_it_for_itself(window: Window) -> None:
    ratio = window.run("devicePixelRatio")
    window.run(
        "void (window.taken = 0, window.onkeydown = event => {"
        " if (event.key == '=') { taken++; event.preventDefault() } })"
    )
    window.key("Control_L", "equal")
    until(lambda: window.run("taken") == 1)
    assert window.run("devicePixelRatio") == ratio
    window.run("void (onkeydown = null)")


def test_find_goes_from_place_to_place(back_home: Window, tmp_path: Path) -> None:
    window = back_home
    go(window, "/long")
    before = window.screen.picture(tmp_path / "before.png")
    height = window.run("innerHeight", "/long")
    window.key("Control_L", "f")
    until(lambda: window.run("innerHeight", "/long") < height)
    window.screen.write("needle")
    until(lambda: differ(before, window.screen.picture(tmp_path / "found.png")))
    for keys in (("Return",), ("Shift_L", "Return"), ("F3",), ("Shift_L", "F3")):
        # Three places, at both ends of the page: whichever it begins at, the keys lead round.
        for is_low in (True, False):
            until(leads_to(window, is_low, keys))
    window.key("Escape")
    until(lambda: window.run("innerHeight", "/long") == height)


def test_reload_asks_for_the_page_again(back_home: Window) -> None:
    window = back_home
    go(window, "/count")
    for keys in (("F5",), ("Control_L", "r")):
        more = times(window).count("GET") + 1
        window.run("void (window.old = true)", "/count")
        window.key(*keys)
        until(asked_for(window, "GET", more))
        until(lambda: window.run("!window.old", "/count"))
    assert set(times(window)) == {"GET"}


def test_reload_does_not_send_a_form_again_unasked(back_home: Window) -> None:
    window = back_home
    window.do(
        "document.body.insertAdjacentHTML('beforeend', '<form method=post action=/count></form>');"
        " document.forms[0].submit()"
    )
    window.at = "/count"
    sent = until(lambda: times(window).count("POST"))
    for key, more in (("Escape", 0), ("Return", 1)):
        window.screen.click(700, 700)
        window.key("F5")
        until(lambda: len(window.screen.titles()) == 2)
        window.screen.focus_foremost()
        window.key(key)
        until(lambda: window.screen.titles() == [NAME])
        until(asked_for(window, "POST", sent + more))
        window.screen.focus(NAME)


def test_back_and_forward_by_keys_and_mouse(back_home: Window) -> None:
    window = back_home
    go(window, "/long")
    go(window, "/field")
    steps: list[tuple[Callable[[], None], str]] = [
        (lambda: window.key("Alt_L", "Left"), "/long"),
        (lambda: window.key("Alt_L", "Right"), "/field"),
        (lambda: window.screen.click(700, 700, 8), "/long"),
        (lambda: window.screen.click(700, 700, 9), "/field"),
    ]
    for step, path in steps:
        step()
        window.at = path
        assert window.run("location.pathname", path) == path


def test_whole_screen_by_key_and_by_page(back_home: Window) -> None:
    window = back_home
    go(window, "/wide")
    with window.screen.managed():
        area = window.screen.area(NAME)
        window.key("F11")
        until(lambda: window.screen.area(NAME) == (0, 0, 1280, 900))
        window.key("F11")
        until(lambda: window.screen.area(NAME) == area)
        window.run("void (full.onclick = () => full.requestFullscreen())", "/wide")
        window.click_at("#full", "/wide")
        until(lambda: window.run("document.fullscreenElement?.id", "/wide") == "full")
        until(lambda: window.screen.area(NAME) == (0, 0, 1280, 900))
        window.key("Escape")
        until(lambda: window.run("!document.fullscreenElement", "/wide"))
        until(lambda: window.screen.area(NAME) == area)


def test_keys_edit_a_field(back_home: Window) -> None:
    window = back_home
    go(window, "/field")
    window.click_at("#field", "/field")
    for keys, value in (
        (("Control_L", "a"), "some words"),
        (("Control_L", "x"), ""),
        (("Control_L", "v"), "some words"),
        (("Control_L", "v"), "some wordssome words"),
        (("Control_L", "z"), "some words"),
    ):
        window.key(*keys)
        until(holds(window, value))


def changed(window: Window, before: Path) -> Callable[[], bool]:
    """Return a question: whether the screen looks different now."""
    return lambda: differ(before, window.screen.picture(before.with_name("now.png")))


def test_menu_in_a_field_and_on_the_page(back_home: Window, tmp_path: Path) -> None:
    window = back_home
    go(window, "/field")
    for selector in ("#field", "html"):
        window.click_at(selector, "/field")
        before = window.screen.picture(tmp_path / "before.png")
        window.click_at(selector, "/field", button=3)
        until(changed(window, before))
        menu = window.screen.picture(tmp_path / "menu.png")
        window.key("Escape")
        until(changed(window, menu))
    window.click_at("#field", "/field", button=3)
    until(changed(window, before))
    window.key("Up")  # the last: select all
    window.key("Return")
    until(lambda: window.run("getSelection().toString()", "/field") == "some words")


def test_key_prints_into_a_file_that_is_opened(window: Window) -> None:
    (window.folder / "asked").unlink(missing_ok=True)
    for by_key in (True, False):
        if by_key:
            window.key("Control_L", "p")
        else:
            window.do("print()")
        (url,) = until(window.outside)
        assert url.startswith("file://")
        assert Path(url.removeprefix("file://")).read_bytes().startswith(b"%PDF")
        (window.folder / "asked").unlink()


def test_page_copies_by_a_button(back_home: Window) -> None:
    window = back_home
    go(window, "/wide")
    window.run(
        "void (full.onclick = () => navigator.clipboard.writeText('copied')"
        ".then(() => window.done = 'yes', error => window.done = error.name))",
        "/wide",
    )
    window.click_at("#full", "/wide")
    assert until(lambda: window.run("window.done", "/wide")) == "yes"


def test_desktop_knows_whose_window_it_is(window: Window) -> None:
    assert window.screen.classes(NAME) == (IDENTIFIER, IDENTIFIER)
