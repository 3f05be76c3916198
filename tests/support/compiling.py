"""Real libraries and extensions, compiled while a test runs."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

EXTENSION = """
#include <Python.h>
extern int answer(void);
static PyObject *get(PyObject *self, PyObject *none) { return PyLong_FromLong(answer()); }
static PyMethodDef methods[] = {{"get", get, METH_NOARGS, ""}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "NAME", "", -1, methods, NULL, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit_NAME(void) { return PyModule_Create(&module); }
"""


def library(place: Path, code: str, *words: str) -> Path:
    """Compile a shared library, which calls itself by its file's name."""
    source = place.with_suffix(".c")
    source.write_text(code, encoding="utf-8")
    _run("-o", str(place), str(source), f"-Wl,-soname,{place.name}", *words)
    source.unlink()
    return place


def extension(folder: Path, name: str, *words: str) -> Path:
    """Compile an extension module of Python that asks a library for its answer; return its file."""
    place = folder / f"{name}.so"
    source = folder / f"{name}.c"
    source.write_text(EXTENSION.replace("NAME", name), encoding="utf-8")
    _run("-I", sysconfig.get_path("include"), "-o", str(place), str(source), *words)
    source.unlink()
    return place


def for_windows(place: Path, code: str, *words: str) -> Path:
    """Compile a program of Windows."""
    tool = shutil.which("x86_64-w64-mingw32-gcc")
    if tool is None:
        pytest.skip("there is no compiler for Windows")
    source = place.with_suffix(".c")
    source.write_text(code, encoding="utf-8")
    command = [tool, "-O1", "-s", "-municode", "-o", str(place), str(source), *words]
    subprocess.run(command, check=True, capture_output=True)
    source.unlink()
    return place


def _run(*words: str) -> None:
    tool = shutil.which("gcc")
    if tool is None or not sys.platform.startswith("linux"):
        pytest.skip("there is no compiler")
    subprocess.run([tool, "-shared", "-fPIC", *words], check=True, capture_output=True)
