"""The top level stays small enough to be read at a glance."""

from tests.house.files import project_files

_FOLDERS = {"directory", "importers", "verifiers", "migrations", "web", "tests"}
_FILES = {"pyproject.toml", "uv.lock", "dev", "LICENSE", "compose.yaml", "Containerfile"}


def test_the_top_level_holds_exactly_the_six_folders() -> None:
    folders = {path.parts[0] for path in project_files() if len(path.parts) > 1}
    assert {name for name in folders if not name.startswith(".")} == _FOLDERS


def test_the_top_level_holds_no_stray_file() -> None:
    files = {path.name for path in project_files() if len(path.parts) == 1}
    assert files >= _FILES
    assert {name for name in files - _FILES if not name.startswith(".") and not name.endswith(".md")} == set()
