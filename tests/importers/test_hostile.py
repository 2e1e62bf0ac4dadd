"""Hostile and broken input: whatever is wrong is said of the row it is wrong in, and everything else comes in."""

import gzip
import io
import json
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from directory.errors import DirectoryError, RefusedError
from importers.run import import_package
from tests.effort import effort
from tests.importers.feeds import join, service, write_package, write_zip
from tests.importers.third_feeds import organizations, services

_TABLES = join(
    {"organizations": [{"id": "1", "name": "Harbor Aid"}]},
    service("10", "Harbor Office"),
    service("11", "Harbor Pantry", kind="Food", street="10 Public Lantern Avenue"),
)
_MEBIBYTE = 1024 * 1024
_MOST_MEMORY = 600 * _MEBIBYTE
_MOST_SECONDS = 5


def _rows(path: Path) -> list[dict[str, Any]]:
    report = path.parent / "report.json"
    import_package(None, "hsds", path, source="hostile", report=report)
    told: list[dict[str, Any]] = msgspec.json.decode(report.read_bytes())["rows"]
    return told


def _names(rows: list[dict[str, Any]]) -> list[str]:
    return [row["name"] for row in rows if row["name"]]


def _problems(rows: list[dict[str, Any]]) -> list[tuple[Any, str, str]]:
    refused = [row for row in rows if row["status"] in ("quarantined", "rejected")]
    assert all(row["reason"] for row in refused)
    return [(row["row"], row["status"], row["rules"][0]) for row in refused]


def _json(folder: Path, content: str | bytes, name: str = "services.json") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


_FIRST, _SECOND = (json.dumps(one) for one in services(_TABLES))
_ALL = ["Harbor Aid", "Harbor Office", "Harbor Pantry"]


# Objects that are broken, beside others that are not


@pytest.mark.parametrize(
    ("bad", "rule"),
    [
        ('{"id": "9", "name": "A", "name": "B", "status": "active"}', "keys-twice"),
        ('{"id": "9", "name": "Deep", "status": "active", "x": ' + "[" * 50 + "]" * 50 + "}", "nested-too-deeply"),
        ('{"id": "9", "name": "Deep", "x": ' + "[" * 9_999 + "]" * 9_999 + "}", "nested-too-deeply"),
        ('{"id": "9", "name": "Long", "status": "active", "alert": "' + "x" * _MEBIBYTE + '"}', "cell-too-long"),
        ('{"id": "9", "status": "active"}', "no-name"),
        ('{"status": "active", "fees": "none"}', "no-id"),
        ('{"$ref": "#/contents/0"}', "reference"),
        ('{"id": "9", "$ref": "#/contents/0", "name": "X", "status": "active"}', "reference"),
        ('{"id": "9", "name": "Broken" "status": "active"}', "broken"),
        ('{"id": "9", "colour": "blue"}', "not-known-what"),
        ('"a text"', "not-an-object"),
        ("12", "not-an-object"),
        ("null", "not-an-object"),
        ("[[[]]]", "not-an-object"),
    ],
)  # fmt: skip
def test_an_object_that_cannot_come_in_leaves_the_others_alone(bad: str, rule: str, tmp_path: Path) -> None:
    rows = _rows(_json(tmp_path, f"[{_FIRST}, {bad}, {_SECOND}]"))
    assert _names(rows) == _ALL
    [(row, _, named)] = _problems(rows)
    assert (row, named) == ("/1", rule)


@pytest.mark.parametrize("kept", [0.5, 0.9, 0.99])
def test_half_a_list_gives_what_was_whole(kept: float, tmp_path: Path) -> None:
    half = _SECOND[: int(len(_SECOND) * kept)]
    rows = _rows(_json(tmp_path, f'{{"total_items": 2, "contents": [{_FIRST}, {half}'))
    assert _names(rows) == ["Harbor Aid", "Harbor Office"]
    assert [problem[1:] for problem in _problems(rows)] == [("quarantined", "cut-off")]


def test_a_line_that_cannot_be_read_is_one_row(tmp_path: Path) -> None:
    lines = [_FIRST, "{", "", "no json", '{"id": 1e999, "name": ', _SECOND, _FIRST[:50]]
    rows = _rows(_json(tmp_path, "\n".join(lines), "services.ndjson"))
    assert _names(rows) == _ALL
    assert [row for row, _, _ in _problems(rows)] == [2, 4, 5, 7]


def test_numbers_that_are_none_are_no_places_and_no_ages(tmp_path: Path) -> None:
    location = '"location": {"id": "L9", "latitude": 1e999, "longitude": NaN, "addresses": [{"address_1": "1 Elm St"}]}'
    odd = f'{{"id": 9, "name": "Odd", "minimum_age": 1e999, "service_at_locations": [{{{location}}}]}}'
    rows = _rows(_json(tmp_path, f"[{_FIRST}, {odd}, {_SECOND}]"))
    assert sorted(_names(rows)) == sorted([*_ALL, "Odd"])
    assert "age-not-readable" in next(row for row in rows if row["name"] == "Odd")["rules"]


@pytest.mark.parametrize(
    ("name", "shown", "rule"),
    [
        ("=CMD('x')!A1", "=CMD('x')!A1", "formula-kept-as-text"),
        ("@SUM(1+1)", "@SUM(1+1)", "formula-kept-as-text"),
        ("<b>Aid</b><script>alert(1)</script>", "Aid", "markup-removed"),
        ("Aid \u202eolleh\u202c", "Aid olleh", "unseen-signs-removed"),
        ("A\u200bid\ufeff", "Aid", "unseen-signs-removed"),
        ("Aid\x00", "Aid", "nul-removed"),
        ("Aid \ud800", "Aid", "unseen-signs-removed"),
    ],
)
def test_text_that_would_act_is_text(name: str, shown: str, rule: str, tmp_path: Path) -> None:
    one = json.dumps({"id": "9", "name": name, "status": "active"})
    row = next(row for row in _rows(_json(tmp_path, f"[{one}]")) if row["name"])
    assert row["name"] == shown
    assert rule in row["rules"]


def test_circles_of_references_end(tmp_path: Path) -> None:
    """Organizations that are each other's parents, terms that are, and objects that hold one another by their ids."""
    tables = dict(_TABLES)
    tables["organizations"] = [
        {"id": "1", "name": "Harbor Aid", "parent_organization_id": "2"},
        {"id": "2", "name": "Harbor Fund", "parent_organization_id": "1"},
    ]
    kinds = tables["taxonomy"]
    tables["taxonomy"] = [{**row, "parent_id": kinds[number - 1]["id"]} for number, row in enumerate(kinds)]
    assert {*_ALL, "Harbor Fund"} == set(_names(_rows(write_package(tmp_path / "feed", tables))))
    inner: dict[str, Any] = {"id": "1", "name": "Harbor Aid"}
    for _ in range(6):
        inner = {
            "id": "1", "name": "Harbor Aid",
            "services": [{"id": "10", "name": "Harbor Office", "status": "active", "organization": inner}],
        }  # fmt: skip
    rows = _rows(_json(tmp_path, json.dumps(inner), "organization.json"))
    assert _names(rows) == ["Harbor Aid", "Harbor Office"]


# Ids that are used twice


def test_an_id_that_two_services_share_merges_neither(tmp_path: Path) -> None:
    other = json.dumps({**json.loads(_SECOND), "id": "10"})
    rows = _rows(_json(tmp_path, f"[{_FIRST}, {other}, {_SECOND}]"))
    assert sorted(_names(rows)) == sorted([*_ALL, "Harbor Pantry"])
    assert len({row["listing"] for row in rows if row["listing"]}) == 3
    asked = [question["rule"] for row in rows for question in row["questions"]]
    assert "id-used-twice" in asked


def test_an_object_that_is_repeated_comes_in_once_and_its_differences_are_asked_about(tmp_path: Path) -> None:
    again = json.loads(_FIRST) | {"description": "Help with papers.", "alert": "Closed today."}
    other = json.loads(_FIRST) | {"description": "Help with rent."}
    rows = _rows(_json(tmp_path, json.dumps([json.loads(_FIRST), again, other])))
    assert _names(rows) == ["Harbor Aid", "Harbor Office"]
    [question] = [question for row in rows for question in row["questions"] if question["rule"] == "repeats-differ"]
    assert "description" in question["text"]
    assert "rent" not in question["text"]


def test_a_row_of_a_table_that_has_the_id_of_another_is_refused_by_name(tmp_path: Path) -> None:
    twice = {"services": b"10,1,Something else\r\n"}
    rows = _rows(write_package(tmp_path / "feed", _TABLES, raw=twice))
    assert _names(rows) == _ALL
    assert _problems(rows) == [(4, "rejected", "duplicate-id")]


# Bytes


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("kind", ["csv", "json"])
def test_names_survive_any_encoding(encoding: str, kind: str, tmp_path: Path) -> None:
    if kind == "csv":
        (tmp_path / "services.csv").write_bytes("id,name\r\n1,Café Niño\r\n".encode(encoding))
        rows = _rows_in(tmp_path)
    else:
        text = '[{"id": "1", "name": "Café Niño", "status": "active"}]'
        rows = _rows(_json(tmp_path, text.encode(encoding)))
    assert _names(rows) == ["Café Niño"]
    assert ("bytes-read-as-windows-1252" in rows[-1]["rules"]) == (encoding == "cp1252")


def _rows_in(folder: Path) -> list[dict[str, Any]]:
    report = folder.parent / f"{folder.name}-report.json"
    import_package(None, "hsds", folder, source="hostile", report=report)
    told: list[dict[str, Any]] = msgspec.json.decode(report.read_bytes())["rows"]
    return told


def test_a_file_of_two_encodings_loses_nothing(tmp_path: Path) -> None:
    (tmp_path / "services.csv").write_bytes(b"id,name\r\n1,Caf\xe9\r\n2,Ni\xc3\xb1o\r\n3,a\x81b\r\n")
    assert _names(_rows_in(tmp_path)) == ["Café", "Niño", "a\ufffdb"]


def test_a_table_with_nul_bytes_and_a_cell_of_a_megabyte_keeps_its_other_rows(tmp_path: Path) -> None:
    long = b"3,1," + b"x" * _MEBIBYTE + b"\r\n"
    rows = _rows(
        write_package(tmp_path / "feed", _TABLES, raw={"services": b"2,1,Nu\x00l\r\n" + long + b"4,1,Last\r\n"})
    )
    assert {*_names(rows)} == {*_ALL, "Nul", "Last"}
    assert [named for _, _, named in _problems(rows)] == ["cell-too-long"]


# Files that are something else


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.json", b""),
        ("blank.json", b" \n\t"),
        ("number.json", b"12"),
        ("bracket.json", b"["),
        ("object.json", b"{"),
        ("nothing.json", b"[]"),
        ("numbers.json", b"[" + b"1," * 5_000 + b"1]"),
        ("empty.ndjson", b""),
        ("empty.zip", b""),
        ("short.json.gz", b"\x1f\x8b\x08"),
        ("half.json.gz", gzip.compress(b"[]" * 5_000, mtime=0)[:-20]),
    ],
)
def test_a_file_that_holds_no_feed_is_refused_in_words(name: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    refused, rows = _outcome(path)
    if refused is None:
        # Something stood there and could not be read: it is told as a row.
        assert _names(rows) == []
        assert _problems(rows) != []
    else:
        assert refused.exit_code in (1, 6)
        assert str(refused).endswith(".")


def _outcome(path: Path) -> tuple[DirectoryError | None, list[dict[str, Any]]]:
    try:
        return None, _rows(path)
    except DirectoryError as error:
        return error, []


def test_a_folder_in_place_of_a_file_is_read_as_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "services.json"
    folder.mkdir()
    with pytest.raises(DirectoryError, match="no JSON in it"):
        import_package(None, "hsds", folder, source="hostile")
    _json(folder, f"[{_FIRST}]")
    assert _names(_rows(folder)) == ["Harbor Aid", "Harbor Office"]


def test_a_truncated_archive_is_refused(tmp_path: Path) -> None:
    whole = write_zip(tmp_path / "feed.zip", _TABLES).read_bytes()
    for kept in (0.3, 0.7, 0.99):
        path = tmp_path / "half.zip"
        path.write_bytes(whole[: int(len(whole) * kept)])
        with pytest.raises(DirectoryError, match="can be read"):
            import_package(None, "hsds", path, source="hostile")


def test_a_packed_document_is_read_and_a_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "services.json.gz"
    path.write_bytes(gzip.compress(f"[{_FIRST}]".encode()))
    assert _names(_rows(path)) == ["Harbor Aid", "Harbor Office"]
    path.write_bytes(gzip.compress(b"[" + b" " * 50 * _MEBIBYTE))
    with pytest.raises(RefusedError, match="far more than it is"):
        import_package(None, "hsds", path, source="hostile", max_mb=1_000)


def test_documents_come_out_of_an_archive_too(tmp_path: Path) -> None:
    path = tmp_path / "feed.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("api/services.json", f"[{_FIRST}, {_SECOND}]")
        archive.writestr("api/taxonomy.json", '{"id": "T", "name": "Kinds", "version": "1"}')
    assert _names(_rows(path)) == _ALL


# Limits. In a process of its own, whose memory is counted.

_MEASURED = """
import sys
from pathlib import Path
from directory.errors import DirectoryError
from importers.run import import_package
try:
    import_package(None, "hsds", Path(sys.argv[1]), source="hostile", report=Path(sys.argv[1] + ".report"))
except DirectoryError as error:
    print(type(error).__name__)
# Not ru_maxrss, which begins with that of the process that started this one.
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(int(status["VmHWM"].split()[0]) * 1024)
"""


def _wide_table(folder: Path) -> Path:
    (folder / "services.csv").write_bytes(b"id,name\r\n1,a" + b"," * 1_000_000 + b"\r\n2,b\r\n")
    return folder


def _wide_header(folder: Path) -> Path:
    (folder / "services.csv").write_bytes(b"id,name" + b",x" * 1_000_000 + b"\r\n1,b\r\n")
    return folder


def _deep(folder: Path) -> Path:
    return _json(folder, "[" * 5_000_000 + "]" * 5_000_000)


def _many_empty(folder: Path) -> Path:
    return _json(folder, "[" + "{}," * 3_000_000 + "{}]")


def _many_inside(folder: Path) -> Path:
    return _json(folder, '[{"id": "1", "name": "x", "status": "active", "phones": [' + "{}," * 3_000_000 + "{}]}]")


def _quotes(folder: Path) -> Path:
    return _json(folder, "[" + '\\"' * 5_000_000)


def _names_of_one_id(folder: Path) -> Path:
    many = [{"id": "1", "name": f"Name {number}", "status": "active"} for number in range(5_000)]
    return _json(folder, json.dumps(many))


@pytest.mark.parametrize(
    "make", [_wide_table, _wide_header, _deep, _many_empty, _many_inside, _quotes, _names_of_one_id]
)
def test_what_is_made_to_exhaust_the_reader_does_not(make: Callable[[Path], Path], tmp_path: Path) -> None:
    path = make(tmp_path)
    began = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED, str(path)], capture_output=True, text=True, check=True, timeout=60
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert int(done.stdout.split()[-1]) < _MOST_MEMORY
    assert after.ru_utime - began.ru_utime < 2 * _MOST_SECONDS, "twice the bar: the machine may be busy"


# Any byte may be any other


def _packages() -> list[tuple[str, bytes]]:
    zipped = io.BytesIO()
    folder = {"organizations.csv": b"id,name\r\n1,Harbor Aid\r\n", "services.csv": b"id,name\r\n10,Harbor Office\r\n"}
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in folder.items():
            archive.writestr(name, content)
    return [
        ("feed.zip", zipped.getvalue()),
        ("feed.json", json.dumps(services(_TABLES)).encode()),
        ("organizations.json", json.dumps(organizations(_TABLES)).encode()),
        ("feed.ndjson", f"{_FIRST}\n{_SECOND}\n".encode()),
        ("feed.json.gz", gzip.compress(f"[{_FIRST}]".encode(), mtime=0)),
    ]


_CHANGES = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=6)


@pytest.mark.parametrize(("name", "content"), _packages(), ids=lambda value: value if isinstance(value, str) else "")
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=_CHANGES, kept=st.floats(0.2, 1))
@example(changes=[(0.0, 0)], kept=1)
def test_a_mutated_package_is_read_or_refused_and_nothing_else(
    name: str, content: bytes, tmp_path: Path, changes: list[tuple[float, int]], kept: float
) -> None:
    mutated = bytearray(content)
    for where, byte in changes:
        mutated[int(where * len(mutated))] = byte
    path = tmp_path / name
    path.write_bytes(mutated[: int(len(mutated) * kept) + 1])
    refused, rows = _outcome(path)
    assert rows or refused is not None
    assert refused is None or str(refused).endswith(".")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=_CHANGES)
def test_lines_before_and_after_a_mutated_one_come_in(tmp_path: Path, changes: list[tuple[float, int]]) -> None:
    mutated = bytearray(_FIRST.encode())
    for where, byte in changes:
        # A line end would make two lines of it, and a quotation mark is only one of many ways to break it.
        mutated[int(where * len(mutated))] = byte if byte not in b"\r\n" else 0
    before, after = (
        json.dumps({"id": number, "name": f"Harbor {number}", "status": "active"}) for number in ("before", "after")
    )
    content = before.encode() + b"\n" + bytes(mutated) + b"\n" + after.encode()
    names = _names(_rows(_json(tmp_path, content, "services.ndjson")))
    assert {"Harbor before", "Harbor after"} <= set(names)


def test_hostile_input_ends_in_time(tmp_path: Path) -> None:
    """A cell that every pattern of the reader begins to match, many times."""
    cell = "<" * 8_000 + "&#" * 4_000 + "\u202e" * 4_000 + "GÇ" * 4_000
    with effort() as spent:
        _rows(_json(tmp_path, json.dumps([{"id": "1", "name": "x", "status": "active", "description": cell}])))
    assert spent.seconds < _MOST_SECONDS
