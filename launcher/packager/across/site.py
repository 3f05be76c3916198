"""The site layer of another platform: the project's distributions as that platform's wheels bring them."""

from __future__ import annotations

from launcher.errors import BuildError
from launcher.packager.plan import Plan
from launcher.packager.progress import Progress
from launcher.packager.site import Site


def site_for(plan: Plan, chosen: Site, progress: Progress) -> Site:
    """Return the distributions of `chosen` as they are on `plan.platform`, with what they need only there.

    Raises BuildError, naming each distribution that has no wheel for it and what can be done.
    """
    raise BuildError(f"Programs for {plan.platform.tag} can only be built there.")
