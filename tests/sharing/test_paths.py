"""Owner's paths: whatever Werkzeug would route there is refused, and plain other paths are not."""

from __future__ import annotations

import os
import random
from itertools import product
from urllib.parse import quote, unquote_to_bytes

import pytest
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, MapAdapter, RequestRedirect, Rule

from launcher.sharing.paths import LONGEST, is_owners, readings

OWNERS = ("/admin/*", "/settings", "/Grüße/*", "/files/*/delete")
ROUTES = Map(
    [
        Rule("/admin", endpoint="owner"),
        Rule("/admin/", endpoint="owner", methods=["POST"]),
        Rule("/admin/<path:rest>", endpoint="owner"),
        Rule("/settings/", endpoint="owner"),
        Rule("/Grüße/<name>", endpoint="owner"),
        Rule("/files/<int:number>/delete", endpoint="owner"),
        Rule("/files/<int:number>", endpoint="guest"),
        Rule("/", endpoint="guest"),
        Rule("/<path:rest>", endpoint="guest"),
    ]
)
LOOSE = Map(
    [
        Rule("/admin/<path:rest>", endpoint="owner", merge_slashes=False, strict_slashes=False),
        Rule("/settings", endpoint="owner", strict_slashes=False),
        Rule("/<path:rest>", endpoint="guest", merge_slashes=False),
    ],
    strict_slashes=False,
)
PIECES = [
    *(
        "/",
        "//",
        "/./",
        "/../",
        "\\",
        "%2f",
        "%5c",
        ";",
        "?",
        "#",
        ".",
        "..",
        "%2e",
        "%00",
        "%0a",
        " ",
        "%20",
    ),
    *("admin", "ADMIN", "aDmIn", "%61dmin", "%2561dmin", "adm%69n", "settings", "Settings", "settings/"),
    *("Grüße", "GRÜSSE", "%C3%BC", "files", "7", "delete", "x", "users", "ﬁles", "\u200b", "\xad", "\t"),
]


def seen(path: str) -> str:
    """Return a path as WSGI gives it to an app, whatever was sent."""
    return quote(path, safe="/%\\;?#. \t\n\0:@!$&'()*+,=~-_")


def path_info(raw: str) -> str:
    """Return what Waitress makes of a path on the wire."""
    decoded = unquote_to_bytes(raw).decode("latin-1")
    return "/" + decoded.lstrip("/")


def leads_to(routes: Map, path: str) -> set[str]:
    """Return the endpoints that a path leads to in the end, redirects followed."""
    adapter: MapAdapter = routes.bind("app.example", path_info=path)
    text = path.encode("latin-1", "replace").decode("utf-8", "replace")
    found: set[str] = set()
    for method in ("GET", "POST"):
        try:
            found.add(str(adapter.match(text, method=method)[0]))
        except RequestRedirect:  # the next request is judged as this one
            continue
        except HTTPException:
            continue
    return found


def variants() -> list[str]:
    """Return paths that somebody could try, many at random."""
    chance = random.Random(os.environ.get("LAUNCHER_FUZZ_SEED", "guests"))
    made = ["".join(pair) for pair in product(PIECES, PIECES)]
    made += ["".join(chance.choices(PIECES, k=chance.randint(3, 7))) for _ in range(20_000)]
    # The patterns' own paths, with something put in between.
    for own in ("/admin/users", "/settings", "/Grüße/x", "/files/7/delete"):
        for _ in range(3_000):
            where = chance.randrange(len(own) + 1)
            made.append(own[:where] + chance.choice(PIECES) + own[where:])
            made.append("".join(chance.choice((one, one.upper(), f"%{ord(one) % 256:02x}")) for one in own))
    return [f"/{one}" for one in made]


def test_whatever_werkzeug_leads_to_an_owners_page_is_refused() -> None:
    led = 0
    for raw in variants():
        path = path_info(seen(raw))
        if "owner" in leads_to(ROUTES, path) | leads_to(LOOSE, path):
            led += 1
            assert is_owners(path, OWNERS), (raw, path)
    assert led > 500, "the fuzz finds the pages"


@pytest.mark.parametrize(
    "path",
    [
        "/admin",
        "/admin/",
        "/admin/users",
        "/ADMIN/users",
        "//admin//users",
        "/x/../admin/users",
        "/./admin/./users",
        "/%61dmin/users",
        "/%2561dmin/users",
        "/admin%2fusers",
        "/admin\\users",
        "/\\admin/users",
        "/admin;x=1/users",
        "/adm\u00adin/users".encode().decode("latin-1"),
        "/admin\x00/users",
        "/admin /users",
        "/admin/..",
        "/settings",
        "/settings/",
        "/Settings//",
        "/GRÜSSE/x".encode().decode("latin-1"),
        "/files/7/delete",
        "/" + "a" * LONGEST,
    ],
)
def test_path_is_the_owners_in_any_writing(path: str) -> None:
    assert is_owners(path, OWNERS)


@pytest.mark.parametrize(
    "path",
    ["/", "/administrator", "/setting", "/settings2", "/files/7", "/files/delete", "/my/admin", "/a b"],
)
def test_other_paths_are_everybodys(path: str) -> None:
    assert not is_owners(path, OWNERS)


def test_without_patterns_nothing_is_kept() -> None:
    assert not is_owners("/admin", ()) and not is_owners("/" + "a" * 5000, ())


def test_pattern_of_everything_is_everything() -> None:
    assert is_owners("/", ("/*",)) and is_owners("/x", ("*",))


def test_reading_takes_no_time_to_speak_of() -> None:
    assert len(readings("/" + "%25" * 600)) < 200
