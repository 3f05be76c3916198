"""Which apps a project's source offers, one file at a time, and which of them is meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from launcher.project.meaning import APPS, FACTORY_NAMES, Meanings
from launcher.project.scan import Scan
from launcher.project.source import Binding, Source
from launcher.project.target import Target, is_module_name
from launcher.project.tree import is_aside

FLASK_NAMES = ("app", "application")
# What people call the file that they start, the likeliest first.
STARTING_FILES = ("run", "main", "app", "wsgi", "application", "server", "serve", "start", "index")
_ENTRY_FILES = frozenset([*STARTING_FILES, "manage", "passenger_wsgi", "__init__"])
# Such files make an app only to work beside it.
_HELPER = re.compile(r"celery|worker|tasks|seed|populate|shell|init_?db|import|export|migrat")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One app: where it is and how much doubt there is; 0 is none.

    `derived` ones only pass on what another file of the project makes; `required` names what a
    factory must be given.
    """

    source: Source
    attribute: str | None
    what: str
    line: int
    doubt: int = 0
    script: bool = False
    derived: bool = False
    required: tuple[str, ...] = ()

    def target(self, *, only: bool = False, note: str = "") -> Target:
        """Return the target, with the reason why it is this one."""
        why = f"{'the only app found, ' if only else ''}{self.what} in {self.source.file}{note}"
        path, module = import_place(self.source)
        if self.script or module is None:
            return Target(None, self.source.file, self.attribute, self.source.folder, why)
        return Target(module, None, self.attribute, path, why)


def import_place(source: Source) -> tuple[str, str | None]:
    """Return the import root and module of a file, as its own imports need them."""
    folder = PurePosixPath(source.folder)
    if source.module and not source.in_package and folder.parts not in ((), ("src",)):
        dotted = ".".join([*folder.parts, source.module])
        # server/main.py that says `from server.db import ...` is started from above.
        first = folder.parts[0]
        tops = {one.module.partition(".")[0] for one in source.imports if not one.level}
        if first in tops and is_module_name(dotted):
            return ".", dotted
    return source.path, source.module


def of_source(source: Source, meanings: Meanings) -> list[Candidate]:
    """Return what one file offers: the script itself, else its apps, else its factories."""
    doubt = 3 if is_aside(source.file) else 0
    started = _script(source, meanings, doubt)
    if started is not None and started.doubt == doubt:
        return [started]
    found = _apps(source, meanings, doubt) or _factories(source, meanings, doubt)
    return found or ([started] if started is not None else [])


def decide(candidates: Sequence[Candidate], scan: Scan) -> list[Candidate]:
    """Return the one candidate that is meant, or all that could be."""
    if not candidates:
        return []
    least = min(candidate.doubt for candidate in candidates)
    left = [candidate for candidate in candidates if candidate.doubt == least]
    left = _without_imported(left, scan)
    if len(left) > 1 and _belong_together(left, candidates, scan):
        left = [min(left, key=_rank)]
    if len(left) > 1:
        left = _as_flask_would(left) or left
    return left


def _script(source: Source, meanings: Meanings, doubt: int) -> Candidate | None:
    if source.in_package and not _runs_from_its_folder(source, meanings.scan):
        return None
    for call in source.scope.calls:
        text = call.expression.replace("@", "")
        if meanings.serves(call, source):
            return Candidate(source, None, text, call.line, doubt, script=True)
    for call in source.scope.calls:
        if call.guarded and meanings.may_serve(call, source):
            text = call.expression.replace("@", "")
            return Candidate(source, None, text, call.line, doubt + 1, script=True)
    return None


def _runs_from_its_folder(source: Source, scan: Scan) -> bool:
    """Tell whether a file in a package imports its neighbours as a script does."""
    if any(one.level for one in source.imports):
        return False
    for one in source.imports:
        first = one.module.partition(".")[0]
        beside = {f"{source.folder}/{first}.py", f"{source.folder}/{first}/__init__.py"}
        if beside & scan.sources.keys():
            return True
    return False


def _apps(source: Source, meanings: Meanings, doubt: int) -> list[Candidate]:
    found: dict[str, Candidate] = {}
    wrapped: set[str] = set()
    names = source.scope.names
    for name, binding in names.items():
        sure = _sureness(name, binding, source, meanings)
        if sure is not None:
            made = _is_own_call(binding, meanings, source)
            what = name if binding.imported else _shown(binding)
            found[name] = Candidate(
                source, name, what, binding.line, doubt + sure, derived=not made
            )
            wrapped.update(set(binding.arguments) - {name})
    for function in source.scope.functions.values():
        if meanings.is_wsgi_function(function):
            sure = 0 if function.name in FLASK_NAMES else 2
            what = f"the WSGI callable {function.name}"
            found[function.name] = Candidate(
                source, function.name, what, function.line, doubt + sure
            )
    left = [candidate for name, candidate in found.items() if name not in wrapped]
    least = min((candidate.doubt for candidate in left), default=0)
    left = [candidate for candidate in left if candidate.doubt == least]
    usual = [one for name in FLASK_NAMES for one in left if one.attribute == name]
    return usual[:1] or left


def _sureness(name: str, binding: Binding, source: Source, meanings: Meanings) -> int | None:
    """Return how sure it is that the name is this file's app, or None where it is not."""
    if binding.guarded or (name.startswith("_") and not binding.imported):
        return None
    kind = meanings.of(name, source)
    stem = PurePosixPath(source.file).stem
    if binding.imported:
        # Routes import the app too; only a file that is there to be started offers it.
        offers = stem in _ENTRY_FILES and name in FLASK_NAMES and not source.in_package
        return (0 if kind in APPS else 1) if offers and (kind in (*APPS, "")) else None
    if kind in APPS:
        borrowed = meanings.scan.imported_by(source) and not _is_own_call(binding, meanings, source)
        aside = source.scope.pushes_context or _HELPER.search(stem)
        return 2 if borrowed and aside and stem not in _ENTRY_FILES else 0
    unknown_call = kind == "" and binding.expression.endswith("()") and name in FLASK_NAMES
    return 1 if unknown_call and stem in ("wsgi", "passenger_wsgi", "application") else None


def _is_own_call(binding: Binding, meanings: Meanings, source: Source) -> bool:
    return meanings.of(binding.expression[:-2], source).startswith("class ")


def _factories(source: Source, meanings: Meanings, doubt: int) -> list[Candidate]:
    usual: list[Candidate] = []
    others: list[Candidate] = []
    for name, function in source.scope.functions.items():
        kind = meanings.of(name, source)
        if kind in ("factory app", "factory wsgi"):
            # Flask itself looks for the usual names only.
            sure = 0 if name in FACTORY_NAMES else 1
            if sure and function.required:
                continue  # a helper that is handed something, not what people call an app
            found = Candidate(
                source, name, f"{name}()", function.line, doubt + sure, required=function.required
            )
            (others if sure else usual).append(found)
    usual.sort(key=lambda one: FACTORY_NAMES.index(str(one.attribute)))
    return usual[:1] or others


def _without_imported(candidates: list[Candidate], scan: Scan) -> list[Candidate]:
    """Leave out the apps that another candidate imports: they are parts of it."""
    left = []
    for one in candidates:
        above = [
            other
            for other in candidates
            if one.source.file in scan.imported_by(other.source)
            and other is not one
            # wsgi.py passes on the app of app.py, which people start: its set-up code counts.
            and not (one.script and other.derived and not other.script)
        ]
        circular = [o for o in above if o.source.file in scan.imported_by(one.source)]
        if all(other in circular and _rank(one) <= _rank(other) for other in above):
            left.append(one)
    return left or candidates


def _belong_together(left: list[Candidate], candidates: Iterable[Candidate], scan: Scan) -> bool:
    """Tell whether all start the same app: each is, or imports, what one candidate offers."""
    shared = {candidate.source.file for candidate in candidates}
    for one in left:
        shared &= scan.imported_by(one.source) | {one.source.file}
    return bool(shared) and len({one.source.file for one in left}) == len(left)


def _as_flask_would(candidates: list[Candidate]) -> list[Candidate]:
    for name in ("wsgi", "app"):
        for one in candidates:
            if one.source.path == "." and one.source.module == name:
                return [one]
    return []


def _rank(one: Candidate) -> tuple[bool, int, int, str]:
    stem = PurePosixPath(one.source.file).stem
    order = STARTING_FILES.index(stem) if stem in STARTING_FILES else len(STARTING_FILES)
    return (not one.script, one.source.file.count("/"), order, one.source.file)


def _shown(binding: Binding) -> str:
    text = binding.expression.lstrip("@")
    return f"{text[:-2]}(...)" if text.endswith("()") else text
