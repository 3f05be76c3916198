"""What an app may be called, and the safe names made from it.

The rule: a display name has 1 to 64 characters and at least one letter or digit. It may hold
whatever people write in titles (Müller Shop, Bob's Quiz, Q & A), but nothing that is invisible,
turns the writing direction, separates folders, or means something to a shell or to Windows:
no control or formatting characters, none of / \\ : * ? " < > | ` and no Windows device name.

A name that somebody chose is refused with ConfigError when it breaks the rule (`check_name`); a
name that was only derived, from a folder for example, is bent until it fits (`suggest_name`).
File names, slugs and identifiers are made from a display name and are always safe.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

from launcher.errors import ConfigError

LONGEST_NAME = 64
LONGEST_FILE_NAME_BYTES = 200  # of 255: a version, a platform and an extension follow
LONGEST_SLUG = 40
IDENTIFIER_PREFIX = "local.launcher"

_FORBIDDEN = '/\\:*?"<>|`'
_JOINERS = "\u200c\u200d"  # Persian, Indic scripts and emoji are not written without them
_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", "conin$", "conout$", "clock$"]
    + [port + digit for port in ("com", "lpt") for digit in "0123456789¹²³"]
)
_SPELLED = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ł": "l",
        "þ": "th",
        "\u0131": "i",
    }
)


def check_name(text: str) -> str:
    """Return the display name in its normal form, or refuse it."""
    # Only plain spaces are tidied; a tab or line break in a name is a mistake to be said.
    name = " ".join(filter(None, unicodedata.normalize("NFC", text).split(" ")))
    problem = _problem(name)
    if problem:
        shown = visible(name if len(name) <= LONGEST_NAME else name[:20] + "…")
        raise ConfigError(
            f"The name '{shown}' cannot be used: {problem}.",
            f"Choose another, such as '{suggest_name(text)}' (--name, or name in [tool.launcher]).",
        )
    return name


def suggest_name(text: str) -> str:
    """Return the nearest usable display name, whatever the text is."""
    kept = "".join(
        " " if character in _FORBIDDEN or character.isspace() else character
        for character in unicodedata.normalize("NFC", text)
        if character.isspace() or not _is_invisible(character)
    )
    name = " ".join(kept.split())[:LONGEST_NAME].strip(" .-")
    if not any(character.isalnum() for character in name):
        return "App"
    return f"App {name}"[:LONGEST_NAME].strip() if is_device_name(name) else name


def file_name(name: str) -> str:
    """Return the name as one path component that every platform accepts."""
    kept: list[str] = []
    for character in unicodedata.normalize("NFC", name):
        category = unicodedata.category(character)
        if category[0] == "M" and not (kept and kept[-1][0].isalnum()):
            continue  # a mark needs a letter to stand on
        if character in " -_.()+," or category[0] in "LN" or category in ("Mn", "Mc"):
            kept.append(character)
        elif character in _FORBIDDEN:
            kept.append(" ")
    text = re.sub(r"\.{2,}", ".", " ".join("".join(kept).split()))
    while len(text.encode()) > LONGEST_FILE_NAME_BYTES:
        text = text[:-1]
    text = text.strip(" .-_,+")
    if not text:
        return slug(name)
    return f"App {text}" if is_device_name(text) else text


def slug(name: str) -> str:
    """Return the name in the letters a-z, digits and single hyphens."""
    spelled = unicodedata.normalize("NFKD", name.casefold().translate(_SPELLED))
    plain = "".join(character for character in spelled if not unicodedata.combining(character))
    text = re.sub(r"[^a-z0-9]+", "-", re.sub("['\u2019]", "", plain)).strip("-")
    text = text[:LONGEST_SLUG].strip("-")
    if not text or _loses_letters(plain):
        # Two names in another script must not become the same app.
        digest = hashlib.sha256(unicodedata.normalize("NFC", name).encode("utf-8", "replace"))
        text = f"{text or 'app'}-{digest.hexdigest()[:8]}"
    return f"app-{text}" if is_device_name(text) else text


def identifier(name: str) -> str:
    """Return the reverse-DNS identifier of an app that has none of its own."""
    short = slug(name)
    # An element that starts with a digit is refused by D-Bus.
    return f"{IDENTIFIER_PREFIX}.{short if short[0].isalpha() else f'app-{short}'}"


def check_identifier(text: str) -> str:
    """Return the reverse-DNS identifier, or refuse it."""
    element = r"[A-Za-z][A-Za-z0-9-]*"
    usable = re.fullmatch(rf"{element}(\.{element})+", text) and len(text) <= 120
    if not usable or is_device_name(text):
        raise ConfigError(
            f"The identifier '{visible(text[:140])}' cannot be used.",
            "Write it as reverse DNS: at least two parts joined by dots, each of letters, digits "
            "and hyphens and starting with a letter, such as 'org.example.quiz'.",
        )
    return text


def check_version(text: str) -> str:
    """Return the version, or refuse it: it becomes part of file names."""
    if not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z.+!_-]{0,39}", text) or ".." in text:
        raise ConfigError(
            f"The version '{visible(text[:60])}' cannot be used.",
            "Write it with digits, letters and . + ! _ -, such as '1.4.0'.",
        )
    return text


def is_writable(name: str) -> bool:
    """Tell whether a file's name is a text that can be written down, in lists and reports, and read again."""
    return all(unicodedata.category(character) not in ("Cc", "Cs") for character in name)


def is_device_name(text: str) -> bool:
    """Tell whether Windows would open a device instead of a file of this name."""
    return text.split(".", 1)[0].rstrip(" ").casefold() in _DEVICES


def visible(text: str) -> str:
    """Return a text in which what people cannot see is spelled, so that it does nothing where it is shown."""
    return "".join(
        f"\\u{{{ord(character):x}}}" if _is_invisible(character) else character
        for character in text
    )


def _problem(name: str) -> str:
    for character in name:
        if _is_invisible(character):
            return f"it contains {_described(character)}, which people cannot see"
        if character in _FORBIDDEN:
            return f"it contains {character}"
    if not any(character.isalnum() for character in name):
        return "it has no letter and no digit"
    if len(name) > LONGEST_NAME:
        return f"it has {len(name)} characters, and {LONGEST_NAME} is the most"
    if is_device_name(name):
        return "Windows keeps it for a device"
    if name.startswith("-"):
        return "commands would read the leading dash as an option"
    return ""


def _is_invisible(character: str) -> bool:
    category = unicodedata.category(character)
    if category == "Zs":
        return character != " "
    return category[0] in "CZ" and character not in _JOINERS


def _loses_letters(plain: str) -> bool:
    return any(character.isalnum() and not character.isascii() for character in plain)


def _described(character: str) -> str:
    name = unicodedata.name(character, "a control character")
    return f"U+{ord(character):04X} ({name})"
