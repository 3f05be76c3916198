"""The recipes in build/serve: which files an export has, and how they are filled in.

A value gets into a file through a filter of `escaping` or not at all, and a name that no value has is an
error: neither can be forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import jinja2

from launcher.packager.escaping import FILTERS
from launcher.packager.recipes import environment_of

UNAVAILABLE = "unavailable.html"
FILES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "nginx": (("nginx/site.conf", "nginx/{slug}.conf"), (UNAVAILABLE, f"nginx/{UNAVAILABLE}")),
    "apache": (("apache/site.conf", "apache/{slug}.conf"), (UNAVAILABLE, f"apache/{UNAVAILABLE}")),
    "systemd": (("systemd/app.service", "systemd/{slug}.service"),),
    "docker": (
        ("docker/Dockerfile", "Dockerfile"),
        ("docker/dockerignore", ".dockerignore"),
        ("docker/healthy.py", "runtime/healthy.py"),
    ),
    "compose": (
        ("compose/compose.yaml", "compose.yaml"),
        ("nginx/site.conf", "compose/nginx.conf"),
        (UNAVAILABLE, f"compose/{UNAVAILABLE}"),
    ),
    "kubernetes": tuple(
        (f"kubernetes/{name}.yaml", f"kubernetes/{name}.yaml")
        for name in ("config", "deployment", "service", "ingress", "network")
    ),
}
SEVERAL_PODS = ("autoscaler", "disruption")
ONE_POD = ("storage",)


@cache
def environment() -> jinja2.Environment:
    """Return the one environment of the recipes."""
    return environment_of("serve", {**FILTERS, "length": len})


def render(recipe: str, values: Mapping[str, Any]) -> str:
    """Fill in one recipe."""
    return environment().get_template(recipe).render(values)


def files(target: str, slug: str, *, volumes: bool, writes: bool) -> Iterable[tuple[str, str]]:
    """Return the recipes of one target, each with the file that it becomes."""
    found = [(recipe, place.format(slug=slug)) for recipe, place in FILES[target]]
    if target == "kubernetes":
        more = (*(() if writes else SEVERAL_PODS), *(ONE_POD if volumes else ()))
        found += [(f"kubernetes/{name}.yaml", f"kubernetes/{name}.yaml") for name in more]
    return found
