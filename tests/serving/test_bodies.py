"""What apps say about the largest body that they take."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ClassVar

import pytest
from flask import Flask, Request, request

from launcher.serving.bodies import largest


def limited(size: Any = 1000) -> Flask:
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = size
    return app


def test_limit_of_an_app_is_found_and_the_largest_of_several_counts() -> None:
    assert largest([limited()]) == 1000
    assert largest([limited(), limited(2000)]) == 2000
    assert largest([limited(0)]) == 0


@pytest.mark.parametrize("apps", [[], [None], [1000, None], ["1 MB"]])
def test_app_that_does_not_say_has_no_limit(apps: list[Any]) -> None:
    assert largest([limited(size) for size in apps]) is None


def test_app_that_only_looks_like_flask_s_is_taken_as_it_is() -> None:
    class Other:
        config: ClassVar[dict[str, int]] = {"MAX_CONTENT_LENGTH": 5}
        view_functions: ClassVar[dict[str, object]] = {}

    assert largest([Other()]) == 5


def logged_in(view: Callable[[], str]) -> Callable[[], str]:
    @wraps(view)
    def check() -> str:
        return view()

    return check


def test_view_that_takes_more_for_itself_is_left_to_decide() -> None:
    """As Flask 3.1 lets it."""
    app = limited()

    @app.route("/video", methods=["POST"])
    @logged_in
    def video() -> str:
        request.max_content_length = 1 << 30
        return "seen"

    assert largest([app]) is None


def test_hook_and_request_class_that_take_more_are_left_to_decide() -> None:
    class Roomy(Request):
        @property  # type: ignore[misc]
        def max_content_length(self) -> int | None:  # type: ignore[override]
            return 1 << 30

    first, second = limited(), limited()
    first.request_class = Roomy

    @second.before_request
    def decide() -> None:
        def more() -> None:
            request.max_content_length = 1 << 30

        more()

    assert largest([first]) is None
    assert largest([second]) is None
