"""Headers that an answer lacks are added, and what the app said stays as it is."""

from __future__ import annotations

from typing import Any

import pytest

from launcher.serving.answers import completing, missing

HTML = ("Content-Type", "text/html; charset=utf-8")


def names(
    *headers: tuple[str, str], dest: str | None = "document", is_public: bool = False
) -> dict[str, str]:
    return dict(completed([*headers], dest=dest, is_public=is_public))


def completed(headers: list[tuple[str, str]], *, dest: str | None, is_public: bool) -> list[tuple[str, str]]:
    """Return the headers as middleware completes them, having seen that a server writes the same."""
    found: list[tuple[str, str]] = []

    def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        found.extend(headers)

    completing(start, dest=dest, is_public=is_public)("200 OK", headers)
    written = "".join(f"{name}: {value}\r\n" for name, value in found[len(headers) :])
    assert missing(headers, dest=dest, is_public=is_public) == written.encode()
    return found


def test_page_is_not_framed_embedded_or_guessed_at_by_others() -> None:
    assert names(HTML) == {
        "Content-Type": HTML[1],
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin-allow-popups",
        "X-Frame-Options": "SAMEORIGIN",
        "Vary": "Cookie",
    }


@pytest.mark.parametrize(
    "said",
    [
        ("x-content-type-options", "none"),
        ("X-CONTENT-TYPE-OPTIONS", "x"),
        ("X-Frame-Options", "DENY"),
        ("cross-origin-opener-policy", "unsafe-none"),
        ("Cross-Origin-Resource-Policy", "cross-origin"),
        ("Vary", "Accept"),
    ],
)
def test_what_the_app_said_stays_alone(said: tuple[str, str]) -> None:
    found = completed([HTML, said], dest="document", is_public=False)
    assert [value for name, value in found if name.lower() == said[0].lower()] == [said[1]]
    assert found[:2] == [HTML, said]


def test_frames_that_the_app_allows_are_allowed() -> None:
    allowed = ("Content-Security-Policy", "default-src 'self'; frame-ancestors https://example.org")
    assert "X-Frame-Options" not in names(HTML, allowed)
    assert "X-Frame-Options" in names(HTML, ("Content-Security-Policy", "default-src 'self'"))


@pytest.mark.parametrize("dest", ["script", "style", "serviceworker"])
def test_script_whose_type_the_app_forgot_still_runs(dest: str) -> None:
    assert "X-Content-Type-Options" not in names(HTML, dest=dest)


def test_public_path_may_be_framed_and_embedded() -> None:
    assert set(names(("Content-Type", "image/png"), is_public=True)) == {
        "Content-Type",
        "X-Content-Type-Options",
    }


def test_no_other_origin_is_ever_allowed_to_read() -> None:
    assert not [name for name in names(HTML) if name.lower().startswith("access-control-")]
