"""The pages: one blueprint a family."""

from . import builds, folders, home, projects

BLUEPRINTS = (home.blueprint, folders.blueprint, projects.blueprint, builds.blueprint)
