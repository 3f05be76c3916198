"""Filling in recipes of `build`: a value gets into one through a filter of its language, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import jinja2

from launcher import paths
from launcher.packager.escaping import insist


def environment_of(
    folder: str, filters: Mapping[str, Callable[..., Any]], **signs: Any
) -> jinja2.Environment:
    """Return an environment for the recipes in a folder of build; `signs` replace Jinja's braces.

    It has the filters that are given and none of Jinja's own, which escape for no language of ours.
    """
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(paths.bundled("build") / folder),
        undefined=jinja2.StrictUndefined,
        finalize=insist,
        autoescape=False,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        **signs,
    )
    made.filters = dict(filters)
    return made
