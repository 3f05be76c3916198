"""How large a body may be that an app takes: what it says itself."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from types import CodeType
from typing import Any

SETTING = "MAX_CONTENT_LENGTH"
BY_REQUEST = "max_content_length"  # set on a request, it may be more for this one


def largest(flasks: Iterable[Any]) -> int | None:
    """Return the largest body in bytes that any of some Flask apps takes; None where one does not say."""
    found = [None if _decides_by_request(app) else app.config.get(SETTING) for app in flasks]
    sizes = [size for size in found if isinstance(size, int)]
    return max(sizes) if sizes and len(sizes) == len(found) else None


def _decides_by_request(app: Any) -> bool:
    """Tell whether code that is called for a request sets another limit there."""
    request_class = getattr(app, "request_class", object)
    if getattr(request_class, BY_REQUEST, None) is not _of_flask(request_class):
        return True
    hooks = [one for several in getattr(app, "before_request_funcs", {}).values() for one in several]
    return any(BY_REQUEST in _names(function) for function in (*app.view_functions.values(), *hooks))


def _of_flask(request_class: Any) -> Any:
    """Return the attribute as Flask or Werkzeug define it."""
    for one in request_class.__mro__:
        if one.__module__.partition(".")[0] in ("flask", "werkzeug") and BY_REQUEST in vars(one):
            return vars(one)[BY_REQUEST]
    return None


def _names(function: Any) -> set[str]:
    """Return the names that a function's code and the functions in it use."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    return set() if code is None else {name for one in _codes(code) for name in one.co_names}


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)
