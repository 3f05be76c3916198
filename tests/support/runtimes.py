"""A stand-in for the runtime of an AppImage, compiled while a test runs.

The AppImage project's own is in no index of packages. This one is not it, but looks for what follows it as
that does, at the end of its own ELF, by the headers of its sections; what it finds there it unpacks to
UNPACK_TO instead of mounting it, and starts `AppRun` with the same names in its environment.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CODE = r"""
#include <elf.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int count, char **words) {
    char self[PATH_MAX], offset[32], folder[PATH_MAX], run[PATH_MAX + 16];
    Elf64_Ehdr head;
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    self[length] = 0;
    FILE *file = fopen(self, "rb");
    if (!file || fread(&head, sizeof head, 1, file) != 1) return 101;
    if (head.e_ident[8] != 'A' || head.e_ident[9] != 'I' || head.e_ident[10] != 2) return 102;
    snprintf(offset, sizeof offset, "%lu", (unsigned long)(head.e_shoff + head.e_shentsize * head.e_shnum));
    snprintf(folder, sizeof folder, "%s", getenv("UNPACK_TO"));
    char *unpack[] = {"unsquashfs", "-quiet", "-no-progress", "-offset", offset, "-dest", folder, self, NULL};
    pid_t child = fork();
    if (!child) execvp(unpack[0], unpack);
    int state;
    waitpid(child, &state, 0);
    if (state) return 103;
    setenv("APPIMAGE", self, 1);
    setenv("APPDIR", folder, 1);
    setenv("ARGV0", words[0], 1);
    snprintf(run, sizeof run, "%s/AppRun", folder);
    execv(run, words);
    return 104;
}
"""


def stand_in(place: Path) -> Path:
    """Compile it."""
    tool = shutil.which("gcc")
    if tool is None or not sys.platform.startswith("linux"):
        pytest.skip("there is no compiler")
    source = place.with_suffix(".c")
    source.write_text(CODE, encoding="utf-8")
    subprocess.run([tool, "-O1", "-o", str(place), str(source)], check=True, capture_output=True)
    return place
