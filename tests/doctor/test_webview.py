"""Web views: what the installed ones load, and how those that are not are told apart."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path

import pytest

from launcher import host
from launcher.doctor import Finding, webview

linux = pytest.mark.skipif(not host.LINUX, reason="Qt and GTK are Linux's web views")


@pytest.fixture
def pyside() -> Path:
    """Return the folder of the installed PySide6."""
    found = importlib.util.find_spec("PySide6")
    if found is None or not found.submodule_search_locations:
        pytest.skip("PySide6 is not installed")
    return Path(found.submodule_search_locations[0])


def finding(title: str) -> Finding:
    return next(one for one in webview.examine() if one.title == title)


@linux
def test_everything_that_a_qt_window_loads_is_in_the_wheels(pyside: Path) -> None:
    for pattern in webview.QT_FILES:
        assert list(pyside.glob(pattern)), pattern


@linux
def test_qt_is_found_with_its_version(pyside: Path) -> None:
    assert finding("Qt").detail.startswith("PySide6 6.")


@linux
def test_qt_whose_own_libraries_are_gone_names_them(
    pyside: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PySide6 is copied without the folder in which its wheels keep Qt itself."""
    copy = tmp_path / "PySide6"
    copy.mkdir()
    for name in ("__init__.py", "QtCore.abi3.so", "QtWebEngineWidgets.abi3.so"):
        shutil.copy2(pyside / name, copy)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "PySide6", raising=False)
    qt = finding("Qt")
    assert qt.state == "missing"
    assert "libQt6WebEngineCore.so.6" in qt.needs
    assert "libQt6Core.so.6" in qt.needs


@linux
def test_pyside_without_webengine_is_no_web_view(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "PySide6").mkdir()
    (tmp_path / "PySide6" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "PySide6", raising=False)
    qt = finding("Qt")
    assert qt.state == "optional"
    assert qt.command[-1] == "flask-launcher[qt]"


@linux
def test_typelibs_are_looked_for_where_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webview, "TYPELIB_FOLDERS", ())
    monkeypatch.setenv("GI_TYPELIB_PATH", str(tmp_path))
    (tmp_path / "Gtk-3.0.typelib").touch()
    gtk = finding("GTK")
    assert "WebKit2-4.1" in gtk.needs and "Gtk-3.0" not in gtk.needs


@linux
def test_a_browser_on_the_path_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert finding("Browser").state == "optional"
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    assert finding("Browser").detail == str(program)


@pytest.mark.skipif(host.LINUX, reason="Linux has no web view of its own")
def test_the_system_s_own_web_view_is_reported() -> None:
    assert finding("Web view").state in ("ok", "optional")
