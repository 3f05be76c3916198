"""Which of two versions of an app is the older one."""

from __future__ import annotations

import re

Order = tuple[int, tuple[int, ...], tuple[int, int], tuple[int, int], int]

# Before the release itself, in this order; what is not named here says nothing about age.
BEFORE = {"dev": -4, "a": -3, "alpha": -3, "b": -2, "beta": -2, "c": -1, "rc": -1, "pre": -1, "preview": -1}
AFTER = ("post", "rev", "r", "p")
FORM = re.compile(r"v?(?:(\d+)!)?(\d+(?:\.\d+)*)(.*)", re.IGNORECASE)
WORD = re.compile(r"[-_.]?([a-z]+)[-_.]?(\d*)", re.IGNORECASE)


def is_older(version: str, other: str) -> bool:
    """Tell whether `version` is surely older than `other`; of versions without numbers nothing is sure."""
    mine, its = _order(version), _order(other)
    return mine is not None and its is not None and mine < its


def _order(version: str) -> Order | None:
    found = FORM.fullmatch(version.partition("+")[0])
    if found is None:
        return None
    epoch, release, rest = int(found[1] or 0), found[2], found[3]
    numbers = [int(number) for number in release.split(".")]
    while numbers and numbers[-1] == 0:  # 1.0 is 1
        numbers.pop()
    before, after, developing = (0, 0), (0, 0), 1
    while rest:
        word = WORD.match(rest)
        if word is None:
            break  # a build number, a date: no age that we could read
        name, number = word[1].lower(), int(word[2] or 0)
        if name == "dev" and (before, after) != ((0, 0), (0, 0)):
            developing = number - 1_000_000_000  # 1.0rc1.dev3 comes before 1.0rc1
        elif name in BEFORE:
            before = (BEFORE[name], number)
        elif name in AFTER:
            after = (1, number)
        else:
            break
        rest = rest[word.end() :]
    return epoch, tuple(numbers), before, after, developing
