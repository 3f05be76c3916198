"""A target is read and written as Flask does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from launcher.errors import ProjectError, TargetNotFound, UsageError
from launcher.project.target import Target, check_attribute, file_of, module_of, parse, split

Write = Callable[[Mapping[str, str]], Path]


@pytest.mark.parametrize(
    ("text", "halves"),
    [
        ("quiz", ("quiz", None)),
        (" quiz : app ", ("quiz", "app")),
        ("a.b:create_app('x:y')", ("a.b", "create_app('x:y')")),
        ("C:\\shop\\quiz.py:app", ("C:\\shop\\quiz.py", "app")),
        ("C:/shop/quiz.py", ("C:/shop/quiz.py", None)),
    ],
)
def test_target_is_split_where_flask_splits_it(text: str, halves: tuple[str, str | None]) -> None:
    assert split(text) == halves


@pytest.mark.parametrize(
    ("attribute", "read"),
    [
        ("app", ("app", False)),
        ("create_app()", ("create_app", True)),
        ("create_app('dev', debug=True, sizes=[1, 2])", ("create_app", True)),
    ],
)
def test_attribute_is_a_name_or_a_call_with_literals(
    attribute: str, read: tuple[str, bool]
) -> None:
    assert check_attribute(attribute) == read


@pytest.mark.parametrize(
    "attribute",
    ["a.b", "f(x)", "f(**{})", "f(g())", "lambda: 0", "f()()", "a b", "", "(" * 500, "1", "f(\0)"],
)
def test_other_attributes_are_refused_and_never_run(attribute: str) -> None:
    with pytest.raises(UsageError, match="neither a name nor a call"):
        check_attribute(attribute)


@pytest.mark.parametrize(
    ("target", "spec"),
    [
        (Target("quiz", None, "app", ".", ""), "quiz:app"),
        (Target("tides", None, None, "src", ""), "tides"),
        (Target("a.b", None, "create_app('x')", ".", ""), "a.b:create_app('x')"),
        (Target(None, "my-app.py", None, ".", ""), "my-app.py"),
        (Target(None, "tools/my-app.py", "app", "tools", ""), "tools/my-app.py:app"),
        (Target("shop.web", None, "app", "back end", ""), "back end/shop/web:app"),
    ],
)
def test_spec_is_what_a_user_types(target: Target, spec: str) -> None:
    assert target.spec == spec


def test_package_hides_a_module_of_its_name_as_in_python(project: Write) -> None:
    folder = project({"quiz/__init__.py": "", "quiz.py": "", "src/quiz.py": ""})
    assert parse("quiz:app", folder).path == "."
    assert parse("quiz/__init__.py:app", folder).module == "quiz"


def test_module_that_the_project_does_not_have_is_taken_as_installed(project: Write) -> None:
    target = parse("httpbin:app", project({}))
    assert (target.module, target.script, target.attribute, target.path) == (
        "httpbin",
        None,
        "app",
        ".",
    )


@pytest.mark.parametrize(
    ("relative", "expected"),
    [
        ("quiz.py", ("quiz", ".")),
        ("shop/web/views.py", ("shop.web.views", ".")),
        ("shop/web/__init__.py", ("shop.web", ".")),
        ("src/pkg/app.py", ("pkg.app", "src")),
        ("loose/app.py", ("app", "loose")),
        ("my-app.py", (None, ".")),
        ("my-pkg/app.py", (None, ".")),
        ("class.py", (None, ".")),
        ("__init__.py", (None, ".")),
    ],
)
def test_module_of_a_file_is_the_one_that_flask_imports(
    project: Write, relative: str, expected: tuple[str | None, str]
) -> None:
    packages = ["", "shop/", "shop/web/", "src/pkg/", "my-pkg/"]
    folder = project({f"{package}__init__.py": "" for package in packages})
    assert module_of(relative, folder) == expected


@pytest.mark.parametrize(
    ("target", "file"),
    [
        (Target("main", None, "app", "backend", ""), "backend/main.py"),
        (Target("shop", None, None, ".", ""), "shop/__init__.py"),
        (Target(None, "my-app.py", None, ".", ""), "my-app.py"),
        (Target("flask", None, "Flask()", ".", ""), None),
    ],
)
def test_target_leads_to_its_file(project: Write, target: Target, file: str | None) -> None:
    folder = project({"backend/main.py": "", "shop/__init__.py": "", "my-app.py": ""})
    assert file_of(target, folder) == (folder / file if file else None)


def test_file_outside_the_project_is_refused(project: Write, tmp_path: Path) -> None:
    (tmp_path / "other.py").write_text("")
    with pytest.raises(ProjectError, match="outside"):
        parse("../other.py", project({}))


@pytest.mark.parametrize("text", ["none.py", "no/such/file", "./quiz.py:app"])
def test_missing_file_is_not_found(project: Write, text: str) -> None:
    with pytest.raises(TargetNotFound, match="no file"):
        parse(text, project({}))


@pytest.mark.parametrize("text", ["", ":app", "quiz:", "my app:app", "class:app", "a..b:app"])
def test_text_that_can_be_no_target_is_refused(project: Write, text: str) -> None:
    with pytest.raises(UsageError):
        parse(text, project({}))
