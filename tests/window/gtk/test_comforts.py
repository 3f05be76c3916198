"""What people expect of a program that shows pages: keys, find, zoom, print, a menu, and dropped files."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.support.programs import environment
from tests.support.waiting import until

pytest.importorskip("Xlib", reason="looks at windows as X shows them", exc_type=ImportError)

from Xlib import X
from Xlib.display import Display

from tests.support.screens import Screen, differ
from tests.support.windows import NAME, Window

pytestmark = pytest.mark.window


@pytest.fixture
def focused(window: Window, screen: Screen) -> Iterator[Window]:
    """The window with the keyboard, and its page with some words."""
    window.run("document.body.innerHTML = '<p>needle and needle in the hay</p><input>', 1")
    x, y, width, height = screen.area(NAME)
    screen.click(x + width // 2, y + height // 2)
    screen.focus(NAME)
    yield window
    assert window.run("location.pathname") == "/"


def test_reload_by_its_keys(focused: Window, screen: Screen) -> None:
    for keys in (("F5",), ("Control_L", "r")):
        focused.run("window.before = 1")
        screen.press(*keys)
        until(lambda: focused.run("window.before === undefined"))


def test_zoom_by_keys_and_wheel(focused: Window, screen: Screen) -> None:
    wide = focused.run("innerWidth")
    screen.press("Control_L", "plus")
    until(lambda: focused.run("innerWidth") < wide)
    screen.press("Control_L", "0")
    until(lambda: focused.run("innerWidth") == wide)
    screen.press("Control_L", "minus")
    until(lambda: focused.run("innerWidth") > wide)
    screen.press("Control_L", "0")
    until(lambda: focused.run("innerWidth") == wide)


def test_a_key_that_the_page_has_a_use_for_is_the_page_s(focused: Window, screen: Screen) -> None:
    focused.run(
        "addEventListener('keydown', event => { if (event.ctrlKey && event.key === 'r')"
        " { event.preventDefault(); window.pressed = 1 } }), window.before = 1"
    )
    screen.press("Control_L", "r")
    until(lambda: focused.run("window.pressed === 1"))
    assert focused.run("window.before") == 1
    focused.do("location.reload()")
    until(lambda: focused.run("window.before === undefined"))


def test_words_are_found_and_marked(focused: Window, screen: Screen, tmp_path: Path) -> None:
    before = screen.picture(tmp_path / "before.png")
    screen.press("Control_L", "f")
    until(lambda: differ(before, screen.picture(tmp_path / "bar.png")))
    high = focused.run("innerHeight")
    screen.write("needle")
    until(lambda: focused.run("getSelection().toString()") == "needle")
    screen.press("Return")
    until(lambda: focused.run("getSelection().anchorOffset") == 11)
    screen.press("Escape")
    until(lambda: focused.run("innerHeight") > high)


def test_back_and_forward_by_keys_and_buttons(focused: Window, screen: Screen) -> None:
    focused.do("location = '/second'")
    until(lambda: focused.run("document.title", "/second") == "At /second")
    ways: list[tuple[Callable[[], None], Callable[[], None]]] = [
        (lambda: screen.press("Alt_L", "Left"), lambda: screen.press("Alt_L", "Right")),
        (lambda: screen.click(640, 450, 8), lambda: screen.click(640, 450, 9)),
    ]
    for back, forward in ways:
        back()
        assert focused.run("document.title", "/") == "At /"
        forward()
        assert focused.run("document.title", "/second") == "At /second"
    screen.press("Alt_L", "Left")
    assert focused.run("document.title", "/") == "At /"


def test_print_by_the_page_and_by_its_key(focused: Window, screen: Screen) -> None:
    ways: list[Callable[[], None]] = [
        lambda: focused.do("window.print()"),
        lambda: screen.press("Control_L", "p"),
    ]
    for ask in ways:
        ask()
        until(lambda: "Print" in screen.titles(), what=screen.titles)
        screen.focus("Print")
        screen.press("Escape")
        until(lambda: screen.titles() == [NAME], what=screen.titles)
        screen.focus(NAME)


def test_selecting_copying_and_pasting(focused: Window, screen: Screen) -> None:
    focused.run("document.querySelector('input').value = 'carried', document.querySelector('input').focus()")
    for key in ("a", "c", "Delete"):
        screen.press("Control_L", key) if key != "Delete" else screen.press(key)
    until(lambda: focused.run("document.querySelector('input').value") == "")
    screen.press("Control_L", "v")
    until(lambda: focused.run("document.querySelector('input').value") == "carried")


@contextmanager
def wishes(screen: Screen) -> Iterator[Callable[[], list[str]]]:
    """Listen, in the place of a window manager, to what windows wish to be; the function tells all so far."""
    with closing(Display(screen.name)) as display:
        display.screen().root.change_attributes(event_mask=X.SubstructureNotifyMask)
        display.sync()
        heard: list[str] = []

        def listen() -> list[str]:
            while display.pending_events():
                event = display.next_event()
                if event.type == X.ClientMessage:
                    heard.extend(display.get_atom_name(atom) for atom in event.data[1][1:3] if atom)
            return heard

        yield listen


def test_full_screen_is_asked_for_by_its_key_and_by_the_page(focused: Window, screen: Screen) -> None:
    with wishes(screen) as heard:
        screen.press("F11")
        until(lambda: "_NET_WM_STATE_FULLSCREEN" in heard(), what=heard)
    focused.run(
        "document.querySelector('p').onclick = event => event.currentTarget.requestFullscreen(),"
        " Object.assign(document.querySelector('p').style, {position: 'fixed', inset: 0}), 1"
    )
    with wishes(screen) as heard:
        focused.click_at("p")
        until(lambda: "_NET_WM_STATE_FULLSCREEN" in heard(), what=heard)
        until(lambda: focused.run("document.fullscreenElement !== null"))
    focused.run("document.exitFullscreen().then(() => 1)")


def test_menu_is_there(focused: Window, screen: Screen, tmp_path: Path) -> None:
    before = screen.picture(tmp_path / "before.png")
    screen.click(640, 450, 3)
    until(lambda: differ(before, screen.picture(tmp_path / "menu.png")))
    screen.press("Escape")
    until(lambda: not differ(before, screen.picture(tmp_path / "after.png")))


# A view of WebKitGTK's for developers, and what is left of its menu.
MENU = """
import sys, gi
gi.require_version("Gtk", "3.0"); gi.require_version("WebKit2", "4.1")
from gi.repository import GLib, Gtk, WebKit2
from launcher.window.gtk import menu as ours

view = WebKit2.WebView()
view.get_settings().set_enable_developer_extras(True)

def shown(view, menu, *_):
    def items():
        shown = [item for item in menu.get_items() if not item.is_separator()]
        return [item.get_stock_action().value_nick for item in shown]

    before = items()
    ours.tidy(menu)
    print(*before, "|", *items(), flush=True)
    Gtk.main_quit()
    return True

view.connect("context-menu", shown)
window = Gtk.Window(title="Menu", type=Gtk.WindowType.POPUP)
window.set_default_size(300, 300)
window.add(view)
window.move(0, 0)
window.show_all()
view.load_html("<title>there</title><a href=/ style='position:fixed;inset:0'>link</a>", "http://127.0.0.1:1/")
view.connect("load-changed", lambda view, event: print(event.value_nick, flush=True))
GLib.timeout_add_seconds(60, Gtk.main_quit)
Gtk.main()
"""


def test_menu_has_the_usual_items_and_nothing_for_developers(python: str, screen: Screen) -> None:
    env = environment(DISPLAY=screen.name, WAYLAND_DISPLAY="", WEBKIT_DISABLE_DMABUF_RENDERER="1")
    with subprocess.Popen([python, "-c", MENU], env=env, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        before = after = []
        for line in process.stdout:
            if line == "finished\n":
                screen.click(150, 150, 3)
            elif "|" in line:
                before, after = (part.split() for part in line.split("|"))
                break
    assert {"inspect-element", "open-link-in-new-window"} <= set(before)
    assert {"open-link", "copy-link-to-clipboard", "download-link-to-disk"} <= set(after)
    assert not {"inspect-element", "open-link-in-new-window"} & set(after)


SOURCE = """
import sys, gi
gi.require_version("Gtk", "3.0"); gi.require_version("Gdk", "3.0")
from gi.repository import Gdk, Gtk
window = Gtk.Window(title="Files", type=Gtk.WindowType.POPUP)
window.set_default_size(60, 60)
box = Gtk.EventBox()
box.drag_source_set(Gdk.ModifierType.BUTTON1_MASK, [], Gdk.DragAction.COPY)
box.drag_source_add_uri_targets()
box.connect("drag-data-get", lambda box, context, data, info, time: data.set_uris([sys.argv[1]]))
window.add(box)
window.move(0, 0)
window.show_all()
Gtk.main()
"""


def test_a_file_that_is_dropped_does_not_lead_the_window(
    open_window: Callable[..., Window], other_screen: Screen, python: str, tmp_path: Path
) -> None:
    """A page that wants it is told of its address; WebKitGTK gives it no more, whoever opens the view."""
    window, screen = open_window(), other_screen  # GTK keeps a small window of its own there from now on
    file = tmp_path / "dropped.txt"
    file.write_text("what was dropped")
    window.run(
        "document.body.innerHTML = '<div style=\"position:fixed;inset:0 50% 0 0\">here</div>',"
        "document.querySelector('div').ondragover = event => event.preventDefault(),"
        "document.querySelector('div').ondrop = event => {"
        " event.preventDefault(); window.dropped = event.dataTransfer.getData('text/uri-list') }, 1"
    )
    env = environment(DISPLAY=screen.name, WAYLAND_DISPLAY="")
    with subprocess.Popen([python, "-c", SOURCE, file.as_uri()], env=env) as source:
        try:
            until(lambda: "Files" in screen.titles(), what=screen.titles)
            screen.drag((30, 30), (300, 450))
            until(lambda: window.run("window.dropped !== undefined"))
            assert f"a page was not let to {file.as_uri()}" not in window.program.log
            screen.drag((30, 30), (1000, 450))
            until(lambda: f"a page was not let to {file.as_uri()}"[:140] in window.program.log)
        finally:
            source.kill()  # leaving the block waits for it
    assert window.run("document.title") == "At /"
