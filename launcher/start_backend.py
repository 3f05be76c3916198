"""Start a backend in a project's own interpreter, which knows nothing of the launcher.

Run by path, with `name=folder` arguments for the packages to bring along. They
are found by name alone, so that nothing else of the launcher's environment can
be imported from there.
"""

import importlib.machinery
import importlib.util
import os
import sys


class Visitors:
    """A finder for the few packages that come from outside; it goes when these are hidden."""

    brings_ours = True

    def __init__(self, folders: dict[str, str]) -> None:
        self.folders = folders

    def find_spec(self, name, path=None, target=None):  # type: ignore[no-untyped-def]
        """Find a package by its folder; its submodules are found through it."""
        folder = self.folders.get(name)
        if folder is None:
            return None
        return importlib.util.spec_from_file_location(
            name, os.path.join(folder, "__init__.py"), submodule_search_locations=[folder]
        )


def main() -> None:
    """Bring the packages along, load the entry module and hand over to it."""
    # Python put this file's folder first: our module names would hide the user's.
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [place for place in sys.path if os.path.abspath(place or ".") != here]
    entry, *arguments = sys.argv[1:]
    sys.meta_path.insert(0, Visitors(dict(argument.split("=", 1) for argument in arguments)))
    importlib.import_module(entry).main()


if __name__ == "__main__":
    main()
