"""The project as a distribution of its own environment: its code is the app layer, not a part of the site."""

from __future__ import annotations

import os
from dataclasses import replace

from packaging.utils import canonicalize_name

from launcher.packager.plan import Plan
from launcher.project.environment import Distribution


def is_own(distribution: Distribution, plan: Plan) -> bool:
    """Tell whether a distribution is the project itself, installed into its own environment."""
    if plan.distribution is not None:
        return False
    if distribution.editable is not None:
        return os.path.realpath(distribution.editable) == os.path.realpath(plan.root)
    name = plan.config.project_name
    if name is None or distribution.key != canonicalize_name(name):
        return False
    # A project may be called like something that it only uses.
    own = [plan.root / path / module for module in distribution.modules for path in ("", "src")]
    return any(place.is_dir() or place.with_suffix(".py").is_file() for place in own)


def less(distribution: Distribution, plan: Plan) -> Distribution:
    """Leave of the project's own distribution what describes it: its code is the app layer."""
    if distribution.editable is not None or not is_own(distribution, plan):
        return distribution
    folder = f"{distribution.metadata.name}/"
    return replace(
        distribution,
        files=tuple(name for name in distribution.files if name.startswith(folder)),
        outside=(),
        broken="",
    )


def is_app(distribution: Distribution, plan: Plan) -> bool:
    """Tell whether a distribution is the app itself, and so the app layer."""
    return plan.distribution is not None and distribution.key == plan.distribution.key
