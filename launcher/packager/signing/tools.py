"""What signs programs of Windows: a command of the user's, osslsigncode, or on Windows signtool.

No password is ever an argument, which everybody on a machine can read. signtool knows no other way; there
the certificate goes into the user's store for as long as it is needed. That way is written from Microsoft's
documentation, and was never run on Windows.
"""

from __future__ import annotations

import os
import shlex
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from launcher import host
from launcher.errors import BuildError, ConfigError, MissingTool
from launcher.packager.commands import run
from launcher.packager.signing import authenticode

OSSLSIGNCODE, SIGNTOOL = "osslsigncode", "signtool"
GET = "Get it: apt install osslsigncode, or brew install osslsigncode."
GET_SIGNTOOL = "It comes with the Windows SDK: winget install Microsoft.WindowsSDK.10.0.26100"
PEM = b"-----BEGIN"
NO_ROOT = "unable to get"  # how OpenSSL says that it does not know who issued a certificate
# Put a PFX into the user's store and say its thumbprint; the password is in the variable that is named.
STORE = (
    "$secret = [Environment]::GetEnvironmentVariable($args[1]);"
    "$password = ConvertTo-SecureString $secret -AsPlainText -Force;"
    "(Import-PfxCertificate -FilePath $args[0] -CertStoreLocation Cert:\\CurrentUser\\My -Password $password)"
    ".Thumbprint"
)
REMOVE = "Remove-Item -Path ('Cert:\\CurrentUser\\My\\' + $args[0]) -DeleteKey"


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate with its key, and what a signature says beside it; the password is in `password_env`."""

    certificate: Path
    key: Path | None
    password_env: str | None
    timestamp: str
    name: str
    homepage: str

    @property
    def is_pem(self) -> bool:
        """Tell whether the certificate is text, with its key in a file of its own, and no PFX."""
        return self.certificate.read_bytes()[: len(PEM)] == PEM or self.key is not None


def by_command(command: str, file: Path) -> None:
    """Sign a file by a command that has `{file}` in the place of its path; no shell reads it."""
    lexer = shlex.shlex(command, posix=True, punctuation_chars=False)
    lexer.whitespace_split, lexer.commenters = True, ""
    if host.WINDOWS:
        lexer.escape = ""  # there it separates folders
    words = [word.replace("{file}", str(file)) for word in lexer]
    _run(words, file)


def by_certificate(identity: Identity, file: Path) -> None:
    """Sign a file with a certificate: by osslsigncode, on Windows by signtool, which reads no PEM."""
    if host.WINDOWS and not identity.is_pem:
        _by_signtool(identity, file)
    else:
        _by_osslsigncode(identity, file)


def _by_osslsigncode(identity: Identity, file: Path) -> None:
    tool = shutil.which(OSSLSIGNCODE)
    if tool is None:
        raise MissingTool("Programs for Windows are signed by osslsigncode, which is not here.", GET)
    fresh = file.with_name(f"signed {file.name}")
    words: list[str | Path] = ["-pkcs12", identity.certificate]
    if identity.is_pem:
        words = ["-certs", identity.certificate, "-key", identity.key or identity.certificate]
    about = ["-n", identity.name, *(["-i", identity.homepage] if identity.homepage else [])]
    with _password_file(identity.password_env, file.parent) as password:
        words += ["-readpass", password] if password is not None else []
        told = [*about, "-h", "sha256", "-ts", identity.timestamp]
        _run([tool, "sign", *words, *told, "-in", file, "-out", fresh], file)
    os.replace(fresh, file)
    _verify(tool, identity, file)


def _verify(tool: str, identity: Identity, file: Path) -> None:
    """Have a signature read again, as far as the certificates in it lead.

    Where the last of them was issued by somebody whom this machine does not know, that is no fault of it.
    """
    authorities = file.with_name("authorities.pem")
    given = identity.certificate.read_bytes() if identity.is_pem else b""
    authorities.write_bytes(given + authenticode.certificates_of(file))
    said: list[str] = []
    try:
        known: list[str | Path] = ["-CAfile", authorities, "-in", file]
        run([tool, "verify", "-ignore-timestamp", *known], todo="", on_line=said.append)
    except BuildError as error:
        if NO_ROOT not in "\n".join(said):
            told = f"{file.name} was signed, and its signature is not good: {error.message}"
            raise BuildError(told) from error
    finally:
        authorities.unlink()


@contextmanager
def _password_file(variable: str | None, folder: Path) -> Iterator[Path | None]:
    """Give the password in a file that only this user can read, for as long as it is needed."""
    if variable is None:
        yield None
        return
    descriptor, name = tempfile.mkstemp(dir=folder)
    try:
        os.write(descriptor, os.environ[variable].encode())
        os.close(descriptor)
        yield Path(name)
    finally:
        os.unlink(name)


def _by_signtool(identity: Identity, file: Path) -> None:
    tool = _signtool()
    command: list[str | Path] = [tool, "sign", "/fd", "sha256", "/td", "sha256", "/tr", identity.timestamp]
    command += ["/d", identity.name, *(["/du", identity.homepage] if identity.homepage else [])]
    if identity.password_env is None:
        _run([*command, "/f", identity.certificate, file], file)
        return
    said: list[str] = []
    quoted = str(identity.certificate).replace("'", "''")
    shell = ["powershell", "-NoProfile", "-NonInteractive", "-Command"]
    run(
        [*shell, f"& {{{STORE}}} '{quoted}' {identity.password_env}"],
        todo="The certificate could not be opened.",
        on_line=said.append,
    )
    thumbprint = said[-1].strip()
    try:
        _run([*command, "/sha1", thumbprint, file], file)
    finally:
        run([*shell, f"& {{{REMOVE}}} {thumbprint}"], todo="The certificate is still in the user's store.")


def _signtool() -> str:
    found = shutil.which(SIGNTOOL)
    programs = Path(os.environ.get("PROGRAMFILES(X86)", r"C:\Program Files (x86)"))
    newest = sorted(programs.glob("Windows Kits/10/bin/10.*/x64/signtool.exe"))
    if found is None and not newest:
        raise MissingTool("Programs are signed by signtool, which is not on this machine.", GET_SIGNTOOL)
    return found or str(newest[-1])


def _run(command: Sequence[str | Path], file: Path) -> None:
    try:
        run(command, todo="")
    except MissingTool as error:
        raise ConfigError(f"{file.name} could not be signed: {error.message}") from error
    except BuildError as error:
        raise BuildError(f"{file.name} could not be signed: {error.message}", authenticode.AGAIN) from error
