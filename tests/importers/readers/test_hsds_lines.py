"""A document of lines gives the same in parts as all at once; lines that name one another stay together."""

import json
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from importers.keeping import Kept, Packed, parts_of
from importers.packages import open_package
from importers.readers.hsds import HsdsReader
from importers.readers.hsds_lines import LinesReader, open_hsds
from importers.record import Reader, Refused, SourceRecord

_IDS = st.sampled_from([f"{number}" for number in range(6)])
_NAMES = st.sampled_from(["Harbor Aid", "Harbor House", "Lantern Office", "Refugio"])
_ORGANIZATIONS = st.fixed_dictionaries({"id": _IDS, "name": _NAMES}, optional={"description": _NAMES})
_ADDRESSES = st.fixed_dictionaries({"address_1": st.sampled_from(["9 Public Lantern Avenue", "4815 Quincewater Road"])})
_LOCATIONS = st.fixed_dictionaries(
    {"id": _IDS, "location_type": st.just("physical")},
    optional={"name": _NAMES, "addresses": st.lists(_ADDRESSES, max_size=2)},
)
_TERMS = st.builds(lambda name: {"id": f"of {name}", "name": name}, st.sampled_from(["Case Management", "Shelter"]))
_SERVICES = st.fixed_dictionaries(
    {"id": _IDS, "name": _NAMES, "status": st.just("active")},
    optional={
        "organization": _ORGANIZATIONS,
        "organization_id": _IDS,
        "phones": st.lists(st.fixed_dictionaries({"number": st.sampled_from(["305-555-0142", "305-555-0143"])})),
        "service_at_locations": st.lists(st.fixed_dictionaries({"id": _IDS}, optional={"location": _LOCATIONS})),
        "attributes": st.lists(st.fixed_dictionaries({"link_type": st.just("taxonomy"), "taxonomy_term": _TERMS})),
    },
)
_LINKS = st.fixed_dictionaries({"id": _IDS, "service_id": _IDS, "location_id": _IDS})
_RECORDS = st.one_of(_SERVICES, _SERVICES, _ORGANIZATIONS.map(lambda one: one | {"tax_id": ""}), _LOCATIONS, _LINKS)
_BROKEN = st.one_of(st.just("7"), st.just(""), _RECORDS.map(lambda record: json.dumps(record)[:-3]))


def _written(folder: str, lines: list[str]) -> Path:
    path = Path(folder) / "feed.ndjson"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def _said(reader: Reader) -> Counter[str]:
    rows = [*reader.organizations(), *reader.services(), *reader.leftovers()]
    return Counter(map(repr, rows))


@given(st.lists(st.one_of(_RECORDS.map(json.dumps), _RECORDS.map(json.dumps), _BROKEN), max_size=12))
def test_parts_say_what_the_whole_says(lines: list[str]) -> None:
    lines = [*lines, json.dumps({"id": "last", "name": "Last Office", "status": "active"})]
    with TemporaryDirectory() as folder, open_package(_written(folder, lines), max_mb=1) as package:
        whole, parted = HsdsReader.of(package), open_hsds(package, at_least=1)
        assert isinstance(parted, LinesReader)
        assert _said(parted) == _said(whole)
        assert parted.not_read() == whole.not_read()
        assert _said(Kept(parted)) == _said(whole)


def _services(lines: list[dict[str, Any]], tmp_path: Path) -> list[list[str]]:
    """Keys of the services in each part."""
    path = _written(str(tmp_path), [json.dumps(line) for line in lines])
    with open_package(path, max_mb=1) as package:
        parts = parts_of(open_hsds(package, at_least=1))
        return [[row.key for row in part.services() if isinstance(row, SourceRecord)] for part in parts]


def _service(identity: str, **more: object) -> dict[str, Any]:
    return {"id": identity, "name": f"Office {identity}", "status": "active", **more}


def test_services_of_one_organization_or_place_are_read_together(tmp_path: Path) -> None:
    lines = [
        _service("1", organization={"id": "a", "name": "Harbor Aid"}),
        _service("2", organization_id="b"),
        _service("3", organization_id="a"),
        _service("4", service_at_locations=[{"location": {"id": "p"}}]),
        _service("5", service_at_locations=[{"location": {"id": "p"}}]),
    ]
    parts = [["service:1", "service:3"], ["service:2"], ["service:4", "service:5"]]
    assert _services(lines, tmp_path) == parts


def test_what_cannot_be_read_stays_with_the_things_that_it_may_name(tmp_path: Path) -> None:
    place = [{"location": {"id": "hidden place", "location_type": "physical"}}]
    cut = json.dumps(_service("1", service_at_locations=place))[:-4]
    lines = [json.dumps(_service("2")), cut, json.dumps(_service("3", service_at_locations=place))]
    path = _written(str(tmp_path), lines)
    with open_package(path, max_mb=1) as package:
        parts = [list(part.leftovers()) for part in parts_of(open_hsds(package, at_least=1))]
    assert [len(part) for part in parts] == [0, 1]
    record = parts[1][0].record
    assert record is not None
    assert [site.key for site in record.sites] == ["location:hidden place"]


def test_lines_whose_terms_are_told_elsewhere_are_read_at_once(tmp_path: Path) -> None:
    lines = [
        {"id": "t", "term": "Emergency Shelter", "taxonomy": "own", "code": "x"},
        _service("1", attributes=[{"taxonomy_term_id": "t"}]),
    ]
    path = _written(str(tmp_path), [json.dumps(line) for line in lines])
    with open_package(path, max_mb=1) as package:
        reader = open_hsds(package, at_least=1)
        assert isinstance(reader, HsdsReader)
        assert [name.name for row in reader.services() if isinstance(row, SourceRecord) for name in row.names] == [
            "Emergency Shelter"
        ]


def test_a_made_up_id_is_made_up_once_in_all_parts(tmp_path: Path) -> None:
    lines = [{"name": "Harbor Office", "status": "active", "description": f"Room {number}."} for number in range(3)]
    keys = [key for part in _services(lines, tmp_path) for key in part]
    assert len(set(keys)) == len(keys)


@given(st.lists(st.integers(), max_size=450))
def test_what_is_packed_comes_out_as_it_was(numbers: list[int]) -> None:
    packed: Packed[int] = Packed(int)
    for number in numbers:
        packed.add(number)
    assert list(packed) == numbers
    assert len(packed) == len(numbers)
    assert [packed[place] for place in range(len(numbers))] == numbers


def test_a_record_and_a_refusal_come_out_as_they_were(tmp_path: Path) -> None:
    path = _written(
        str(tmp_path), [json.dumps(_service("1", url="example.org")), json.dumps({"id": "2", "status": "x"})]
    )
    with open_package(path, max_mb=1) as package:
        reader = HsdsReader.of(package)
        kept = Kept(reader)
        assert list(kept.services()) == list(reader.services())
        assert {type(row) for row in kept.services()} == {SourceRecord, Refused}
        assert len(kept) == 2
