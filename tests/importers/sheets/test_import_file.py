"""The command ``import file``: proposes what columns mean, keeps what it was told, and changes nothing twice."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from directory.bootstrap import bring_up_to_date
from directory.db import Database
from directory.errors import BadInputError
from directory.sources.models import Source
from importers.cli import import_
from importers.run import import_package
from tests.importers.feeds import service, write_package
from tests.importers.sheets.layouts import coalition, fill_down
from web.cli import main

_MAPPING = '[columns]\n"Program" = "organization"\n'


def _written(folder: Path) -> Path:
    awkward = coalition()
    path = folder / awkward.name
    awkward.write(path, awkward.pages)
    return path


def test_what_columns_mean_is_shown_with_examples_of_public_rows(tmp_path: Path) -> None:
    path, saved = _written(tmp_path), tmp_path / "mapping.toml"
    ran = CliRunner().invoke(
        import_, ["file", str(path), "--source", "list", "--dry-run", "--json", "--save-mapping", str(saved)]
    )
    assert ran.exit_code == 0, ran.output
    columns = {one["column"]: one for one in json.loads(ran.stdout)["columns"]}
    assert columns["Crisis Line"]["meaning"] == "phone:hotline"
    assert columns["Address"]["examples"] == ["9 Cedar Lane", "201 Birch Street"]
    assert columns["City"]["examples"] == ["Miami", "Fort Lauderdale"]
    assert '"Crisis Line" = "phone:hotline"' in saved.read_text(encoding="utf-8")


def test_a_table_of_columns_is_printed(tmp_path: Path) -> None:
    ran = CliRunner().invoke(import_, ["file", str(_written(tmp_path)), "--source", "list", "--dry-run"])
    assert ran.exit_code == 0, ran.output
    assert "Crisis Line" in ran.output
    assert "phone:hotline" in ran.output


def test_only_spreadsheets_have_a_mapping_to_save(tmp_path: Path) -> None:
    package = write_package(tmp_path / "feed", service("10", "Harbor House"))
    with pytest.raises(BadInputError):
        import_package(None, "hsds", package, source="list", save_mapping=tmp_path / "mapping.toml")


def test_the_same_file_again_changes_nothing_and_its_mapping_is_kept(database: Database, tmp_path: Path) -> None:
    path, mapping = _written(tmp_path), tmp_path / "mapping.toml"
    mapping.write_text(_MAPPING, encoding="utf-8")
    import_package(database, "file", path, source="list", mapping=mapping)
    with database.reading() as session:
        assert session.scalar(sa.select(Source.mapping).where(Source.key == "list")) == _MAPPING
    counts = _counts(database)
    again = import_package(database, "file", path, source="list")
    assert next(one for one in again.columns if one.column == "Program").confidence == 1
    assert _counts(database) == counts


def _counts(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return {
            table: session.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one()
            for table in ("record", "fact", "change", "source_record")
        }


def test_rows_in_another_order_change_nothing(database: Database, tmp_path: Path) -> None:
    awkward = fill_down()
    first, second = tmp_path / "first.xlsx", tmp_path / "second.xlsx"
    awkward.write(first, awkward.pages)
    import_package(database, "file", first, source="list")
    counts = _counts(database)
    page = awkward.pages[0]
    north, south = page.lines[4:], page.lines[1:4]
    turned = type(page)(page.name, (page.lines[0], *north, *south), ("B5:B7", "A5:A7"))
    awkward.write(second, [turned])
    import_package(database, "file", second, source="list")
    assert _counts(database) == counts


def test_what_a_source_keeps_from_the_public_later_waits_for_people(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(
        "ID,Agency,Phone,City,Private record\n7,Harbor,305-555-0101,Miami,No\n8,Reed,305-555-0102,Miami,No\n"
    )
    import_package(database, "file", path, source="list")
    path.write_text(
        "ID,Agency,Phone,City,Private record\n7,Harbor,305-555-0101,Miami,Yes\n8,Reed,305-555-0102,Miami,No\n"
    )
    again = import_package(database, "file", path, source="list")
    assert again.totals == {"repaired": 1, "quarantined": 1, "skipped": 1}
    assert again.withdrawn == 1


_LIST = """Agency,Zorb,Phone,City,State
Harbor,Food pantry,305-555-0101,Miami,FL
Reed,Legal help,305-555-0102,Miami,FL
"""


@pytest.fixture
def own_database(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """The database that commands open."""
    bring_up_to_date(sqlite_database)
    monkeypatch.setenv("HANDRAIL_DATABASE_URL", sqlite_database.engine.url.render_as_string(hide_password=False))
    return sqlite_database


def _handrail(*words: str | Path, code: int = 0) -> str:
    ran = CliRunner().invoke(main, [str(word) for word in words])
    assert ran.exit_code == code, ran.output
    return ran.output


def _list(folder: Path, text: str = _LIST) -> Path:
    path = folder / "list.csv"
    path.write_text(text, encoding="utf-8")
    return path


def _mapped(folder: Path, text: str) -> Path:
    path = folder / "given.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_dry_run_is_read_by_the_mapping_that_is_kept(own_database: Database, tmp_path: Path) -> None:
    path, saved = _list(tmp_path), tmp_path / "saved.toml"
    given = _mapped(tmp_path, '[columns]\n"Zorb" = "kinds"\n')
    assert "No mapping is kept with list" in _handrail("import", "file", path, "--source", "list", "--dry-run")
    assert "mapping:  none kept" in _handrail("sources", "add", "list") + _handrail("sources", "show", "list")
    _handrail("import", "file", path, "--source", "list", "--mapping", given)
    assert "mapping:  kept" in _handrail("sources", "show", "list")
    asked = ("import", "file", path, "--source", "list")
    counts = _counts(own_database)
    told = _handrail(*asked, "--dry-run", "--save-mapping", saved)
    assert "Read by the mapping that is kept with list" in told
    assert '"Zorb" = "kinds"' in saved.read_text(encoding="utf-8")
    assert "Read by the mapping that is kept with list" in _handrail(*asked, "--plan")
    assert json.loads(_handrail(*asked, "--dry-run", "--json"))["mapping"] == "kept"
    assert _counts(own_database) == counts


@pytest.mark.parametrize("is_there", [True, False])
def test_a_dry_run_makes_no_database_and_none_of_an_empty_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_there: bool
) -> None:
    database = tmp_path / "own.sqlite3"
    if is_there:
        database.touch()
    monkeypatch.setenv("HANDRAIL_DATABASE_URL", f"sqlite:///{database}")
    told = _handrail("import", "file", _list(tmp_path), "--source", "list", "--dry-run")
    assert "There is no database here that could hold a mapping of list" in told
    assert database.exists() == is_there
    assert not is_there or database.stat().st_size == 0


def test_a_mapping_is_never_saved_over_a_file(tmp_path: Path) -> None:
    saved = _mapped(tmp_path, "# mine\n")
    asked = ("import", "file", _list(tmp_path), "--source", "list", "--dry-run", "--save-mapping", saved)
    assert "Give --save-mapping another name" in _handrail(*asked, code=1)
    assert saved.read_text(encoding="utf-8") == "# mine\n"


def test_a_kept_mapping_whose_headers_changed_is_told(own_database: Database, tmp_path: Path) -> None:
    given = _mapped(tmp_path, '[columns]\n"Zorb" = "kinds"\n')
    asked = ("import", "file", tmp_path / "list.csv", "--source", "list")
    _list(tmp_path)
    assert "of the mapping" not in _handrail(*asked, "--mapping", given)
    counts = _counts(own_database)
    _list(tmp_path, _LIST.replace("Zorb", "Zorbs"))
    for more in (["--dry-run"], ["--plan"], []):
        assert '1 line of the mapping names no column of this file: "Zorb".' in _handrail(*asked, *more)
    assert _counts(own_database)["source_record"] == counts["source_record"]


def test_the_help_lists_what_columns_may_mean() -> None:
    told = _handrail("import", "file", "--help")
    assert "cross:population:trans-women" in told
    assert "hours:crisis-line" in told
    assert "The mapping file" not in _handrail("import", "hsds", "--help")


def test_words_beside_a_number_are_no_number_that_cannot_be_dialled(tmp_path: Path) -> None:
    text = "Agency,Phone,City,State\nHarbor,305-555-0103 / 305-555-0104 (Maria),Miami,FL\nReed,Maria,Miami,FL\n"
    report = tmp_path / "report.json"
    _handrail("import", "file", _list(tmp_path, text), "--source", "list", "--dry-run", "--report", report)
    told = {row["name"]: row for row in json.loads(report.read_text(encoding="utf-8"))["rows"]}
    asked = {name: [one["text"] for one in row["questions"] if one["field"] == "phone"] for name, row in told.items()}
    assert len(told["Harbor"]["phones"]) == 2
    assert asked["Harbor"] == ["Words beside a number are not understood, and not kept: Maria"]
    assert asked["Reed"] == ["No number in this can be dialled: Maria"]


def test_rows_of_one_name_with_other_numbers_are_told_before_anything_comes_in(
    own_database: Database, tmp_path: Path
) -> None:
    text = (
        "Agency,Program,Phone,City,State,Services\n"
        "Harbor,Advice,305-555-0142,Miami,FL,Legal\n"
        "Harbor,Advice,305-555-0177,Miami,FL,Legal\n"
        "Quiet,Night,305-555-0111,Miami,FL,Safe house\n"
        "Quiet,Night,305-555-0112,Miami,FL,Safe house\n"
    )
    for how in ("--dry-run", "--plan"):
        told = _handrail("import", "file", _list(tmp_path, text), "--source", "list", how)
        assert "Numbers to decide (2)" in told
        assert (
            "Advice: Rows of one name give different numbers. Call, and keep one: 305-555-0142 or 305-555-0177" in told
        )
        # Nothing of what is kept private is repeated.
        assert "305-555-0111" not in told.partition("Numbers to decide")[2]
