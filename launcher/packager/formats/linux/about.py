"""What packages say of a program: one value, taken from what its project says of itself."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from datetime import datetime, timezone
from urllib.parse import urlsplit

from launcher import names
from launcher.packager.components import is_expression
from launcher.packager.formats.parcel import Parcel


@dataclass(frozen=True, slots=True)
class Document:
    """A kind of file that opens with the program; `known` where every system has a name for it."""

    ending: str
    words: str
    type: str
    known: bool


@dataclass(frozen=True, slots=True)
class About:
    """What a program is called, does, and opens; texts may be empty but for the first four."""

    name: str
    program: str
    identifier: str
    version: str
    summary: str
    homepage: str
    licence: str
    publisher: str
    documents: tuple[Document, ...]
    time: datetime

    @property
    def types(self) -> tuple[str, ...]:
        """Return the media types of its documents."""
        return tuple(dict.fromkeys(one.type for one in self.documents))

    @property
    def own_documents(self) -> tuple[Document, ...]:
        """Return the documents that no system has a name for."""
        return tuple(one for one in self.documents if not one.known)

    @property
    def command(self) -> str:
        """Return what packages are called and what starts the program.

        The identifier, in small letters: a plainer name could be that of a package, or a command, of the
        system itself, and would be replaced by it, or in its way.
        """
        return self.identifier.lower()

    @property
    def told(self) -> str:
        """Return the summary, or what stands in its place where one is insisted upon."""
        return self.summary or f"{self.name}, a program with a window of its own"

    @property
    def maker(self) -> str:
        """Return who answers for it, as far as that is known."""
        return self.publisher or f"The makers of {self.name}"


def of(parcel: Parcel) -> About:
    """Gather it."""
    manifest, config = parcel.plan.manifest, parcel.plan.config
    homepage, licence = config.project_homepage or "", config.project_licence or ""
    return About(
        name=manifest.name,
        program=names.file_name(manifest.name),
        identifier=manifest.identifier,
        version=manifest.version,
        summary=" ".join(names.visible(config.project_summary or "").split()).rstrip(". "),
        homepage=homepage if _is_address(homepage) else "",
        licence=licence,
        publisher=manifest.publisher,
        documents=tuple(
            _document(ending, words, manifest.identifier) for ending, words in config.documents.items()
        ),
        time=datetime.fromtimestamp(parcel.moment, timezone.utc),
    )


def expression_of(licence: str) -> str:
    """Return a licence that is an SPDX expression, else nothing."""
    return licence if licence and is_expression(licence) else ""


def _document(ending: str, words: str, identifier: str) -> Document:
    # Its own list alone: files of this machine name what others may not have.
    known, _ = mimetypes.MimeTypes(filenames=()).guess_type(f"x{ending}")
    return Document(ending, words, known or f"application/x-{identifier}{ending}", known is not None)


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and " " not in text
