"""What of the standard library a player has: all, so that nothing an app imports is ever "hidden".

What stays out is Tk (a window system of its own, with its Tcl files), and what only develops or tests Python.
"""

import sys

LEFT_OUT = frozenset((
    "antigravity", "ensurepip", "idlelib", "lib2to3", "pydoc_data", "test", "this", "tkinter", "turtle",
    "turtledemo", "venv", "_tkinter",
))  # fmt: skip

# PyInstaller's own hooks at run time import these packages at every start, a tenth of a second in
# all. The launcher does what an app needs of them, in the child processes that need it.
SLOW_HOOKS = frozenset((
    "pyi_rth_setuptools", "pyi_rth_pkgres", "pyi_rth_multiprocessing", "pyi_rth_pkgutil", "pyi_rth_inspect",
))  # fmt: skip

# Options of the program itself: text is UTF-8 everywhere.
OPTIONS = ("X utf8=1",)


def belongs(module):
    """Tell whether a module of the standard library travels, given its dotted name."""
    top = module.partition(".")[0]
    return top in sys.stdlib_module_names and top not in LEFT_OUT and ".test" not in module
