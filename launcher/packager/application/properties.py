"""Info.plist: what macOS is told of an application before it is started.

Keys and their meaning are Apple's ("Information Property List", and "Uniform Type Identifiers").
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from launcher import names
from launcher.packager.plan import Plan
from launcher.project.manifest import Manifest

FILE, ICON = "Info.plist", "icon.icns"
PKG_INFO, PKG_INFO_TEXT = "PkgInfo", b"APPL????"
SHORT_NAME = 15  # characters: what the menu bar has room for, as Apple asks
PARTS = 3  # of a version, in numbers
# What the user reads when a page asks; without a text macOS ends the program that asks.
ASKED = {
    "camera": ("NSCameraUsageDescription", "{name} would like to use the camera."),
    "microphone": ("NSMicrophoneUsageDescription", "{name} would like to use the microphone."),
    "location": ("NSLocationUsageDescription", "{name} would like to know where this Mac is."),
}
# Without it macOS refuses an app the devices of its user's network without a question: a printer, a database.
NETWORK = "NSLocalNetworkUsageDescription"
REACHES = "{name} would like to reach other devices in your network."
SHARES = "Friends in the same network can open {name}, when you share it."
# The page comes from this machine without TLS, and everything else has to have it. Since macOS 14 an address
# in numbers is an exception of its own.
TRANSPORT = {
    "NSAllowsLocalNetworking": True,
    "NSExceptionDomains": {"127.0.0.1": {"NSExceptionAllowsInsecureHTTPLoads": True}},
}
# Kinds of files that macOS knows: an application opens them too, and does not say what they are.
KNOWN = {
    ".csv": "public.comma-separated-values-text",
    ".db": "public.database",
    ".gif": "com.compuserve.gif",
    ".htm": "public.html",
    ".html": "public.html",
    ".jpeg": "public.jpeg",
    ".jpg": "public.jpeg",
    ".json": "public.json",
    ".mp3": "public.mp3",
    ".mp4": "public.mpeg-4",
    ".pdf": "com.adobe.pdf",
    ".png": "public.png",
    ".rtf": "public.rtf",
    ".svg": "public.svg-image",
    ".tsv": "public.tab-separated-values-text",
    ".txt": "public.plain-text",
    ".wav": "com.microsoft.waveform-audio",
    ".xml": "public.xml",
    ".zip": "public.zip-archive",
}


def properties(plan: Plan, oldest: tuple[int, int]) -> dict[str, Any]:
    """Return what Info.plist says of a program; `oldest` is the macOS that it needs."""
    manifest = plan.manifest
    version = numbers(manifest.version)
    found: dict[str, Any] = {
        "CFBundleAllowMixedLocalizations": True,  # menus of the system in the user's language
        "CFBundleDevelopmentRegion": "en",
        "CFBundleDisplayName": manifest.name,
        "CFBundleExecutable": names.file_name(manifest.name),
        "CFBundleIconFile": ICON,
        "CFBundleIdentifier": manifest.identifier,
        "CFBundleInfoDictionaryVersion": "6.0",
        "CFBundleName": manifest.name[:SHORT_NAME].strip(),
        "CFBundlePackageType": "APPL",
        "CFBundleShortVersionString": version,
        "CFBundleSignature": "????",
        "CFBundleVersion": version,
        "LSMinimumSystemVersion": ".".join(map(str, oldest)),
        "NSAppTransportSecurity": TRANSPORT,
        "NSHighResolutionCapable": True,
        "NSPrincipalClass": "NSApplication",
    }
    if manifest.publisher:
        found["NSHumanReadableCopyright"] = f"© {manifest.publisher}"
    return found | _asked(manifest) | _documents(manifest, plan.config.documents)


def numbers(version: str) -> str:
    """Return the numbers at the beginning of a version, for macOS reads no letters: 1.4 of 1.4b2."""
    found = re.match(r"\D*(\d+(?:\.\d+)*)", version.partition("!")[2] or version)
    return ".".join(str(int(part)) for part in (found[1] if found else "0").split(".")[:PARTS])


def _asked(manifest: Manifest) -> dict[str, str]:
    told = dict(ASKED[one] for one in manifest.window.permissions if one in ASKED)
    told[NETWORK] = SHARES if manifest.share else REACHES
    return {key: words.format(name=manifest.name) for key, words in told.items()}


def _documents(manifest: Manifest, documents: Mapping[str, str]) -> dict[str, Any]:
    types = [_type(manifest, ending, title) for ending, title in documents.items()]
    own = [
        {
            "UTTypeConformsTo": ["public.data", "public.content"],
            "UTTypeDescription": title,
            "UTTypeIconFile": ICON,
            "UTTypeIdentifier": _identifier(manifest, ending),
            "UTTypeTagSpecification": {"public.filename-extension": [ending[1:]]},
        }
        for ending, title in documents.items()
        if ending not in KNOWN
    ]
    found: dict[str, Any] = {"CFBundleDocumentTypes": types} if types else {}
    return found | ({"UTExportedTypeDeclarations": own} if own else {})


def _type(manifest: Manifest, ending: str, title: str) -> dict[str, Any]:
    return {
        "CFBundleTypeIconFile": ICON,
        "CFBundleTypeName": title,
        "CFBundleTypeRole": "Editor",
        "LSHandlerRank": "Alternate" if ending in KNOWN else "Owner",
        "LSItemContentTypes": [KNOWN.get(ending) or _identifier(manifest, ending)],
    }


def _identifier(manifest: Manifest, ending: str) -> str:
    # Letters, digits, hyphens and dots are all that may stand in one.
    return f"{manifest.identifier}.{re.sub(r'[^A-Za-z0-9-]', '-', ending[1:])}"
