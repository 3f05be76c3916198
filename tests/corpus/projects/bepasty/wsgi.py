"""A paste bin for everybody, with its pastes in the user's home."""

import os
from pathlib import Path

pastes = Path.home() / "pastes"
pastes.mkdir(parents=True, exist_ok=True)
settings = {
    "SITENAME": "probe",
    "SECRET_KEY": "x" * 20,
    "DEFAULT_PERMISSIONS": "create,read,list,delete",
    "STORAGE_FILESYSTEM_DIRECTORY": str(pastes),
}
file = pastes.with_name("bepasty.conf")
file.write_text("".join(f"{key} = {value!r}\n" for key, value in settings.items()), encoding="utf-8")
os.environ["BEPASTY_CONFIG"] = str(file)

from bepasty.app import create_app  # noqa: E402  (after its settings)

app = create_app()
