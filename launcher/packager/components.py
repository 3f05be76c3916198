"""What a bundle consists of: one value for each part that somebody else made, and its licence's text."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import Path, PurePosixPath

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from launcher.project.environment import Distribution

LONGEST_NAME = 200  # some write the whole licence into the field for its name
_TEXT = re.compile(r"(un)?licen[cs]e|copying|copyright|notice|authors", re.IGNORECASE)
_NO_TEXT = (".py", ".pyi", ".pyc", ".so", ".pyd", ".html", ".js", ".css", ".json", ".yml", ".png", ".svg")
_UNKNOWN = ("", "unknown", "none")


@dataclass(frozen=True, slots=True)
class Component:
    """A part of a bundle; `licence` is an SPDX expression or plain words, `needs` are purls."""

    name: str
    version: str
    layer: str
    purl: str
    licence: str = ""
    kind: str = "library"
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """A file with a licence's text, and its name among those of its component."""

    name: str
    path: Path


def of_distribution(
    distribution: Distribution, layer: str, *, among: Iterable[Distribution] = ()
) -> tuple[Component, tuple[Text, ...]]:
    """Describe an installed distribution; `among` are those that it can need."""
    present = {one.key: one for one in among}
    needs = {purl_of(present[one.name]) for one in distribution.requires if one.name in present}
    return (
        Component(
            name=distribution.name,
            version=distribution.version,
            layer=layer,
            purl=purl_of(distribution),
            licence=_licence(distribution),
            needs=tuple(sorted(needs)),
        ),
        texts_of(distribution),
    )


def purl_of(distribution: Distribution) -> str:
    """Return the package URL of a distribution from the Python package index."""
    return f"pkg:pypi/{distribution.key}@{distribution.version.replace('+', '%2B')}"


def texts_of(distribution: Distribution) -> tuple[Text, ...]:
    """Find the licence texts of a distribution, those of what it carries inside too."""
    own = f"{distribution.metadata.name}/"
    found = []
    for name in distribution.files:
        path = PurePosixPath(name)
        is_text = _TEXT.match(path.name) or name.startswith(f"{own}licenses/")
        if is_text and path.suffix.lower() not in _NO_TEXT and (distribution.root / name).is_file():
            shown = name.removeprefix(own).removeprefix("licenses/")
            found.append(Text(shown, distribution.root / name))
    return tuple(found)


def lay_texts(texts: Iterable[Text], place: Path) -> int:
    """Copy licence texts below `place`, and return how many."""
    count = 0
    for text in texts:
        target = place / text.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(text.path, target)
        count += 1
    return count


def is_expression(licence: str) -> bool:
    """Tell an SPDX expression from plain words."""
    try:
        canonicalize_license_expression(licence)
    except InvalidLicenseExpression:
        return False
    return True


def _licence(distribution: Distribution) -> str:
    file = distribution.metadata
    if file.is_dir():
        file /= "METADATA" if file.suffix == ".dist-info" else "PKG-INFO"
    try:
        head = re.split(r"\r?\n\r?\n", file.read_bytes().decode("utf-8", "replace"), maxsplit=1)[0]
    except OSError:
        return ""
    fields = HeaderParser().parsestr(head, headersonly=True)
    expression = str(fields.get("License-Expression") or "").strip()
    words = " ".join(str(fields.get("License") or "").split())
    told = [
        str(value).rpartition("::")[2].strip()
        for value in fields.get_all("Classifier", [])
        if str(value).startswith("License ::")
    ]
    for licence in (expression, words, " AND ".join(sorted(told))):
        if licence.lower() not in _UNKNOWN and len(licence) <= LONGEST_NAME:
            return canonicalize_license_expression(licence) if is_expression(licence) else licence
    return ""
