"""The page for friends: one file that needs no network, filled in from the recipe in build/handout.

Whatever stands in it is escaped by the template; scripts and styles are those two whose digests its content
policy names, and no others. Without scripts it lists all files, in English.
"""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Sequence
from functools import cache
from urllib.parse import quote

import jinja2
from markupsafe import Markup, escape

from launcher import names, paths
from launcher.packager.app_layer.handed import MARK
from launcher.packager.handout import steps
from launcher.packager.handout.offers import Offer
from launcher.packager.handout.subject import Subject
from launcher.packager.handout.words import FIRST, all_words, fill, size_for
from launcher.packager.platforms import MACOS


def render(subject: Subject, offers: Sequence[Offer], *, sums: str, signature: str) -> str:
    """Return the page; `sums` and `signature` are the names of the files beside it, where there are such."""
    folder = paths.bundled("build") / "handout"
    style, script = (
        (folder / name).read_text(encoding="utf-8").strip() for name in ("page.css", "page.js")
    )
    known = {"name": subject.name, "publisher": subject.publisher, "version": subject.release.version}
    writer = Writer(known)
    return _template().render(
        write=writer.write,
        draw=writer.draw,
        named=writer.named,
        subject=subject,
        known=known,
        mark=Markup(MARK),
        policy=(
            f"default-src 'none'; img-src data:; style-src {_digest(style)}; script-src {_digest(script)}; "
            "base-uri 'none'; form-action 'none'"
        ),
        style=Markup(style),
        script=Markup(script),
        words=_as_data({"words": all_words(), "known": known}),
        languages={tag: words["language"] for tag, words in all_words().items()},
        picture=base64.b64encode(subject.picture).decode("ascii"),
        files=[_file(offer, subject, known) for offer in offers],
        sums=(sums, _address(sums, subject.at)) if sums else None,
        signature=(signature, _address(signature, subject.at)) if signature else None,
    )


def escaped(text: str) -> str:
    """Return a text as it stands in the page."""
    return str(escape(text))


class Writer:
    """Writes words into the page, each with the mark by which its script finds it again."""

    def __init__(self, known: dict[str, str]) -> None:
        self._known = known
        self._words = all_words()[FIRST]

    def write(self, key: str, element: str = "span", system: str = "", **values: str) -> Markup:
        """Return an element with a word in it; `values` are its own, `system` is itself a word."""
        mark, text = self._mark(key, values, system), self._text(key, values, system)
        return Markup("<{0}{1}>{2}</{0}>").format(element, mark, text)

    def draw(self, key: str, x: int, y: int, size: int, width: int, look: str, **values: str) -> Markup:
        """Return a word as the text of a drawing, no wider than `width`."""
        text = self._text(key, values)
        place = Markup(' x="{}" y="{}" font-size="{}" data-size="{}" data-width="{}" class="{}"').format(
            x, y, size_for(text, size, width), size, width, look
        )
        return Markup("<text{}{}>{}</text>").format(self._mark(key, values), place, text)

    def named(self, x: int, y: int, size: int, width: int, look: str) -> Markup:
        """Return the program's name as the text of a drawing."""
        name = self._known["name"]
        place = Markup(' x="{}" y="{}" font-size="{}" class="{}"').format(
            x, y, size_for(name, size, width), look
        )
        return Markup("<text{}>{}</text>").format(place, name)

    def _text(self, key: str, values: dict[str, str], system: str = "") -> str:
        more = {"system": self._words[system]} if system else {}
        return fill(self._words[key], {**self._known, **values, **more}, self._words)

    def _mark(self, key: str, values: dict[str, str], system: str = "") -> Markup:
        mark = Markup(' data-word="{}"').format(key)
        if values:
            mark += Markup(' data-values="{}"').format(json.dumps(values, ensure_ascii=False))
        return mark + Markup(' data-system="{}"').format(system) if system else mark


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(paths.bundled("build") / "handout"),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("page.html")


def _file(offer: Offer, subject: Subject, known: dict[str, str]) -> dict[str, object]:
    system = offer.platform.system
    word = f"macos_{offer.platform.machine}" if system == MACOS else system
    moment = time.gmtime(offer.moment)
    return {
        "offer": offer,
        "system": word if word in all_words()[FIRST] else system,
        "kind": steps.kind_of(offer),
        # What the system names when it asks: an archive is not what is started.
        "program": f"{names.file_name(subject.name)}.exe" if offer.ending == ".zip" else offer.file,
        "floor": steps.floor_of(offer),
        "address": _address(offer.file, subject.at),
        "size": _size(offer.size),
        "day": time.strftime("%Y-%m-%d", moment),
        "date": f"{moment.tm_mday} {time.strftime('%B %Y', moment)}",
        "steps": steps.steps_of(offer, by_name=bool(known["publisher"])),
        "check": steps.check_of(offer),
    }


def _address(file: str, at: str) -> str:
    return f"{at}{quote(file)}" if at else f"./{quote(file)}"


def _size(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{size / 1e3:.1f} kB"


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}'"


def _as_data(value: object) -> Markup:
    """Write data that a script reads: no sign in it ends or begins an element."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)
