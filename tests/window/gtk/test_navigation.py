"""Where pages may lead the window: the own origin stays, the rest is the browser's or nobody's."""

from __future__ import annotations

import pytest

from tests.support.waiting import until

pytest.importorskip("Xlib", reason="looks at windows as X shows them", exc_type=ImportError)

from tests.support.windows import Elsewhere, Window

pytestmark = pytest.mark.window
HERE = "location.href"

WAYS = {
    "a link": "const a = document.createElement('a'); a.href = '{}'; document.body.append(a); a.click()",
    "a script": "location = '{}'",
    "a new meta": (
        "const m = document.createElement('meta'); m.httpEquiv = 'refresh'; m.content = '0;url={}';"
        " document.head.append(m)"
    ),
    "a form": (
        "const f = document.createElement('form'); f.method = 'post'; f.action = '{}';"
        " document.body.append(f); f.submit()"
    ),
    "an answer": "location = '/away?to=' + encodeURIComponent('{}')",
}


@pytest.mark.parametrize("way", WAYS)
def test_other_origins_are_the_browser_s_once_and_the_window_stays(
    window: Window, elsewhere: Elsewhere, way: str
) -> None:
    before, url = len(window.outside()), window.run(HERE)
    goal = f"{elsewhere.origin}/{way.replace(' ', '-')}?a=b"
    window.do(WAYS[way].format(goal))
    until(lambda: len(window.outside()) > before)
    assert window.run(HERE) == url
    window.do(f"location = '{elsewhere.origin}/last'")
    until(lambda: window.outside()[-1] == f"{elsewhere.origin}/last")
    assert window.outside()[before:] == [goal, f"{elsewhere.origin}/last"]
    assert set(elsewhere.asked) <= {"/favicon.ico"}, "the window itself has asked for it"


def test_links_outside_do_not_break_off_what_the_page_loads(window: Window, elsewhere: Elsewhere) -> None:
    window.run("window.streamed = fetch('/late').then(answer => answer.text()).catch(String), 1")
    before = len(window.outside())
    window.do(WAYS["a link"].format(f"{elsewhere.origin}/meanwhile"))
    until(lambda: len(window.outside()) > before)
    window.run("fetch('/late/end', {method: 'post'}).then(() => 1)")
    assert window.run("window.streamed") == "at last"


def test_addresses_of_letters_are_the_mail_program_s(window: Window) -> None:
    url = window.run(HERE)
    window.do("location = 'mailto:friend@example.com?subject=Hello'")
    until(lambda: window.outside()[-1:] == ["mailto:friend@example.com?subject=Hello"])
    assert window.run(HERE) == url


@pytest.mark.parametrize(
    ("address", "noted"),
    [
        ("smb://host/share?secret", "smb://host/share"),
        ("ms-msdt:/id?secret", "ms-msdt:/id"),
        ("data:text/html,secret", "data:"),
        ("ftp://host/place?secret", "ftp://host/place"),
        ("launcher:quit", "launcher:quit"),
        ("launcher:page", ""),
        ("file:///etc/passwd", ""),
        ("javascript:void(0)", ""),
        ("chrome://version", "chrome://version"),
        ("webkit://gpu", ""),
    ],
)
def test_other_addresses_lead_nowhere(window: Window, address: str, noted: str) -> None:
    before, url = window.outside(), window.run(HERE)
    window.do(WAYS["a link"].format(address))
    if noted:
        until(lambda: f"a page was not let to {noted}\n" in window.program.log)
    window.do(WAYS["a script"].format(address))
    assert window.run(HERE) == url
    assert window.run("document.title") == "At /"
    assert window.outside() == before
    assert "secret" not in window.program.log
    assert window.program.process.poll() is None


def test_own_origin_stays(window: Window) -> None:
    window.do("location = '/süß?page=2#here'")
    until(lambda: window.run(HERE, "/s%C3%BC%C3%9F").endswith("/s%C3%BC%C3%9F?page=2#here"))
    window.do("history.back()", "/s%C3%BC%C3%9F")
    assert window.run(HERE).endswith("/")


def test_frames_of_other_origins_show_what_they_like(window: Window, elsewhere: Elsewhere) -> None:
    elsewhere.page = (
        "<script>if (location.hash) parent.postMessage('here', '*'); else location = '/too#here'</script>"
    )
    before, url = window.outside(), window.run(HERE)
    said = window.run(
        "new Promise(done => { addEventListener('message', event => done(event.data), {once: true});"
        f" document.body.insertAdjacentHTML('beforeend', '<iframe src=\"{elsewhere.origin}/framed\">') }})"
    )
    assert said == "here"
    assert (window.outside(), window.run(HERE)) == (before, url)


def test_frames_of_other_origins_do_not_lead_the_window(window: Window, elsewhere: Elsewhere) -> None:
    elsewhere.page = (
        "<script>try { top.location = '/lead' } catch (error) {} parent.postMessage('tried', '*')</script>"
    )
    before, url = window.outside(), window.run(HERE)
    window.run(
        "new Promise(done => { addEventListener('message', done, {once: true});"
        f" document.body.insertAdjacentHTML('beforeend', '<iframe src=\"{elsewhere.origin}/leading\">') }})"
        ".then(() => 1)"
    )
    assert (window.outside(), window.run(HERE)) == (before, url)


def test_pages_find_no_way_into_python(window: Window) -> None:
    assert window.run("typeof pywebview") == "undefined"
    assert window.run("typeof (window.webkit || {}).messageHandlers") == "undefined"
