"""The bar of menus above the page, where there is one: a full screen has no room for it.

Never run on Windows.
"""

from __future__ import annotations

import importlib
from typing import Any

BAR = "MenuStrip"  # the class of Windows Forms that pywebview makes of a menu


def follow(form: Any) -> None:
    """Take a form's bar away while the window has the whole screen."""
    bar = next((control for control in form.Controls if control.GetType().Name == BAR), None)
    if bar is None:
        return
    toggle = form.toggle_fullscreen

    def show() -> None:
        bar.Visible = not form.is_fullscreen

    def toggle_fullscreen() -> None:
        toggle()
        form.BeginInvoke(importlib.import_module("System").Action(show))  # this may be another thread

    form.toggle_fullscreen = toggle_fullscreen
