"""Which web view a program gets."""

from __future__ import annotations

import pytest

from launcher import host
from launcher.errors import MissingTool
from launcher.packager import webview


def test_a_browser_can_always_be_asked_for() -> None:
    assert webview.choose("browser").kind == "browser"


def test_without_a_wish_there_is_always_one_and_a_reason() -> None:
    chosen = webview.choose(None)
    assert chosen.kind in ("qt", "gtk", "browser", "system")
    assert chosen.why


@pytest.mark.skipif(not host.LINUX, reason="elsewhere the system has its own")
@pytest.mark.parametrize("kind", ["qt", "gtk"])
def test_a_wish_is_met_or_refused_with_the_way_to_meet_it(kind: str) -> None:
    if webview.has(kind):
        assert webview.choose(kind).kind == kind
        return
    with pytest.raises(MissingTool) as caught:
        webview.choose(kind)
    assert kind in caught.value.message and kind in caught.value.todo
