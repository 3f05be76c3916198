"""All attacks, and the table of what came of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.attacks import (
    bodies,
    browser,
    forwarding,
    hosts,
    listeners,
    noise,
    origins,
    planting,
    secrets,
    slowness,
    smuggling,
    soak,
    tickets,
)
from tests.attacks.vocabulary import Attack, Outcome

ALL: tuple[Attack, ...] = (
    *listeners.ATTACKS,
    *hosts.ATTACKS,
    *origins.ATTACKS,
    *tickets.ATTACKS,
    *bodies.ATTACKS,
    *smuggling.ATTACKS,
    *noise.ATTACKS,
    *browser.ATTACKS,
    *secrets.ATTACKS,
    *planting.ATTACKS,
    *slowness.ATTACKS,
    *soak.ATTACKS,
)
# What can be put to a server on the web, where everybody may come in.
SERVED: tuple[Attack, ...] = (
    *hosts.ATTACKS,
    *origins.SERVED,
    *forwarding.ATTACKS,
    *smuggling.SERVED,
    *bodies.SERVED,
    *slowness.SERVED,
)
SIGNS = {"held": "✔", "got through": "✘", "does not apply": "n/a"}

Outcomes = Mapping[tuple[str, str], Outcome]  # by the promise and the system's name


def written(attacks: Sequence[Attack], systems: Sequence[str], outcomes: Outcomes) -> str:
    """Write the table in Markdown: the promises by the systems, then why some do not apply."""
    lines = [f"| Promise | {' | '.join(systems)} |", f"|---|{'---|' * len(systems)}"]
    theme = ""
    for attack in attacks:
        if attack.theme != theme:
            theme = attack.theme
            lines.append(f"| **{theme}** |{' |' * len(systems)}")
        cells = [_cell(outcomes.get((attack.promise, system))) for system in systems]
        lines.append(f"| {attack.promise} | {' | '.join(cells)} |")
    held = [_held(attacks, system, outcomes) for system in systems]
    lines.append(f"| **kept, of those that apply** | {' | '.join(held)} |")
    reasons = _reasons(outcomes)
    return "\n".join([*lines, "", *reasons, ""] if reasons else [*lines, ""])


def _cell(outcome: Outcome | None) -> str:
    if outcome is None:
        return ""
    detail = outcome.detail.replace("|", "/")
    return (
        SIGNS[outcome.verdict]
        if outcome.verdict == "does not apply"
        else f"{SIGNS[outcome.verdict]} {detail}"
    )


def _held(attacks: Sequence[Attack], system: str, outcomes: Outcomes) -> str:
    found = [outcomes[key] for attack in attacks if (key := (attack.promise, system)) in outcomes]
    applying = [one for one in found if one.verdict != "does not apply"]
    return f"**{sum(one.held for one in applying)} of {len(applying)}**"


def _reasons(outcomes: Outcomes) -> list[str]:
    reasons: dict[tuple[str, str], list[str]] = {}
    for (promise, system), outcome in outcomes.items():
        if outcome.verdict == "does not apply":
            reasons.setdefault((promise, outcome.detail), []).append(system)
    return [
        f"- *{promise}* does not apply to {', '.join(systems)}: {why}."
        for (promise, why), systems in reasons.items()
    ]
