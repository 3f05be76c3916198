"""What is left out of a report before anybody sees it: who its user is, and what would let others in.

A report is copied into a mail to whoever made the app, or into a public place. What was left out is
marked, so that nobody looks for it; a little too much is left out rather than too little.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping

LEFT_OUT = "[left out]"
SHORTEST = 6  # of a value that is known to be secret; shorter ones are words of every text
COMMON_NAMES = ("root", "admin", "user", "guest", "test", "home", "app", "python", "flask", "windows")

# Bounded, so that no text takes long: a run of word characters is looked at from its beginning alone.
START = r"(?<![\w.-])"
SECRET_NAME = (
    r"[\w.-]{0,60}(?:secret|passw(?:or)?d|passphrase|pwd|token|ticket|credential|session|csrf|nonce"
    r"|signature|salt|(?:api|access|auth|private|encryption|signing|account|license)[_-]?key)[\w.-]{0,60}"
)
# How a value follows its name in code, dictionaries, lists of pairs, settings, addresses and markup.
FOLLOWS = r"(?:['\"]?\]?\s*(?:[:=!]=|[:=]>?|>)\s*(?:[\w.]+\s*=\s*(?=[brufBRUF]{0,2}['\"]))?|['\"]\s*,\s*)"
VALUE = r"(?:[brufBRUF]{0,2}(?:\"[^\"\n]*\"?|'[^'\n]*'?)|[^\s,;&<)}\]'\"]+)"

# Each is looked for in the whole text, in this order; the first group, where there is one, stays.
PATTERNS = (
    (r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}-----|\Z)", False),
    # What follows an entry's address: its ticket.
    (r"(/\.launcher/enter\?)[^\s\"'<>]+", False),
    (r"(\b[a-z][a-z0-9+.-]{1,20}://)[^\s/\"']*@", True),  # who logs in at a database or a proxy
    (r"((?:proxy-|http_)?authorization['\"]?\s*[:=,]\s*)[^\n]+", True),
    (r"(\b(?:bearer|basic|digest)\s+)[\w+/=.~-]{8,}", True),
    (r"((?:set-|http_)?cookie['\"]?\s*[:=]\s*)[^\n]+", True),
    (rf"({START}{SECRET_NAME}{FOLLOWS}){VALUE}", True),
    (rf"(--{SECRET_NAME}\s+){VALUE}", True),
    (r"\bey[A-Za-z0-9_-]{8,}\.[\w-]+(?:\.[\w-]*)?", False),  # a signed token
    (r"\b(?:sk|pk|rk|gh[pousr]|xox[abpsr]|glpat|AKIA|AIza)[_-]?[A-Za-z0-9_-]{12,}", False),
    # Tickets and secrets of ours: 256 bits in the letters that addresses may have, and not always a digit.
    (r"(?<![\w-])(?=[\w-]*[a-z])(?=[\w-]*[A-Z])[\w-]{43}(?![\w-])", False),
    (r"(?<![\w-])[0-9a-f]{48,}(?![\w-])", True),
)


def redact(text: str) -> str:
    """Return a text without what is nobody else's business."""
    for value in _known_values(os.environ):
        text = text.replace(value, LEFT_OUT)
    for pattern, any_case in PATTERNS:  # compiled here: most starts have no use for them
        text = re.sub(pattern, _left_out, text, flags=re.IGNORECASE if any_case else 0)
    for home in _homes():
        # Not a folder beside it whose name begins alike.
        text = re.sub(rf"{re.escape(home)}(?![\w.-])", "~", text)
    for name in _users():
        text = re.sub(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])", "[user]", text)
    return text


def _left_out(found: re.Match[str]) -> str:
    return f"{found[1] if found.re.groups else ''}{LEFT_OUT}"


def _known_values(environ: Mapping[str, str]) -> Iterable[str]:
    """List what the environment calls a secret, the longest first."""
    named = re.compile(rf"(?:{SECRET_NAME})\Z", re.IGNORECASE)
    found = {
        value
        for name, value in environ.items()
        if named.match(name) and len(value) >= SHORTEST and value.strip()
    }
    return sorted((value for value in found if not os.path.exists(value)), key=len, reverse=True)


def _homes() -> tuple[str, ...]:
    """List the home folder as it may be written, the longest first."""
    home = os.path.expanduser("~").rstrip("/\\")
    if len(home) < 3:  # none, or the root of everything
        return ()
    written = {home, os.path.realpath(home), home.replace("\\", "\\\\"), home.replace("\\", "/")}
    return tuple(sorted(written, key=len, reverse=True))


def _users() -> tuple[str, ...]:
    """List the user's names, as far as they are no word of every text."""
    names = {os.path.basename(home) for home in _homes()}
    names |= {os.environ.get(name, "") for name in ("LOGNAME", "USER", "USERNAME")}
    return tuple(sorted(name for name in names if len(name) > 2 and name.lower() not in COMMON_NAMES))
