"""The seal of an application: the hashes of all that lies in it, which its program's signature attests.

The rules, and what an entry looks like, are those that codesign uses where nothing else is asked for, from
the open sources of Apple (`bundlediskrep.cpp`, `resources.cpp` and `signer.cpp` of Security). They are
written into the seal, so whoever checks it goes by them. Never checked by codesign itself.
"""

from __future__ import annotations

import hashlib
import os
import plistlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from launcher.errors import BuildError
from launcher.packager import macho
from launcher.packager.application.arranging import PROGRAMS

FOLDER, NAME = "_CodeSignature", "CodeResources"
Rules = Mapping[str, Any]

# For macOS before 10.9, which knew no nested code.
OLD_RULES: Rules = {
    "^Resources/": True,
    r"^Resources/.*\.lproj/": {"optional": True, "weight": 1000.0},
    r"^Resources/.*\.lproj/locversion.plist$": {"omit": True, "weight": 1100.0},
    r"^Resources/Base\.lproj/": {"weight": 1010.0},
    "^version.plist$": True,
}
PLACES_OF_CODE = (
    "^(Frameworks|SharedFrameworks|PlugIns|Plug-ins|XPCServices|Helpers|MacOS"
    "|Library/(Automator|Spotlight|LoginItems))/"
)
RULES: Rules = {
    r".*\.dSYM($|/)": {"weight": 11.0},
    r"^(.*/)?\.DS_Store$": {"omit": True, "weight": 2000.0},
    PLACES_OF_CODE: {"nested": True, "weight": 10.0},
    "^.*": True,
    r"^Info\.plist$": {"omit": True, "weight": 20.0},
    "^PkgInfo$": {"omit": True, "weight": 20.0},
    "^Resources/": {"weight": 20.0},
    r"^Resources/.*\.lproj/": {"optional": True, "weight": 1000.0},
    r"^Resources/.*\.lproj/locversion.plist$": {"omit": True, "weight": 1100.0},
    r"^Resources/Base\.lproj/": {"weight": 1010.0},
    "^[^/]+$": {"nested": True, "weight": 10.0},
    r"^embedded\.provisionprofile$": {"weight": 20.0},
    r"^version\.plist$": {"weight": 20.0},
}


@dataclass(frozen=True, slots=True)
class _Rule:
    """What becomes of the paths that a pattern is found in; the heaviest counts."""

    pattern: re.Pattern[str]
    weight: float = 1.0
    omit: bool = False
    optional: bool = False
    nested: bool = False


def seal(contents: Path, program: str) -> bytes:
    """Return the seal of an application whose program is `MacOS/PROGRAM`; its nested code has to be signed.

    Raises BuildError for a file that has no place where it lies.
    """
    old, new = _read(OLD_RULES), _read(RULES)
    files: dict[str, Any] = {}
    files2: dict[str, Any] = {}
    for name, path in _files(contents, f"{PROGRAMS}/{program}"):
        rule = _rule_for(name, new)
        if rule is not None and not rule.omit:
            files2[name] = _entry(path, name, rule)
        rule = _rule_for(name, old)
        if rule is not None and not rule.omit and not path.is_symlink():
            digest = hashlib.sha1(path.read_bytes()).digest()
            files[name] = {"hash": digest, "optional": True} if rule.optional else digest
    value = {"files": files, "files2": files2, "rules": dict(OLD_RULES), "rules2": dict(RULES)}
    return plistlib.dumps(value)


def _files(contents: Path, program: str) -> Iterator[tuple[str, Path]]:
    for folder, names, files in os.walk(contents):
        here = Path(folder)
        if here == contents and FOLDER in names:
            names.remove(FOLDER)
        links = [name for name in names if (here / name).is_symlink()]
        for path in (here / name for name in (*files, *links)):
            name = path.relative_to(contents).as_posix()
            if name not in (program, NAME):  # a notary's ticket has the name of the seal
                yield name, path


def _entry(path: Path, name: str, rule: _Rule) -> dict[str, Any]:
    entry: dict[str, Any] = {"optional": True} if rule.optional else {}
    if path.is_symlink():
        return {"symlink": Path(os.readlink(path)).as_posix(), **entry}
    data = path.read_bytes()
    if not rule.nested:
        return {"hash2": hashlib.sha256(data).digest(), **entry}
    try:
        code = macho.verify(data).cdhash
    except macho.NotMachO as error:
        raise BuildError(
            f"{name} lies where an application of macOS has only signed programs: {error.message}",
            "Build again with --clean.",
        ) from error
    return {"cdhash": code, "requirement": f'cdhash H"{code.hex()}"', **entry}


def _read(rules: Rules) -> list[_Rule]:
    return [
        _Rule(re.compile(pattern), **(rule if isinstance(rule, dict) else {}))
        for pattern, rule in rules.items()
    ]


def _rule_for(name: str, rules: list[_Rule]) -> _Rule | None:
    found = [rule for rule in rules if rule.pattern.search(name)]
    return max(found, key=lambda rule: rule.weight, default=None)
