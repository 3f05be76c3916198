"""Whether an app may run in place, going by what its rehearsal saw.

The rehearsal asks for pages only, so it can never prove that an app writes nothing. The copy for each user
is the rule, therefore, and the author asks for the exception; what was seen can only refuse it.
"""

from __future__ import annotations

from launcher.errors import BuildError
from launcher.packager.rehearsal.facts import PROJECT, Facts
from launcher.project.manifest import Manifest

SHOWN = 3
ASKED = "in-place in [tool.launcher.files] is true"


def check(manifest: Manifest, facts: Facts) -> None:
    """Raise BuildError where the app is to run in place and was seen to need its own copy."""
    if not manifest.in_place:
        return
    if facts.written.project:
        raise BuildError(
            f"{ASKED}, but the app writes beside its code: {_some(facts, facts.written.project)}.",
            "Take in-place out: the program then gives each user a copy that the app may write. Or write "
            "into the home or a temporary folder.",
        )
    if facts.relative:
        raise BuildError(
            f"{ASKED}, but the app opens files from its working directory, which is an empty folder then: "
            f"{_some(facts, tuple(sorted(facts.relative)))}.",
            "Start from where the code lies, Path(__file__).parent, or take in-place out.",
        )


def _some(facts: Facts, names: tuple[str, ...]) -> str:
    shown = []
    for name in names[:SHOWN]:
        by = facts.by.get((PROJECT, name), "")
        shown.append(f"{name} ({by})" if by else name)
    rest = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(shown) + rest
