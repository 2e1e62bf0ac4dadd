"""Settings: one frozen struct, read once at the start from ``HANDRAIL_*`` and from what ``handrail init`` wrote.

Every variable may instead be given as ``HANDRAIL_<NAME>_FILE``, the path of a file that holds the value (for secrets).
An unknown or unusable one stops the start with a line that names the variable and never its value.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import platformdirs

from directory.errors import SettingsError

PREFIX = "HANDRAIL_"
SAVED_FILE = "handrail.env"
# They belong to the test suite; they are known so that a developer's shell does not stop the program.
TESTS_OWN = frozenset({"HANDRAIL_REQUIRE", "HANDRAIL_CHROME", "HANDRAIL_TEST_PG"})
# Words that would tell a watcher what the site is, in a site's name or its exit address (SAFETY D6, D12).
TELLING_WORDS = (
    "traffick", "shelter", "victim", "abuse", "assault", "hotline", "violence", "escape", "rescue", "refugio", "trata",
    "violencia", "abuso",
)  # fmt: skip


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What a deployment chooses.

    Attributes:
        database_url: ``sqlite:///FILE`` or ``postgresql://...``; by default a SQLite file in the user's data folder.
        site_name: the neutral name shown in the bar and as the title of every page.
        default_area: a place that a search starts from when none is typed (a ZIP code, a city with its state); may be
            empty.
        exit_url: where *Leave* goes: an ordinary https page.
        country: ISO 3166 code; its national line is pinned on every page.
        host: address that ``serve`` binds.
        port: port that ``serve`` binds.
        max_feed_mb: largest file that an import takes unless the command says otherwise.
        language: language of pages until the reader chooses (``en`` or ``es``).
    """

    database_url: str
    site_name: str = "Daybook"
    default_area: str = ""
    exit_url: str = "https://www.weather.gov/"
    country: str = "US"
    host: str = "127.0.0.1"
    port: int = 8000
    max_feed_mb: int = 20
    language: str = "en"


def data_folder() -> Path:
    """The user's own folder for this program (created by whoever writes into it first)."""
    return Path(platformdirs.user_data_dir("handrail", appauthor=False))


def load_settings(environment: Mapping[str, str] | None = None, *, folder: Path | None = None) -> Settings:
    """Read the settings; the environment wins over the file that ``handrail init`` wrote in ``folder``.

    Raises:
        SettingsError: a variable is unknown, given twice, or its value cannot be used. Names the variable only.
    """
    folder = folder or data_folder()
    environment = os.environ if environment is None else environment
    values: dict[str, Any] = {"database_url": f"sqlite:///{folder / 'handrail.sqlite3'}"}
    values |= _known(_saved(folder / SAVED_FILE))
    values |= _known({key: value for key, value in environment.items() if key.startswith(PREFIX)})
    try:
        settings = msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        name = re.search(r"\$\.([a-z_]+)", str(error))
        raise SettingsError(f"{_variable(name[1]) if name else 'A setting'} cannot be used: wrong type.") from None
    return check(settings)


def check(settings: Settings) -> Settings:
    """Return the settings if every value can be used; raises ``SettingsError`` naming the variable that cannot."""
    if not re.fullmatch(r"https://[^\s/]+\.[^\s]+", settings.exit_url):
        raise SettingsError("HANDRAIL_EXIT_URL must be an https address.")
    if not settings.site_name.strip() or len(settings.site_name) > 40:
        raise SettingsError("HANDRAIL_SITE_NAME must be a name of at most 40 characters.")
    if not re.fullmatch(r"[A-Z]{2}", settings.country):
        raise SettingsError("HANDRAIL_COUNTRY must be a two-letter country code in capitals.")
    if not 0 <= settings.port <= 65535:
        raise SettingsError("HANDRAIL_PORT must lie between 0 and 65535.")
    if not 1 <= settings.max_feed_mb <= 10_000:
        raise SettingsError("HANDRAIL_MAX_FEED_MB must lie between 1 and 10000.")
    if settings.language not in {"en", "es"}:
        raise SettingsError("HANDRAIL_LANGUAGE must be en or es.")
    for name in ("site_name", "exit_url"):
        if any(word in getattr(settings, name).casefold() for word in TELLING_WORDS):
            raise SettingsError(f"{_variable(name)} holds a word that tells a watcher what this site is.")
    return settings


def save_settings(chosen: Mapping[str, str], *, folder: Path | None = None) -> Path:
    """Write what ``handrail init`` was told (setting names and values) and return the file.

    Values that are already in the file and not chosen again stay. Raises ``SettingsError`` before anything is written
    when the result could not be loaded.
    """
    path = (folder or data_folder()) / SAVED_FILE
    values = _saved(path) | {_variable(name): value for name, value in chosen.items()}
    for name, value in values.items():
        if "\n" in value or "\r" in value:
            raise SettingsError(f"{name} must be one line.")
    load_settings(values, folder=path.parent / "none")
    path.parent.mkdir(parents=True, exist_ok=True)
    written = path.with_suffix(".new")
    written.touch(mode=0o600)
    written.write_text("".join(f"{name}={value}\n" for name, value in sorted(values.items())), encoding="utf-8")
    written.replace(path)
    return path


def _saved(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    pairs = (line.partition("=") for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    return {name.strip(): value.strip() for name, mark, value in pairs if mark and not name.startswith("#")}


def _variable(name: str) -> str:
    return PREFIX + name.upper()


def _known(variables: Mapping[str, str]) -> dict[str, str]:
    """Map variables to setting names; raises for unknown ones and for a value given both ways."""
    fields = set(Settings.__struct_fields__)
    values: dict[str, str] = {}
    for variable, value in sorted(variables.items()):
        if variable in TESTS_OWN:
            continue
        name = variable.removeprefix(PREFIX).lower()
        from_file = name not in fields and name.removesuffix("_file") in fields
        name = name.removesuffix("_file") if from_file else name
        if name not in fields or not variable.startswith(PREFIX):
            raise SettingsError(f"{variable} is not a setting of this program.")
        if name in values:
            raise SettingsError(f"{_variable(name)} is given twice, once as a file.")
        values[name] = _read_file(variable, Path(value)) if from_file else value
    return values


def _read_file(variable: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise SettingsError(f"The file that {variable} names cannot be read.") from None
