"""The values that recipes are filled in with, and the orders that servers start by."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from launcher.exporting.pinning import Pins
from launcher.exporting.project import Project, Static
from launcher.exporting.settings import PORT, Ports, Request, slug_of
from launcher.hosting.order import FORMAT, checked
from launcher.packager.escaping import DOLLAR

USER = 10001  # in a container; above those that systems give away
HEALTH = "/healthz"
STOP = 45  # seconds that a server has to answer what it has; its own limit is 40
# Seconds for which a proxy keeps a connection to the server: less than the server does, and none where it
# keeps none. A request that meets an ending connection is lost unless it may be asked again.
KEEPALIVE = {"waitress": 30, "gunicorn": 30, "uwsgi": 0}
# Who may say in a container who asks: its own networks, and nobody from outside of them.
PRIVATE = (
    *("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"),
    *("::1/128", "fc00::/7"),
)
# What a visitor must not say about himself; X-Forwarded-For, -Proto and -Host are set.
CLEARED = (
    *("Forwarded", "X-Forwarded-Port", "X-Forwarded-Prefix", "X-Forwarded-Server", "X-Forwarded-Ssl"),
    *("X-Forwarded-Scheme", "X-Forwarded-Protocol", "X-Forwarded-User", "X-Forwarded-By", "X-Client-IP"),
    *("X-Cluster-Client-IP", "True-Client-IP", "Client-IP", "Front-End-Https", "X-Scheme", "X-Url-Scheme"),
    *("X-Original-URL", "X-Original-Host", "X-Rewrite-URL", "X-Script-Name", "Script-Name", "Path-Info"),
    *("Remote-User", "X-Remote-User", "Proxy"),
)


@dataclass(frozen=True, slots=True)
class Inner:
    """Where things lie, and who listens where, around one proxy."""

    root: str  # what DIR is there
    upstreams: tuple[str, ...]
    unavailable: str
    certificates: str
    statics: tuple[tuple[Static, str], ...]
    ports: Ports


def common(request: Request, project: Project, pins: Pins) -> dict[str, Any]:
    """Return what all recipes know."""
    manifest, version = project.plan.manifest, project.plan.interpreter.version
    slug = slug_of(manifest.name)
    beside = "." in project.writes
    return {
        **{"name": manifest.name, "version": manifest.version, "slug": slug, "id": slug.replace("-", "_")},
        **{"server": request.server, "hosts": request.hosts, "at": request.place, "group": request.group},
        **{"tls": request.tls, "max_body": project.max_body, "health": HEALTH, "stop": STOP, "user": USER},
        **{"port": PORT, "python": f"{version[0]}.{version[1]}", "build": pins.build, "run": pins.run},
        **{"has_hashes": pins.has_hashes, "postgresql": project.postgresql, "beside": beside},
        "tag": tag_of(manifest.version),
        "volumes": [
            {"name": f"data-{number}", "path": f"/srv/app/{place}"}
            for number, place in enumerate((one for one in project.writes if one != "."), 1)
        ],
        "targets": request.targets,
        "compose": "compose" in request.targets,
    }


def tag_of(version: str) -> str:
    """Return a version as the tag of an image."""
    return "".join(sign if sign.isascii() and (sign.isalnum() or sign in "._-") else "-" for sign in version)


def proxy(request: Request, project: Project, inner: Inner) -> dict[str, Any]:
    """Return what the recipe of a proxy knows beside the common values."""
    seconds = KEEPALIVE[request.server]
    ports = inner.ports
    usual = 443 if request.tls else 80
    outer = (ports.https if request.tls else ports.http) if ports == request.ports else usual
    return {
        **{"dollar": DOLLAR, "cleared": CLEARED, "keepalive": seconds, "ports": ports},
        **{"upstreams": inner.upstreams, "tries": min(len(inner.upstreams) + 1, 3)},
        **{"reuse": "ttl" if seconds else "disablereuse", "reuse_value": str(seconds) if seconds else "on"},
        "own_port": outer if outer != usual else 0,
        "certificates": inner.certificates,
        "unavailable": inner.unavailable,
        "unavailable_folder": inner.unavailable.rpartition("/")[0],
        "statics": [
            {
                "url": static.url,
                "place": f"{place}/",
                "caching": f"public, max-age={static.age}" if static.age else "no-cache",
            }
            for static, place in inner.statics
        ],
    }


def on_machine(request: Request, project: Project, folder: str) -> Inner:
    """Return where things lie around a proxy on a machine; `folder` is the proxy's own in DIR."""
    slug, at = slug_of(project.plan.manifest.name), request.place
    return Inner(
        root=at,
        upstreams=request.upstreams or (f"unix:{socket_of(request, slug)}",),
        unavailable=f"{at}/{folder}/unavailable.html",
        certificates=request.certificates or f"/etc/ssl/{slug}",
        statics=tuple((one, f"{at}/app/{one.folder}") for one in project.statics),
        ports=request.ports,
    )


def in_compose(project: Project) -> Inner:
    """Return where things lie around nginx in its container."""
    return Inner(
        root="/srv",
        upstreams=("unix:/run/app/app.sock",),
        unavailable="/srv/unavailable.html",
        certificates="/etc/nginx/certificates",
        statics=tuple((one, f"/srv/static/{number}") for number, one in enumerate(project.statics, 1)),
        ports=Ports(8080, 8443),
    )


def socket_of(request: Request, slug: str) -> str:
    """Return where the app and the proxy of a machine meet."""
    return request.socket or f"/run/{slug}/app.sock"


def order_of(request: Request, project: Project, kind: str = "") -> Mapping[str, Any]:
    """Return the order of a server: on a machine, in a `container`, in `compose` or in a `pod`."""
    slug = slug_of(project.plan.manifest.name)
    behind = "apache" if "apache" in request.targets and "nginx" not in request.targets else "nginx"
    values: dict[str, Any] = {
        **{"manifest": "launcher.json", "root": "app"},
        **{"hosts": list(request.hosts), "server": request.server, "behind": behind},
        **{"plain_http": not request.tls, "health": HEALTH},
    }
    if kind:
        bind = "unix:/run/app/app.sock" if kind == "compose" else f"0.0.0.0:{PORT}"
        key = "/etc/launcher-secret/secret_key" if kind == "pod" else "/run/secrets/secret_key"
        values |= {"bind": bind, "secret_key_file": key, "behind": "nginx"}
        values |= {} if kind == "compose" else {"proxy": list(PRIVATE)}
    elif request.upstreams:
        port = request.upstreams[0].rpartition(":")[2]
        values |= {"bind": f"0.0.0.0:{port}", "proxy": list(request.proxies)}
    else:
        values |= {"bind": f"unix:{socket_of(request, slug)}"}
    if kind == "pod":
        # As many as its share of a machine carries; more of them are more pods.
        values |= {"manifest": "/srv/launcher.json", "root": "/srv/app"}
        values |= {"workers": 1 if request.server == "waitress" or project.writes else 2, "threads": 16}
    if not kind and "systemd" in request.targets:
        values["secret_key_file"] = f"/run/credentials/{slug}.service/secret_key"
    elif not kind:
        values["secret_key_file"] = f"/etc/{slug}/secret_key"
    checked(dict(values))
    return {"format": FORMAT, **values}


def text_of(order: Mapping[str, Any]) -> str:
    """Write an order as it lies in a file."""
    return json.dumps(order, indent=2, ensure_ascii=True) + "\n"


def digest_of(order: Mapping[str, Any]) -> str:
    """Return what changes with an order."""
    return hashlib.sha256(text_of(order).encode()).hexdigest()[:16]


def of_target(target: str, request: Request, project: Project, pins: Pins) -> dict[str, Any]:
    """Return all values that the recipes of one target know."""
    values = common(request, project, pins)
    at = request.place
    if target in ("nginx", "apache"):
        values |= proxy(request, project, on_machine(request, project, target))
    elif target == "systemd":
        values["writes"] = [f"-{at}/app/{one}" if one != "." else f"-{at}/app" for one in project.writes]
    elif target == "docker":
        values["writes"] = [f"/srv/app/{one}" if one != "." else "/srv/app" for one in project.writes]
    elif target == "compose":
        inner = in_compose(project)
        values |= proxy(request, project, inner)
        values["inner"] = {key: str(value) for key, value in asdict(inner.ports).items()}
        values["mounted"] = [
            {"source": f"./app/{static.folder}", "target": place} for static, place in inner.statics
        ]
    elif target == "kubernetes":
        order = order_of(request, project, "pod")
        values |= {"order": text_of(order), "digest": digest_of(order), "writes": project.writes}
    return values
