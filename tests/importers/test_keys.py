"""An id that could be an address never becomes a key; every other id does."""

from collections.abc import Iterator, Mapping

import pytest

from importers.keys import NeutralKeys, could_be_address, site_key
from importers.record import Refused, RowPosition, SourceRecord, SourceSite

_STREET = "4815 NW Quincewater Hollow Road"
_TELLING = [
    "4815-NW-Quincewater-Hollow-Road", "4815_quincewater", "4815.NW.7th.Ave", "4815NWQuincewaterHollowRoad",
    "quincewater-hollow-road", "25.612345|-80.467891", "25.612345_-80.467891", "76QXJG6M+4R", "1500-7th-ave",
]  # fmt: skip
_PLAIN = [
    "10", "L10", "loc-136", "org_5", "site:12", "FL-33130", "550e8400-e29b-41d4-a716-446655440000",
    "deadbeefcafe1234",
]  # fmt: skip


class _Document:
    name = "invented"

    def __init__(self, organizations: list[SourceRecord], services: list[SourceRecord | Refused]) -> None:
        self._organizations, self._services = organizations, services

    def organizations(self) -> Iterator[SourceRecord | Refused]:
        return iter(self._organizations)

    def services(self) -> Iterator[SourceRecord | Refused]:
        return iter(self._services)

    def leftovers(self) -> Iterator[Refused]:
        return iter([Refused(RowPosition("services.csv", 9), "skipped", "blank", "The row is blank.")])

    def not_read(self) -> Mapping[str, int]:
        return {"contacts": 3}


def _organization(identity: str, name: str = "Harbor Aid") -> SourceRecord:
    return SourceRecord(
        "organization", RowPosition("organizations.csv", 2), f"organization:{identity}", cells={"name": name}
    )


def _service(identity: str, name: str = "Harbor House", *, organization: str = "1", row: int = 2) -> SourceRecord:
    return SourceRecord(
        "service",
        RowPosition("services.csv", row),
        f"service:{identity}",
        organization_key=f"organization:{organization}",
        cells={"name": name},
        sites=(SourceSite("location:1", {"address_1": _STREET, "postal_code": "33196", "latitude": "25.612345"}),),
    )


def _keys(*services: SourceRecord | Refused, organizations: tuple[SourceRecord, ...] = ()) -> list[str | None]:
    keys = NeutralKeys(_Document(list(organizations), list(services)))
    first = [row.key for row in keys.services()]
    assert [row.key for row in keys.services()] == first
    return first


@pytest.mark.parametrize("identity", _TELLING)
def test_an_id_could_be_an_address(identity: str) -> None:
    assert could_be_address(identity)


@pytest.mark.parametrize("identity", _PLAIN)
def test_an_id_is_only_an_id(identity: str) -> None:
    assert not could_be_address(identity)
    assert site_key(SourceSite(f"location:{identity}"), 1) == f"location:{identity}"


@pytest.mark.parametrize("identity", [*_TELLING, "quincewater-4815", "Quincewater House", "33196-2", "x25612345"])
def test_a_place_whose_id_tells_it_goes_by_its_number(identity: str) -> None:
    cells = {"address_1": _STREET, "postal_code": "33196", "latitude": "25.612345", "longitude": "-80.467891"}
    assert site_key(SourceSite(f"location:{identity}", cells), 2) == "location 2"


@pytest.mark.parametrize("identity", [*_TELLING, "quincewater-hollow", "FL-33196-2", "id-25.6123456"])
def test_a_service_whose_id_tells_its_place_goes_by_its_name(identity: str) -> None:
    assert _keys(_service(identity), _service("11")) == ["service called harbor house", "service:11"]


def test_services_of_one_name_are_told_apart() -> None:
    assert _keys(_service("4815-quincewater"), _service("4816-quincewater")) == [
        "service called harbor house", "service called harbor house 2",
    ]  # fmt: skip


@pytest.mark.parametrize("name", [f"House at {_STREET}", "Quincewater Hollow House"])
def test_a_service_whose_name_tells_its_place_too_goes_by_its_row(name: str) -> None:
    assert _keys(_service("4815-quincewater", name, row=7)) == ["service in row 7"]


def test_a_refused_row_has_the_key_of_what_it_is_about() -> None:
    row = _service("4815-quincewater")
    refused = Refused(row.position, "rejected", "duplicate-id", "Why.", row.key, row)
    assert _keys(row, refused) == ["service called harbor house"] * 2


def test_a_service_follows_its_organization() -> None:
    document = _Document([_organization(_TELLING[0])], [_service("10", organization=_TELLING[0])])
    keys = NeutralKeys(document)
    assert [row.key for row in keys.organizations()] == ["organization called harbor aid"]
    (service,) = keys.services()
    assert isinstance(service, SourceRecord)
    assert service.organization_key == "organization called harbor aid"


def test_an_organization_without_a_row_is_not_known_by_an_id_that_tells() -> None:
    (telling, plain) = NeutralKeys(
        _Document([], [_service("10", organization=_TELLING[0]), _service("11", organization="77")])
    ).services()
    assert isinstance(telling, SourceRecord)
    assert isinstance(plain, SourceRecord)
    assert (telling.organization_key, plain.organization_key) == (None, "organization:77")


def test_the_rest_of_a_document_stays_as_it_is() -> None:
    document = _Document([], [])
    keys = NeutralKeys(document)
    assert list(keys.leftovers()) == list(document.leftovers())
    assert (keys.name, keys.not_read()) == ("invented", {"contacts": 3})
