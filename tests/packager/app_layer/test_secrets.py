"""What looks like a secret, by its name and by what it holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from launcher.packager.app_layer import secrets

BEGIN = "-----BEGIN "
PRIVATE = BEGIN + "OPENSSH PRIVATE KEY-----\nb3Bl\n"


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("prod.env", "A=1", "secrets"),
        (".env.local", "A=1", "secrets"),
        ("secrets.toml", "a = 1", "secrets"),
        (".env.sample", "A=", ""),
        ("deploy", PRIVATE, "a key"),
        ("deploy.txt", f"\nhello\n{BEGIN}PRIVATE KEY-----\n", "a key"),
        ("old.asc", BEGIN + "PGP PRIVATE KEY BLOCK-----\n", "a key"),
        ("server.pem", f"{BEGIN}CERTIFICATE-----\nMII\n{BEGIN}PRIVATE KEY-----\n", "a key"),
        ("chain.pem", f"{BEGIN}CERTIFICATE-----\nMII\n", ""),
        ("notes.txt", "a text about BEGIN PRIVATE KEY", ""),
        ("robot.json", '{"type": "service_account", "private_key": "x"}', "credentials"),
        ("oauth.json", '{"installed": {"client_secret": "x"}}', "credentials"),
        ("token.json", '{"refresh_token": "x"}', "credentials"),
        ("form.json", '{"fields": ["client_secret", "refresh_token"]}', ""),
        (".npmrc", "//registry/:_authToken=abc", "credentials"),
        (".npmrc", "save-exact=true", ""),
        (".htpasswd", "a:b", "credentials"),
        ("app.py", f'KEY = """{PRIVATE}"""\n', ""),
    ],
)
def test_a_secret_is_told_from_what_only_speaks_of_one(
    name: str, text: str, kind: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert secrets.kind_of(tmp_path / name) == kind


def test_a_key_inside_of_the_app_s_own_code_is_seen(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(f'KEY = """\n{PRIVATE}"""\n', encoding="utf-8")
    (tmp_path / "other.py").write_text("KEY = 'BEGIN PRIVATE KEY'\n", encoding="utf-8")
    assert secrets.holds_key(tmp_path / "app.py")
    assert not secrets.holds_key(tmp_path / "other.py")


def test_names_of_variables_are_told_and_never_a_value(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("# A=0\nexport A=hidden\nB = 'x=y'\nA=again\n", encoding="utf-8")
    assert secrets.variables(tmp_path / ".env") == ("A", "B")
