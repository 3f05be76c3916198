"""What the author may not want to hand to friends: secrets, and databases with personal data."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from launcher.packager.app_layer import AppLayer, personal, secrets
from launcher.packager.app_layer.travel import matches
from launcher.packager.warnings.notice import Notice
from launcher.project.config import Files

NAMED = 12  # variables in one sentence
READABLE = "Whoever gets the program can read it."


def look(layer: AppLayer, wishes: Files, read: Collection[str] = ()) -> Iterator[Notice]:
    """Look for secrets that stay behind or travel, and for personal data that travels.

    `read` are the files that the app was seen to read.
    """
    for one in layer.left:
        if one.why in secrets.KINDS:
            yield _left(layer, one.path, one.why, is_read=one.path in read)
    for path, kind in layer.secret:
        yield Notice(
            f"{path} travels",
            f"It looks like {_kind(kind)}, and it was asked for by include or keep. {READABLE}",
            "Nothing, if that is meant.",
        )
    secret = {path for path, _ in layer.secret}
    for name in layer.files:
        if name not in secret and secrets.holds_key(layer.source / name):
            yield Notice(
                f"{name} holds a private key",
                f"It travels, for it is a part of the app. {READABLE}",
                "Move the key into a file of its own, which stays behind; let each copy make its own.",
            )
    yield from _databases(layer, wishes)


def _left(layer: AppLayer, path: str, kind: str, *, is_read: bool) -> Notice:
    what = "The app reads it, and it" if is_read else "It"
    detail = f"{what} looks like {_kind(kind)}: friends do not get it."
    take = f"name it in include of [tool.launcher.files], or build with --include {path}"
    names = secrets.variables(layer.source / path) if kind == secrets.VARIABLES else ()
    if not names:
        return Notice(f"{path} stays behind", detail, f"If the app cannot do without all of it, {take}.")
    rest = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return Notice(
        f"{path} stays behind",
        f"{detail} It sets {', '.join(names[:NAMED])}{rest}.",
        "Write what the app needs of them, and friends may have, into env of [tool.launcher], such as "
        f'env = {{ {_example(names)} = "..." }}. To hand out all of it, {take}.',
    )


def _example(names: tuple[str, ...]) -> str:
    """Choose a name for the example, rather not that of a password."""
    private = ("KEY", "SECRET", "TOKEN", "PASS", "PWD")
    return next((name for name in names if not any(word in name.upper() for word in private)), names[0])


def _databases(layer: AppLayer, wishes: Files) -> Iterator[Notice]:
    decided = (*wishes.asked_include, *wishes.include, *wishes.keep)
    for name in layer.files:
        if matches(name, decided):
            continue
        tables = personal.tables_of(layer.source / name)
        if tables:
            told = "; ".join(table.describe() for table in tables)
            yield Notice(
                f"{name} holds personal data",
                f"It travels as what each friend's copy begins with: {told}. {READABLE}",
                "Name it in exclude of [tool.launcher.files], or build with "
                f"--exclude {name}, if friends are not to have it: the app then begins without it. "
                "Name it in keep, or build with --include, if they are.",
            )


def _kind(kind: str) -> str:
    return {secrets.VARIABLES: "settings with secrets", secrets.KEY: "a key"}.get(kind, "credentials")
