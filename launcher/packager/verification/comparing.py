"""The program's answers beside those of its source."""

from __future__ import annotations

from collections.abc import Mapping

from launcher.errors import VerificationFailed
from launcher.packager.asking import Answer
from launcher.packager.rehearsal.facts import Facts
from launcher.packager.verification.outcome import Verified

SHOWN = 10  # differences in a message


def compare(
    facts: Facts, answers: Mapping[str, Answer], broke: str | None, verified: Verified, todo: str
) -> None:
    """Count what was compared; raises VerificationFailed with the differences."""
    differences = []
    for path, expected in facts.answers.items():
        got = answers.get(path)
        verified.asked += 1
        if got is None:
            differences.append(
                f"GET {path}: the program ended" if path == broke else f"GET {path}: not asked"
            )
        elif path in facts.varying or path in verified.changing:
            verified.varying += 1
            if breaks(expected, got):
                differences.append(_difference(path, expected, got))
        else:
            verified.compared += 1
            if got != expected:
                differences.append(_difference(path, expected, got))
    if differences:
        raise VerificationFailed(
            "The packaged program answers otherwise than its source:\n" + listed(differences), todo
        )


def differing(facts: Facts, answers: Mapping[str, Answer]) -> list[str]:
    """List the paths whose answers should be the source's, and are not."""
    return [
        path
        for path, expected in facts.answers.items()
        if path not in facts.varying and answers.get(path, expected) != expected
    ]


def breaks(before: Answer, after: Answer) -> bool:
    """Tell whether an answer has become an error of the app's."""
    return after.status >= 500 > before.status


def listed(differences: list[str]) -> str:
    """Write differences line by line, the first few of many."""
    more = f"\nand {len(differences) - SHOWN} more" if len(differences) > SHOWN else ""
    return "\n".join(differences[:SHOWN]) + more


def _difference(path: str, expected: Answer, got: Answer) -> str:
    return f"GET {path}: from source {expected.describe()}; packaged {got.describe()}"
