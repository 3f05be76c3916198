"""What the wheel holds besides the package: app, recipes, icons and our own pyproject.toml.

They lie in the wheel as launcher/bundled/... and in a checkout at its root. hatchling's
`force-include` would say so without code, but would lay a copy into every editable install
too, where the copy's folder hides the package itself.
"""

from __future__ import annotations

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUNDLED = ("app", "build", "icons", "pyproject.toml")


class BundleHook(BuildHookInterface):  # type: ignore[type-arg]
    """Add what travels with the package to a wheel that stands on its own."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Tell hatchling where each part goes."""
        if version != "editable":
            for name in BUNDLED:
                build_data["force_include"][name] = f"launcher/bundled/{name}"
