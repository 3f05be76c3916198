"""Writing a value so that a language of configuration means by it what we mean, or refusing to.

Each function is a filter of the recipes and says which language, and which place in it, it is for. What
has gone through none of them never gets into a file: `insist` looks at every value that a recipe writes.
"""

from __future__ import annotations

import json
import re
import shlex
import unicodedata
from collections.abc import Callable, Sequence

from launcher.errors import UsageError

# A variable that is defined as the sign itself: neither nginx nor Apache has another way to write it.
DOLLAR = "launcher_dollar"
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>|~&$])")


class Escaped(str):
    """A text that has gone through a filter."""

    __slots__ = ()


def insist(value: object) -> str:
    """Return what a recipe writes; raises TypeError for what no filter has made safe."""
    if isinstance(value, Escaped):
        return value
    raise TypeError(f"{value!r} is written without a filter")


def nginx(value: str) -> Escaped:
    """Write a text for nginx where it looks for no variables: locations, names of hosts, files."""
    text = _plain(value, "nginx", allowed="\t\r\n")
    for sign, written in (("\\", "\\\\"), ('"', '\\"'), ("\t", "\\t"), ("\r", "\\r"), ("\n", "\\n")):
        text = text.replace(sign, written)
    return Escaped(f'"{text}"')


def nginx_value(value: str) -> Escaped:
    """Write a text for nginx where it looks for variables: paths of files, headers, answers."""
    return Escaped(nginx(value).replace("$", f"${{{DOLLAR}}}"))


def nginx_regex(value: str) -> Escaped:
    """Write a text for nginx as the part of a regular expression that means exactly it."""
    return Escaped(nginx(_literal(value))[1:-1])


def apache(value: str) -> Escaped:
    """Write a text as one word of Apache's; a line break has no place in one."""
    text = _plain(value, "Apache").replace("\\", "\\\\").replace('"', '\\"')
    return Escaped('"' + text.replace("${", f"${{{DOLLAR}}}{{") + '"')


def apache_regex(value: str) -> Escaped:
    """Write a text for Apache as the part of a regular expression that means exactly it."""
    return Escaped(apache(_literal(value))[1:-1])


def systemd(value: str) -> Escaped:
    """Write a text for the rest of a line of a unit, such as its description."""
    text = " ".join(_visible(value).split()).replace("%", "%%")
    # At the end of a line it would join the next one.
    return Escaped(text.rstrip("\\"))


def systemd_path(value: str) -> Escaped:
    """Write a path as one word of a list of paths in a unit."""
    text = _plain(value, "systemd", refused="\\").replace("%", "%%")
    # Such lists know quotes, and a backslash that stays: what holds one kind of quote stands in the other.
    parts = re.findall(r'"+|[^"]+', text)
    return Escaped("".join(f"'{part}'" if '"' in part else f'"{part}"' for part in parts))


def docker(value: str) -> Escaped:
    """Write one quoted word of a Dockerfile, such as a label."""
    text = _plain(value, "a Dockerfile")
    for sign, written in (("\\", "\\\\"), ('"', '\\"'), ("$", "\\$")):
        text = text.replace(sign, written)
    return Escaped(f'"{text}"')


def docker_exec(words: Sequence[str]) -> Escaped:
    """Write a command of a Dockerfile, which no shell sees."""
    return Escaped(f"[{', '.join(_quoted(word, pairs=True) for word in words)}]")


def yaml(value: str) -> Escaped:
    """Write a text as YAML."""
    return Escaped(_quoted(value))


def compose(value: str) -> Escaped:
    """Write a text in a compose file, which looks for variables in it."""
    return Escaped(_quoted(value).replace("$", "$$"))


def shell(value: str) -> Escaped:
    """Write one word of a command that somebody types into a shell."""
    return Escaped(shlex.quote(_plain(value, "a shell")))


def html(value: str) -> Escaped:
    """Write a text for a page."""
    text = _visible(value)
    for sign, written in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#39;")):
        text = text.replace(sign, written)
    return Escaped(text)


def markdown(value: str) -> Escaped:
    """Write a text for a README, in one line."""
    return Escaped(_MARKDOWN.sub(r"\\\1", " ".join(_visible(value).split())))


def comment(value: str) -> Escaped:
    """Write a text behind the # of any language, in one line that does not go on."""
    return Escaped(" ".join(_visible(value).split()).rstrip("\\"))


def number(value: int) -> Escaped:
    """Write a number, and nothing that only looks like one."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{value!r} is no number")
    return Escaped(str(value))


def bare(value: str) -> Escaped:
    """Write a name that we have made ourselves and that means itself in every language."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", value):
        raise TypeError(f"{value!r} is no bare name")
    return Escaped(value)


def place(value: str) -> Escaped:
    """Write an absolute path that means itself in every language; see `settings.check_place`."""
    if not re.fullmatch(r"(/[A-Za-z0-9_+@][A-Za-z0-9._+@-]*)+", value):
        raise TypeError(f"{value!r} is no plain path")
    return Escaped(value)


def bare_path(value: str) -> Escaped:
    """Write a relative path of bare names."""
    return Escaped("/".join(bare(part) for part in value.split("/")))


FILTERS: dict[str, Callable[..., Escaped]] = {
    one.__name__: one
    for one in (
        *(nginx, nginx_value, nginx_regex, apache, apache_regex, systemd, systemd_path, docker),
        *( docker_exec, yaml, compose, shell, html, markdown, comment, number, bare, bare_path, place),
    )
}


def _literal(value: str) -> str:
    return re.sub(r"([\\^$.|?*+()\[\]{}#\s-])", r"\\\1", value)


def is_steering(sign: str) -> bool:
    """Tell whether a sign steers what shows it: control characters, ends of lines, directions of writing."""
    return unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp")


def _plain(value: str, language: str, *, allowed: str = "", refused: str = "") -> str:
    for sign in value:
        is_control = unicodedata.category(sign) in ("Cc", "Cs") and sign not in allowed
        if is_control or sign in refused:
            raise UsageError(
                f"{value!r} cannot be written for {language}: it holds the sign U+{ord(sign):04X}.",
                "Give the file or the folder a plainer name.",
            )
    return value


def _visible(value: str) -> str:
    """Return a text that people read, less what would steer how they see it."""
    return "".join(" " if is_steering(sign) else sign for sign in value)


def _quoted(value: str, *, pairs: bool = False) -> str:
    """Write a text between double quotes, all that is not plain ASCII by its number."""
    _plain(value, "YAML", allowed="".join(map(chr, range(0xA0))))
    if pairs:
        return json.dumps(value)
    return '"' + "".join(_by_number(sign) for sign in value) + '"'


def _by_number(sign: str) -> str:
    if sign in '"\\':
        return f"\\{sign}"
    if 0x20 <= ord(sign) < 0x7F:
        return sign
    return f"\\u{ord(sign):04x}" if ord(sign) < 0x10000 else f"\\U{ord(sign):08x}"
