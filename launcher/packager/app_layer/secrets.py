"""What looks like a secret: files of variables, keys, credentials; by name, or by what small files hold."""

from __future__ import annotations

import fnmatch
import json
import os
import re
import stat
from pathlib import Path, PurePosixPath

VARIABLES, KEY, CREDENTIALS = "secrets", "a key", "credentials"
KINDS = frozenset((VARIABLES, KEY, CREDENTIALS))
FOLDERS = frozenset((".ssh", ".aws", ".gnupg", ".azure", ".kube", ".docker", ".gcloud"))
NAMES = {
    **dict.fromkeys((".env", ".env.*", "*.env", ".envrc"), VARIABLES),
    **{f"secrets.{end}": VARIABLES for end in ("json", "toml", "yaml", "yml", "ini", "cfg")},
    **{f".secrets.{end}": VARIABLES for end in ("json", "toml", "yaml", "yml", "ini")},
    **dict.fromkeys(("*.pem", "*.key", "*.p12", "*.pfx", "*.ppk", "*.jks", "*.keystore", "*.kdbx"), KEY),
    **dict.fromkeys(("id_rsa*", "id_dsa*", "id_ed25519*", "id_ecdsa*"), KEY),
    **dict.fromkeys((".netrc", "_netrc", ".pypirc", ".pgpass", ".my.cnf", ".htpasswd"), CREDENTIALS),
    **dict.fromkeys((".git-credentials", ".dockercfg", "kubeconfig"), CREDENTIALS),
    **dict.fromkeys(("credentials.json", "client_secret*.json"), CREDENTIALS),
}
# What people write so that others know which variables there are.
EXAMPLES = re.compile(r"(^|[._-])(example|sample|template|dist|defaults?)([._-]|$)", re.IGNORECASE)
SMALL = 100_000  # bytes; keys and what is told to a program are smaller
HEAD = 8_000  # bytes; a file that is a key begins with it
PRIVATE = re.compile(rb"^-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----", re.MULTILINE)
PUBLIC = re.compile(rb"^-----BEGIN (?:(?:\w+ )?PUBLIC KEY|(?:TRUSTED )?CERTIFICATE|X509 CRL)", re.MULTILINE)
TOKEN = re.compile(rb"_authToken\s*=\s*\S|_password\s*=\s*\S")
# A key in the middle of these is a part of the app, which would not run without the file.
OF_THE_APP = frozenset(
    (
        *(".py", ".pyw", ".html", ".htm", ".jinja", ".jinja2", ".j2", ".js", ".mjs", ".ts", ".css", ".vue"),
        *(".md", ".rst", ".ipynb", ".toml", ".cfg", ".ini", ".yaml", ".yml", ".xml", ".sql", ".csv"),
    )
)
_VARIABLE = re.compile(r"^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.-]*)[ \t]*=", re.MULTILINE)


def kind_of(path: Path) -> str:
    """Tell what kind of secret a file is, going by its names and what it holds; empty for none."""
    kind = _kind_of(path)
    # A link is what it names, by whatever name.
    return kind or (_kind_of(Path(os.path.realpath(path))) if path.is_symlink() else "")


def _kind_of(path: Path) -> str:
    name = path.name
    for pattern, kind in NAMES.items():
        if fnmatch.fnmatchcase(name, pattern):
            if kind == VARIABLES and EXAMPLES.search(name):
                continue
            return "" if kind == KEY and _is_public(path) else kind
    if name == ".npmrc":
        return CREDENTIALS if TOKEN.search(_text(path)) else ""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in OF_THE_APP:
        return ""
    if suffix == ".json":
        return CREDENTIALS if _is_account(_text(path)) else ""
    return KEY if PRIVATE.search(_text(path, HEAD)) else ""


def holds_key(path: Path) -> bool:
    """Tell whether a file of the app's own holds a private key among other things."""
    return PurePosixPath(path.name).suffix.lower() in OF_THE_APP and PRIVATE.search(_text(path)) is not None


def variables(path: Path) -> tuple[str, ...]:
    """Return the names of the variables that a file sets, in their order; never a value."""
    found = _VARIABLE.findall(_text(path).decode("utf-8", "replace"))
    return tuple(dict.fromkeys(found))


def _is_public(path: Path) -> bool:
    """Tell a certificate or a public key from a private one."""
    text = _text(path)
    return PUBLIC.search(text) is not None and PRIVATE.search(text) is None


def _is_account(text: bytes) -> bool:
    """Tell a service account, a client's secret or a kept token of Google's kind from other JSON."""
    if not any(word in text for word in (b"private_key", b"client_secret", b"refresh_token")):
        return False
    try:
        value = json.loads(text)
    except ValueError:
        return False
    if not isinstance(value, dict):
        return False
    inner = [value, *(part for part in (value.get("installed"), value.get("web")) if isinstance(part, dict))]
    keys = ("private_key", "client_secret", "refresh_token")
    return any(isinstance(one.get(key), str) and one[key] for one in inner for key in keys)


def _text(path: Path, most: int = SMALL) -> bytes:
    try:
        about = path.stat()
        if about.st_size > SMALL or not stat.S_ISREG(about.st_mode):  # a pipe has no end
            return b""
        with path.open("rb") as file:
            return file.read(most)
    except OSError:
        return b""
