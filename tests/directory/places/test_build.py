import sqlite3
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

from directory.places.build import build
from directory.places.gazetteer import GAZETTEER
from directory.places.regions import read_table

TABLES = ("zone", "place", "name", "postal", "area")


def test_the_bundled_file_is_what_its_sources_give(tmp_path: Path) -> None:
    built = tmp_path / "gazetteer.sqlite3"
    with closing(sqlite3.connect(f"{GAZETTEER.as_uri()}?mode=ro&immutable=1", uri=True)) as bundled:
        versions = dict(bundled.execute("SELECT package, version FROM source"))
        assert versions == {name: version(name) for name in versions}, "a source has moved: build the gazetteer again"
        build(built)
        with closing(sqlite3.connect(built)) as rebuilt:
            for table in TABLES:
                rows = (
                    f"SELECT * FROM {table} ORDER BY 1, 2, 3"
                    if table == "name"
                    else f"SELECT * FROM {table} ORDER BY 1"
                )
                assert rebuilt.execute(rows).fetchall() == bundled.execute(rows).fetchall(), table


def test_the_bundled_file_is_small() -> None:
    assert GAZETTEER.stat().st_size < 10_000_000


def test_zip_codes_stand_in_order_each_once() -> None:
    codes = [row["zip"] for row in read_table("zip_codes.tsv")]
    assert codes == sorted(set(codes))
    assert all(len(code) == 5 and code.isdecimal() for code in codes)


def test_every_county_that_a_place_names_is_there() -> None:
    with closing(sqlite3.connect(f"{GAZETTEER.as_uri()}?mode=ro&immutable=1", uri=True)) as bundled:
        named = {county for (county,) in bundled.execute("SELECT county FROM postal WHERE country = 'US'")}
        known = {county for (county,) in bundled.execute("SELECT county FROM place WHERE kind = 'county'")}
    # Guam and the District are found as regions, and have no county beside them.
    assert named - known == {"11001", "66010"}
