"""The name by which Windows' taskbar knows a program; what is called there is a stand-in of our own."""

from __future__ import annotations

import ctypes
from types import SimpleNamespace

import pytest

from launcher import taskbar


def test_the_process_gets_the_app_s_identifier(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[str | None] = []
    shell = SimpleNamespace(SetCurrentProcessExplicitAppUserModelID=lambda name: given.append(name.value))
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(shell32=shell), raising=False)
    taskbar.belong("org.example.quiz")
    assert given == ["org.example.quiz"]


def test_where_there_is_no_such_thing_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(shell32=SimpleNamespace()), raising=False)
    taskbar.belong("org.example.quiz")
    monkeypatch.delattr(ctypes, "windll")
    taskbar.belong("org.example.quiz")
