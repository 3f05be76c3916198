"""What is exported, filled in with names that would break out, and read by the tools that it is for."""

from __future__ import annotations

import http.client
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote

import jinja2
import jinja2.nodes
import pytest
import yaml
from dockerfile_parse import DockerfileParser  # type: ignore[import-untyped]

from launcher.errors import BuildError, UsageError
from launcher.exporting import checks, export, recipes, values
from launcher.exporting.pinning import Pins
from launcher.exporting.project import Project, Static
from launcher.exporting.settings import TARGETS, Ports, Request
from launcher.packager import escaping
from launcher.packager import plan as plans
from launcher.packager.app_layer import AppLayer
from launcher.packager.escaping import FILTERS
from launcher.packager.plan import Options, Plan
from launcher.packager.site import Site
from tests.conftest import WriteFiles
from tests.exporting.exports import apache_of, free_port, nginx_of

SIGNS = "ab \"'\\$%;{}#<>&|*?~`()[]!=,:@^-ä日\U0001f600"
# A name of each kind that would end a word, begin a command or name a variable somewhere.
HOSTILE = [
    *('a"; } evil { "', "a'; x", "a\\", 'a\\"', "$host", "${HOME}", "${launcher_dollar}", "%n%%h", "$(id)"),
    *("# a", "a ;", "{{ a }}", "{% a %}", "*a", "&a", "!a", "a: b", "- a", "<b>", "../", "~", "ä日本"),
    *("%{HTTP_HOST}", "\\$x", "\\\\", "|a", "a  b", "'\"'\"'", "[a](b)", "\u202eevil", "on", "null", "=x"),
    *("\U0001f600", "`id`"),
]
ROOM = Path("build/serve")
RECIPES = sorted(path.relative_to(ROOM).as_posix() for path in ROOM.rglob("*") if path.is_file())


def random_names(count: int, seed: int = 5) -> list[str]:
    random = Random(seed)
    return ["".join(random.choices(SIGNS, k=random.randint(1, 12))) for _ in range(count)]


def found_of(plan: Plan, name: str, folder: str = "static") -> Project:
    manifest = replace(plan.manifest, name=name, version=name)
    statics = (Static(f"/{folder}/", folder), Static("/other/", "other", 60))
    return Project(
        plan=replace(plan, manifest=manifest),
        layer=AppLayer(plan.root, (), (), ()),
        site=Site((), (), ()),
        statics=statics,
        left=(),
        max_body=1000,
        writes=(folder, "instance"),
        postgresql=True,
        hindrances=(),
        notices=(),
    )


@pytest.fixture
def plan(write_files: WriteFiles) -> Plan:
    """A plan to take the rest from."""
    root = write_files({"app.py": "from flask import Flask\napp = Flask(__name__)\n"})
    return plans.make(Options(project=str(root), python=Path(sys.executable)))


def request_of(**wishes: Any) -> Request:
    given = {"targets": TARGETS, "hosts": ("example.org", "www.example.org"), "place": "/srv/quiz", **wishes}
    return Request(Options(), Path("/nowhere"), **given)


PINS = Pins(("flask==3.1.0",), False, (), ("gcc",), ("libpq5",))


def all_of(found: Project, **wishes: Any) -> Mapping[str, str]:
    return export.filled(request_of(**wishes), found, PINS)


@pytest.mark.parametrize("recipe", RECIPES)
def test_every_word_of_a_recipe_goes_through_a_filter_of_ours(recipe: str) -> None:
    """Also one that no test fills in: each output ends with a filter, and each filter is one of the table."""
    made = recipes.environment()
    tree = made.parse((ROOM / recipe).read_text(encoding="utf-8"))
    for output in tree.find_all(jinja2.nodes.Output):
        for node in output.nodes:
            is_text = isinstance(node, jinja2.nodes.TemplateData)
            assert is_text or (isinstance(node, jinja2.nodes.Filter) and node.name in FILTERS), node


def test_recipe_that_forgets_is_an_error() -> None:
    made = recipes.environment()
    for text in ("{{ name }}", "{{ name|bare ~ name }}", "{{ no|bare }}", "{{ name|upper }}", "{{ 'x' }}"):
        with pytest.raises((TypeError, jinja2.TemplateError)):
            made.from_string(text).render(name="quiz")


def test_every_recipe_is_used() -> None:
    used = {recipe for target in recipes.FILES.values() for recipe, _ in target} | {"README.md"}
    used |= {f"kubernetes/{name}.yaml" for name in (*recipes.SEVERAL_PODS, *recipes.ONE_POD)}
    assert used == set(RECIPES)


@pytest.mark.parametrize("name", HOSTILE)
def test_yaml_and_dockerfile_mean_the_name(plan: Plan, name: str) -> None:
    # Without systemd, which has no way to write some of them.
    texts = all_of(found_of(plan, name, folder=f"s{name}"), targets=("docker", "compose", "kubernetes"))
    for file, text in texts.items():
        if file.endswith(".yaml"):
            assert list(yaml.safe_load_all(text)), file
    deployment = yaml.safe_load(texts["kubernetes/deployment.yaml"])
    mounts = deployment["spec"]["template"]["spec"]["containers"][0]["volumeMounts"]
    assert f"/srv/app/s{name}" in [mount["mountPath"] for mount in mounts]
    composed = yaml.safe_load(texts["compose.yaml"])["services"]
    paths = [one["source"] for one in composed["nginx"]["volumes"] if isinstance(one, dict)]
    assert f"./app/s{name}".replace("$", "$$") in paths
    order = json.loads(yaml.safe_load(texts["kubernetes/config.yaml"])["data"]["serve.json"])
    assert order["hosts"] == ["example.org", "www.example.org"]
    steps = DockerfileParser(fileobj=io.BytesIO(texts["Dockerfile"].encode())).structure
    kinds = [step["instruction"] for step in steps]
    assert kinds.count("FROM") == 2 and kinds.count("LABEL") == 1 and kinds[-1] == "CMD"
    runs = [json.loads(step["value"]) for step in steps if step["value"].startswith('["chown"')]
    assert f"/srv/app/s{name}" in [words[-1] for words in runs]
    assert not set(kinds) - {
        *("FROM", "ENV", "RUN", "COPY", "LABEL", "WORKDIR", "USER", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK"),
        *("CMD", "COMMENT"),
    }


@pytest.mark.parametrize("name", ['a"; } evil { $host', "${HOME} %n", "ä \U0001f600 \u202e"])
def test_all_tools_accept_hostile_names(plan: Plan, name: str, tmp_path: Path) -> None:
    found = found_of(plan, name, folder=f"s{name}")

    def fill(folder: Path) -> Mapping[str, str]:
        return all_of(found, place=str(folder), certificates=str(folder), ports=checks.PORTS)

    folder = Path(tempfile.mkdtemp(prefix="launcher-recipes-"))
    try:
        done = checks.check(TARGETS, fill, folder)
    finally:
        shutil.rmtree(folder)
    assert {one.file for one in done if not one.is_checked} <= {"Dockerfile"}
    assert len([one for one in done if one.is_checked]) == 7


def test_a_tool_that_refuses_stops_the_export(plan: Plan) -> None:
    found = found_of(plan, "quiz")

    def fill(folder: Path) -> Mapping[str, str]:
        texts = all_of(found, place=str(folder), certificates=str(folder), ports=checks.PORTS)
        return {name: text.replace("server_name", "server_nome") for name, text in texts.items()}

    folder = Path(tempfile.mkdtemp(prefix="launcher-recipes-"))
    try:
        with pytest.raises(BuildError, match=r"(?s)not accept nginx/quiz\.conf.*server_nome"):
            checks.check(("nginx",), fill, folder)
    finally:
        shutil.rmtree(folder)


def test_systemd_means_the_paths(tmp_path: Path) -> None:
    """A path that is not absolute is named as it was understood."""
    tool = checks.find("systemd-analyze")
    if tool is None:
        pytest.skip("no systemd here")
    names = [f"x{name}" for name in (*HOSTILE, *random_names(60)) if "\\" not in name]
    head = "[Unit]\nDescription={}\n[Service]\nExecStart=/bin/true\n"
    lines = "".join(f"ReadWritePaths={escaping.systemd_path(name)}\n" for name in names)
    unit = tmp_path / "app.service"
    unit.write_text(head.format(escaping.systemd(HOSTILE[0])) + lines, encoding="utf-8")
    done = subprocess.run([tool, "verify", "--man=no", str(unit)], capture_output=True, text=True)
    said = [line.partition("path is not absolute")[2].partition(": ")[2] for line in done.stderr.splitlines()]
    assert said == names
    with pytest.raises(UsageError):
        escaping.systemd_path("a\\")


@pytest.mark.parametrize("name", HOSTILE)
def test_description_stays_on_its_line(name: str, tmp_path: Path) -> None:
    written = escaping.systemd(f"{name}\nExecStart=/bin/sh")
    assert "\n" not in written and not written.endswith("\\") and "%" not in written.replace("%%", "")


@pytest.fixture(scope="module")
def tree() -> Iterator[Path]:
    """A folder that a proxy's own user can read, with a folder for each name in it."""
    folder = Path(tempfile.mkdtemp(prefix="launcher-names-"))
    folder.chmod(0o755)
    for number, name in enumerate(NAMES):
        (folder / "files" / name).mkdir(parents=True)
        (folder / "files" / name / "file.txt").write_text(str(number), encoding="utf-8")
    yield folder
    shutil.rmtree(folder)


NAMES = [name for name in dict.fromkeys((*HOSTILE, *random_names(120))) if name not in ("../", ".", "..")]


def asked(port: int, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path, headers={"Host": "example.org"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


@pytest.mark.skipif(checks.find("nginx") is None, reason="no nginx here")
def test_nginx_means_the_names(tree: Path) -> None:
    port, place = free_port(), tree / "nginx"
    place.mkdir()
    parts = [f'geo ${escaping.DOLLAR} {{ default "$"; }}', f"server {{ listen {port}; merge_slashes off;"]
    for number, name in enumerate(NAMES):
        folder = escaping.nginx_value(f"{tree}/files/{name}/")
        parts.append(f"location ^~ {escaping.nginx(f'/{number}{name}/')} {{ alias {folder}; }}")
        parts.append(f"location = /say/{number} {{ return 200 {escaping.nginx_value(name)}; }}")
        parts.append(f'location ~ "^/match/{escaping.nginx_regex(name)}$" {{ return 200 "{number}"; }}')
    (place / "exported.conf").write_text("\n".join([*parts, "}"]), encoding="utf-8")
    with nginx_of(place / "exported.conf", place, Ports(port, port)):
        for number, name in enumerate(NAMES):
            assert asked(port, f"/{number}{quote(name)}/file.txt") == (200, str(number)), name
            assert asked(port, f"/say/{number}") == (200, name)
            assert asked(port, f"/match/{quote(name)}") == (200, str(number)), name


@pytest.mark.skipif(checks.find("apache2") is None, reason="no Apache here")
def test_apache_means_the_names(tree: Path) -> None:
    port, place = free_port(), tree / "apache"
    place.mkdir()
    parts = [f"Define {escaping.DOLLAR} $", f"<VirtualHost *:{port}>", "ServerName example.org"]
    for number, name in enumerate(NAMES):
        folder = f"{tree}/files/{name}/"
        parts.append(f"Alias {escaping.apache(f'/{number}{name}/')} {escaping.apache(folder)}")
        parts.append(f'AliasMatch "^/match/{escaping.apache_regex(name)}$" "{tree}/files/a: b/file.txt"')
    # As in the recipe, each folder is opened for itself: one that is meant otherwise stays shut.
    for name in NAMES:
        folder = escaping.apache(f"{tree}/files/{name}/")
        parts.append(f"<Directory {folder}>\nRequire all granted\n</Directory>")
    (place / "exported.conf").write_text("\n".join([*parts, "</VirtualHost>"]), encoding="utf-8")
    with apache_of(place / "exported.conf", place, Ports(port, free_port())):
        for number, name in enumerate(NAMES):
            assert asked(port, f"/{number}{quote(name)}/file.txt") == (200, str(number)), name
            assert asked(port, f"/match/{quote(name)}")[0] == 200, name


@pytest.mark.parametrize("server", ["waitress", "gunicorn", "uwsgi"])
@pytest.mark.parametrize("tls", [True, False])
def test_several_machines_are_asked_and_left_alone(plan: Plan, server: str, tls: bool) -> None:
    found = found_of(plan, "quiz")
    machines = ("10.0.0.5:8000", "[fd00::6]:8000")
    wishes: dict[str, Any] = {"server": server, "tls": tls, "upstreams": machines, "proxies": ("10.0.0.2",)}

    def fill(folder: Path) -> Mapping[str, str]:
        place = str(folder)
        return all_of(found, place=place, certificates=place, ports=checks.PORTS, **wishes)

    folder = Path(tempfile.mkdtemp(prefix="launcher-recipes-"))
    try:
        assert all(one.is_checked for one in checks.check(("nginx", "apache"), fill, folder))
    finally:
        shutil.rmtree(folder)
    texts = all_of(found, **wishes)
    assert texts["nginx/quiz.conf"].count("max_fails=2 fail_timeout=5s") == 2
    order = json.loads(texts["serve.json"])
    assert order["bind"] == "0.0.0.0:8000" and order["proxy"] == ["10.0.0.2"]
    assert order["plain_http"] is not tls


def test_no_secret_is_in_what_is_exported(plan: Plan) -> None:
    for name, text in all_of(found_of(plan, "quiz")).items():
        assert "stringData" not in text and "POSTGRES_PASSWORD:" not in text, name
    assert values.KEEPALIVE.keys() == {"waitress", "gunicorn", "uwsgi"}
    assert os.sep not in values.tag_of("1.0/../x")
