"""Every module says what it is for, and is short enough to be read in one sitting."""

import ast
from pathlib import Path

from tests.house.files import project_files
from tests.services import ROOT

_MOST_LINES = 450
_MODULES = [path for path in project_files() if path.suffix == ".py"]
_SHIPPED = {str(path): (ROOT / path).read_text(encoding="utf-8") for path in _MODULES if path.parts[0] != "tests"}


def test_every_module_fits_in_one_sitting() -> None:
    # A revision of the schema is one step and cannot be cut in two.
    lengths = {name: len(text.splitlines()) for name, text in _SHIPPED.items() if "migrations/versions" not in name}
    assert len(lengths) > 20
    assert {name: lines for name, lines in lengths.items() if lines > _MOST_LINES} == {}


def test_every_module_says_what_it_is_for() -> None:
    silent = [name for name, text in _SHIPPED.items() if not ast.get_docstring(ast.parse(text))]
    assert silent == []


def test_web_modules_keep_their_annotations() -> None:
    """Litestar reads annotations when it starts; the future import would hide their types from it."""
    web = {name: text for name, text in _SHIPPED.items() if Path(name).parts[0] == "web"}
    assert web
    assert [name for name, text in web.items() if "from __future__ import annotations" in text] == []


def test_every_folder_of_tests_is_a_package() -> None:
    folders = {path.parent for path in _MODULES if path.parts[0] == "tests"}
    assert [str(folder) for folder in sorted(folders) if not (ROOT / folder / "__init__.py").exists()] == []
