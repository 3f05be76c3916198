"""What needs what: the closure over installed metadata, and who provides an imported module."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from packaging.utils import canonicalize_name

from launcher.project.distributions import Distribution, Requirement, parse


@dataclass(frozen=True, slots=True)
class Missing:
    """A distribution that is needed and not installed; `wanted_by` is empty for a root."""

    name: str
    text: str
    wanted_by: str


def closure(
    roots: Iterable[str], distributions: Iterable[Distribution]
) -> tuple[Distribution, ...]:
    """Return the roots ("flask", "flask[async]") and all that they need, each before its needs."""
    return _walk(roots, distributions)[0]


def missing(roots: Iterable[str], distributions: Iterable[Distribution]) -> tuple[Missing, ...]:
    """Return what the closure of the roots needs and the environment does not have."""
    return _walk(roots, distributions)[1]


def owners(distributions: Iterable[Distribution]) -> Mapping[str, tuple[Distribution, ...]]:
    """Map each top-level import name to its distributions; a namespace has several."""
    found: dict[str, list[Distribution]] = {}
    for distribution in distributions:
        for module in distribution.modules:
            found.setdefault(module, []).append(distribution)
    return {module: tuple(several) for module, several in found.items()}


def providers(
    module: str, owned: Mapping[str, tuple[Distribution, ...]]
) -> tuple[Distribution, ...]:
    """Return the distributions that provide a dotted module, as exactly as their files tell."""
    several = owned.get(module.partition(".")[0], ())
    if len(several) < 2:
        return several
    # google.cloud.storage belongs to one of the many that share the namespace google.
    parts = module.split(".")
    for length in range(len(parts), 1, -1):
        path = "/".join(parts[:length])
        exact = tuple(one for one in several if _has(one, path))
        if exact:
            return exact
    return several


def _has(distribution: Distribution, path: str) -> bool:
    return any(
        file.startswith((f"{path}/", f"{path}.")) and file.endswith((".py", ".so", ".pyd"))
        for file in distribution.files
    )


def _walk(
    roots: Iterable[str], distributions: Iterable[Distribution]
) -> tuple[tuple[Distribution, ...], tuple[Missing, ...]]:
    installed = {distribution.key: distribution for distribution in distributions}
    found: dict[str, Distribution] = {}
    absent: dict[str, Missing] = {}
    done: set[tuple[str, str]] = set()
    waiting = [(need, "") for root in roots if (need := parse(root) or _by_name(root))]
    waiting.reverse()
    while waiting:
        need, wanted_by = waiting.pop()
        distribution = installed.get(need.name)
        if distribution is None:
            absent.setdefault(need.name, Missing(need.name, need.text, wanted_by))
            continue
        found.setdefault(need.name, distribution)
        for extra in ("", *need.extras):
            # An extra may be asked for after the distribution itself was seen.
            if (need.name, extra) not in done:
                done.add((need.name, extra))
                needs = distribution.optional.get(extra, ()) if extra else distribution.requires
                waiting += [(each, distribution.name) for each in reversed(needs)]
    return tuple(found.values()), tuple(absent.values())


def _by_name(text: str) -> Requirement:
    return Requirement(str(canonicalize_name(text)), (), "", text)
