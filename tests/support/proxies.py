"""Proxies in front of a server: nginx and Apache as Debian sets them up, in a folder of their own.

What is stock here is Debian's, but that nginx may hold more connections than 768; the site is the caller's,
written as one lays it into `sites-enabled`. Nothing needs a port below 1024 or a folder of the system's.
"""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.support.programs import environment
from tests.support.running import Running
from tests.support.waiting import until

PROXIES = ("nginx", "apache")
PROGRAMS = {"nginx": "/usr/sbin/nginx", "apache": "/usr/sbin/apache2"}
DEBIAN_S = Path("/etc/apache2/mods-enabled")
MODULES = Path("/usr/lib/apache2/modules")
Words = Sequence[str | Path]

NGINX = """\
worker_processes auto;
pid {place}/nginx.pid;
error_log {place}/error.log;
events {{ worker_connections 4096; }}
http {{
    sendfile on;
    tcp_nopush on;
    types_hash_max_size 2048;
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    log_format noted '{log}';
    access_log {place}/access.log noted;
    gzip on;
    client_body_temp_path {place}/temporary;
    proxy_temp_path {place}/proxied;
    fastcgi_temp_path {place}/fastcgi;
    uwsgi_temp_path {place}/uwsgi;
    scgi_temp_path {place}/scgi;
    include {site};
}}
"""
NGINX_SITE = """\
server {{
    listen {listen};
    client_max_body_size 0;
    location / {{ proxy_pass http://{upstream}; }}
}}
"""
APACHE = """\
ServerRoot /etc/apache2
ServerName {address}
DefaultRuntimeDir {place}
PidFile {place}/apache.pid
ErrorLog {place}/error.log
User www-data
Group www-data
Timeout 300
KeepAlive On
MaxKeepAliveRequests 100
KeepAliveTimeout 5
Include {enabled}/*.load
{modules}
Include {enabled}/*.conf
LogFormat "%h %l %u %t \\"%r\\" %>s %O \\"%{{Referer}}i\\" \\"%{{User-Agent}}i\\"" combined
CustomLog {place}/access.log combined
<Directory />
    Options FollowSymLinks
    AllowOverride None
    Require all denied
</Directory>
Listen {address}:{port}
Include {site}
"""
APACHE_SITE = """\
<VirtualHost {listen}>
    ProxyPass / http://{upstream}/
</VirtualHost>
"""
# As nginx writes what is `combined` there.
COMBINED = '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent'
# What a site of a proxy needs beyond what Debian enables of itself.
MORE = ("proxy", "proxy_http", "headers", "rewrite", "expires", "ssl", "socache_shmcb", "remoteip")


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy under way, and where it is asked."""

    kind: str
    address: str
    port: int
    place: Path
    running: Running

    @property
    def errors(self) -> str:
        """Return what it has said of errors."""
        log = self.place / "error.log"
        text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
        return text + self.running.stderr

    @property
    def visits(self) -> str:
        """Return its access log."""
        log = self.place / "access.log"
        return log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""


def lacking(kind: str) -> str:
    """Say why a proxy cannot be started here; nothing where it can."""
    return "" if shutil.which(PROGRAMS[kind]) else f"{PROGRAMS[kind]} is not on this machine"


def plain_site(kind: str, listen: str, upstream: str) -> str:
    """Write the least site that leads to a server: what the first page of every tutorial says."""
    return {"nginx": NGINX_SITE, "apache": APACHE_SITE}[kind].format(listen=listen, upstream=upstream)


@contextmanager
def proxy(
    kind: str,
    site: Path,
    place: Path,
    port: int,
    *,
    address: str = "127.0.0.1",
    modules: Sequence[str] = MORE,
    log: str = COMBINED,
    wrapped: Callable[[Words], Words] = lambda words: words,
) -> Iterator[Proxy]:
    """Start a proxy with a site that listens at a port; `wrapped` says where and how its command runs."""
    place.mkdir(parents=True, exist_ok=True)
    place.chmod(0o755)  # its workers are another user
    main = place / f"{kind}.conf"
    fill = {"place": place, "site": site, "address": address, "port": port, "log": log}
    if kind == "nginx":
        main.write_text(NGINX.format(**fill), encoding="utf-8")
        words: list[str | Path] = [PROGRAMS[kind], "-p", place, "-c", main, "-g", "daemon off;"]
    else:
        main.write_text(APACHE.format(enabled=DEBIAN_S, modules=_loaded(modules), **fill), encoding="utf-8")
        words = [PROGRAMS[kind], "-f", main, "-D", "FOREGROUND"]
    environ = environment(
        APACHE_RUN_DIR=str(place), APACHE_LOG_DIR=str(place), APACHE_RUN_USER="www-data", APACHE_PID_FILE=""
    )
    running = Running([*wrapped(words)], environ, place / "said")
    made = Proxy(kind, address, port, place, running)
    try:
        until(partial(_is_up, made), seconds=60, what=lambda: made.errors)
        yield made
    finally:
        running.clean_up()


def _loaded(modules: Sequence[str]) -> str:
    missing = [name for name in modules if not (DEBIAN_S / f"{name}.load").exists()]
    return "\n".join(f"LoadModule {name}_module {MODULES}/mod_{name}.so" for name in missing)


def _is_up(made: Proxy) -> bool:
    assert made.running.process.poll() is None, made.errors
    return (made.place / f"{made.kind}.pid").exists()


def free_port(address: str = "127.0.0.1") -> int:
    """Return a port at which nobody listens just now."""
    with socket.create_server((address, 0)) as free:
        port: int = free.getsockname()[1]
        return port
