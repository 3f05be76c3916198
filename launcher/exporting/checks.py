"""Each file of an export, held against the tool that will read it, where this machine has that tool.

What is checked is filled in for a folder of this machine, with a certificate of a minute and ports that
nobody has: nginx and Apache look for what they are told of, and an ordinary user may not have port 80.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from launcher.errors import BuildError, LauncherError
from launcher.exporting.settings import Ports
from launcher.packager import commands

Fill = Callable[[Path], Mapping[str, str]]  # a folder to the text of each file, by its name

PORTS = Ports(http=8098, https=8498)
ADMIN = ("/usr/sbin", "/usr/local/sbin", "/sbin")  # not in everybody's PATH
APACHE = (
    *("/usr/lib/apache2/modules", "/usr/lib64/httpd/modules"),
    *("/etc/httpd/modules", "/usr/libexec/apache2"),
)
MODULES = (
    *("mpm_event", "unixd", "authn_core", "authz_core", "authz_host", "alias", "env", "setenvif"),
    *("headers", "rewrite", "deflate", "filter", "reqtimeout", "mime", "version", "dir"),
    *("slotmem_shm", "socache_shmcb", "ssl"),
    *("proxy", "proxy_http", "proxy_balancer", "lbmethod_byrequests", "log_config"),
)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a tool said of a file: that it is right, with a word more; or why nobody was asked."""

    file: str
    tool: str
    is_checked: bool
    said: str = ""


def find(name: str) -> str | None:
    """Return where a tool is, also where only an administrator looks."""
    beside = str(Path(sys.executable).parent)
    return shutil.which(name) or shutil.which(name, path=":".join((*ADMIN, beside)))


def check(targets: tuple[str, ...], fill: Fill, folder: Path) -> tuple[Checked, ...]:
    """Check the files of all targets in `folder`; raises BuildError where a tool refuses one."""
    return tuple(one for target in targets for one in CHECKS[target](fill, folder / target))


def _nginx(fill: Fill, folder: Path, key: str = "nginx/") -> Iterator[Checked]:
    tool, openssl = find("nginx"), find("openssl")
    name, text = _file(fill(folder), key, ".conf")
    if tool is None or openssl is None:
        lacking = "nginx" if tool is None else "openssl"
        yield Checked(name, "nginx -t", False, f"there is no {lacking} here")
        return
    certificate(openssl, folder)
    (folder / "site.conf").write_text(text, encoding="utf-8")
    (folder / "nginx.conf").write_text(nginx_around(folder), encoding="utf-8")
    _run([tool, "-t", "-q", "-p", str(folder), "-c", str(folder / "nginx.conf")], name)
    yield Checked(name, "nginx -t", True)


def nginx_around(folder: Path, more: str = "") -> str:
    """Return what stands around a site: what else nginx would want from places that are the system's."""
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f'    {kind}_temp_path "{folder}/{kind}";\n' for kind in kinds)
    types = "/etc/nginx/mime.types"
    known = f"    include {types};\n" if Path(types).is_file() else ""
    return (
        f'pid "{folder}/nginx.pid";\nerror_log stderr;\n{more}events {{}}\nhttp {{\n{known}{temporary}'
        f'    access_log off;\n    include "{folder}/site.conf";\n}}\n'
    )


def _apache(fill: Fill, folder: Path) -> Iterator[Checked]:
    tool, openssl = find("apache2") or find("httpd"), find("openssl")
    name, text = _file(fill(folder), "apache/", ".conf")
    modules = next((Path(place) for place in APACHE if Path(place).is_dir()), None)
    if tool is None or openssl is None or modules is None:
        lacking = "Apache" if openssl else "openssl"
        yield Checked(name, "apache2 -t", False, f"there is no {lacking} here")
        return
    certificate(openssl, folder)
    for place in set(re.findall(r'<Directory "([^"$]+)">', text)):
        if place.startswith(str(folder)):
            Path(place).mkdir(parents=True, exist_ok=True)
    (folder / "site.conf").write_text(text, encoding="utf-8")
    (folder / "httpd.conf").write_text(apache_around(folder, modules, PORTS), encoding="utf-8")
    _run([tool, "-t", "-d", str(folder), "-f", str(folder / "httpd.conf")], name)
    yield Checked(name, "apache2 -t", True)


def apache_around(folder: Path, modules: Path, ports: Ports, more: str = "") -> str:
    """Return what stands around a site: modules, and where to listen."""
    loaded = "".join(
        f"<IfModule !{name}_module>\nLoadModule {name}_module {modules}/mod_{name}.so\n</IfModule>\n"
        for name in MODULES
        if (modules / f"mod_{name}.so").is_file()
    )
    return (
        f'ServerRoot "{folder}"\nServerName localhost\n{loaded}Listen {ports.http}\nListen {ports.https}\n'
        f'PidFile "{folder}/httpd.pid"\nErrorLog "{folder}/error.log"\nDefaultRuntimeDir "{folder}"\n'
        f'{more}<Directory "/">\nRequire all denied\n</Directory>\nInclude "{folder}/site.conf"\n'
    )


def certificate(openssl: str, folder: Path) -> None:
    """Make a certificate that is good for nothing but to be found."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    files = ["-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]
    _run([*command, "-days", "1", "-subj", "/CN=localhost", *files], "a certificate")


def _systemd(fill: Fill, folder: Path) -> Iterator[Checked]:
    tool = find("systemd-analyze")
    name, text = _file(fill(folder), "systemd/", ".service")
    if tool is None:
        yield Checked(name, "systemd-analyze verify", False, "there is no systemd here")
        return
    python = folder / "environment" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    unit = folder / Path(name).name
    unit.write_text(text, encoding="utf-8")
    said = _run([tool, "verify", "--man=no", str(unit)], name)
    if any(unit.name in line for line in said):
        raise _refused(name, "systemd-analyze", said)
    yield Checked(name, "systemd-analyze verify", True)
    with suppress(LauncherError):  # older ones cannot do it without the service
        told = " ".join(_run([tool, "security", "--offline=true", "--no-pager", str(unit)], name))
        score = re.search(r"exposure level[^:]*:\s*([\d.]+ \w+)", told)
        if score:
            yield Checked(name, "systemd-analyze security", True, f"exposure {score[1]}, of 10")


def _docker(fill: Fill, folder: Path) -> Iterator[Checked]:
    tool = find("hadolint")
    name, text = _file(fill(folder), "Dockerfile", "")
    if tool is None:
        yield Checked(name, "hadolint", False, "there is no hadolint here")
        return
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "Dockerfile").write_text(text, encoding="utf-8")
    _run([tool, "--failure-threshold", "error", str(folder / "Dockerfile")], name)
    yield Checked(name, "hadolint", True)


def _compose(fill: Fill, folder: Path) -> Iterator[Checked]:
    tool, texts = find("docker-compose"), fill(folder)
    if tool is None:
        yield Checked("compose.yaml", "docker-compose config", False, "there is no docker-compose here")
    else:
        (folder / "secrets").mkdir(parents=True)
        (folder / "secrets" / "environment").touch()
        (folder / "compose.yaml").write_text(texts["compose.yaml"], encoding="utf-8")
        _run([tool, "--file", str(folder / "compose.yaml"), "config", "--quiet"], "compose.yaml")
        yield Checked("compose.yaml", "docker-compose config", True)
    inner = dict(texts)
    place = str(folder / "nginx")
    inner["compose/nginx.conf"] = texts["compose/nginx.conf"].replace("/etc/nginx/certificates", place)
    yield from _nginx(lambda _: inner, folder / "nginx", "compose/nginx")


def _kubernetes(fill: Fill, folder: Path) -> Iterator[Checked]:
    texts = {name: text for name, text in fill(folder).items() if name.startswith("kubernetes/")}
    kubeconform, validate = find("kubeconform"), find("kubernetes-validate")
    tool = kubeconform or validate
    if tool is None:
        said = "there is neither kubeconform nor kubernetes-validate"
        yield Checked("kubernetes/", "kubeconform", False, said)
        return
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / Path(name).name).write_text(text, encoding="utf-8")
    places = [str(folder / Path(name).name) for name in texts]
    strict = ["-strict", "-summary"] if kubeconform else ["--strict", "--quiet", "--no-warn"]
    _run([tool, *strict, *places], "kubernetes/")
    yield Checked("kubernetes/", Path(tool).name, True)


CHECKS: Mapping[str, Callable[[Fill, Path], Iterator[Checked]]] = {
    "nginx": _nginx,
    "apache": _apache,
    "systemd": _systemd,
    "docker": _docker,
    "compose": _compose,
    "kubernetes": _kubernetes,
}


def _file(texts: Mapping[str, str], start: str, end: str) -> tuple[str, str]:
    return next(
        (name, text) for name, text in texts.items() if name.startswith(start) and name.endswith(end)
    )


def _run(command: list[str], name: str) -> list[str]:
    said: list[str] = []
    try:
        commands.run(command, todo="", on_line=said.append)
    except BuildError as error:
        raise _refused(name, Path(command[0]).name, said) from error
    return said


def _refused(name: str, tool: str, said: list[str]) -> BuildError:
    words = "\n".join(said[-8:])
    return BuildError(
        f"{tool} does not accept {name}:\n{words}",
        "Nothing was written. Look whether the name of a folder, a host or the app is strange.",
    )
