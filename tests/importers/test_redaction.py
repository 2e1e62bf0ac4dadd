"""What must not be told is found before anything is kept, and is taken out of everything that is kept."""

from collections.abc import Iterable

import msgspec
import pytest

from directory.places.gazetteer import Gazetteer
from importers.confidential import Confidential, look_for_confidential
from importers.mapping import TaxonomyName, load_mapping
from importers.places_of_rows import Places
from importers.record import Refused, RowPosition, SourceRecord, SourceSite
from importers.redaction import Redacted, Redaction

_STREET = "4815 NW Quincewater Hollow Road"
_PLACES = Places(Gazetteer())
_AT = {"address_1": _STREET, "city": "Miami", "state_province": "FL", "postal_code": "33196"}
_ELSEWHERE = {"address_1": "9 Public Lantern Avenue", "city": "Miami", "state_province": "FL", "postal_code": "33130"}


def _service(
    identity: str,
    *sites: dict[str, str],
    kind: str = "Counseling",
    organization: str = "1",
    name: str = "Harbor House",
    **cells: str,
) -> SourceRecord:
    return SourceRecord(
        "service",
        RowPosition("services.csv", 2),
        f"service:{identity}",
        organization_key=f"organization:{organization}",
        cells={"name": name, **cells},
        names=(TaxonomyName(kind),),
        sites=tuple(SourceSite(f"location:{identity}{number}", cells) for number, cells in enumerate(sites)),
    )


_SHELTER = _service("10", _AT, kind="Domestic Violence Shelters")


def _look(*rows: SourceRecord | Refused) -> Confidential:
    return look_for_confidential(rows, load_mapping(), _PLACES)


def _redact(record: SourceRecord, others: Iterable[SourceRecord | Refused] = ()) -> Redacted:
    redacted = Redaction(_look(record, *others), _PLACES).redact(record)
    assert isinstance(redacted, Redacted)
    return redacted


def _refused(record: SourceRecord, rule: str = "row-too-long") -> Refused:
    return Refused(record.position, "quarantined", rule, "Why.", record.key, record)


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (_SHELTER, "kind-is-confidential"),
        (_service("11", _AT, kind="Transitional Housing/Shelter"), "kind-is-confidential"),
        (_service("12", _AT, kind="Winter Shelter Beds"), "kind-is-confidential"),
        (_service("13", _AT, name="The Shelter for Families"), "name-says-shelter"),
        (_service("14", _AT | {"address_1": "Confidential"}), "says-confidential"),
        (_service("15", _AT, description="Shelter is offered at a confidential location."), "says-confidential"),
        (_service("16", _AT, description="The address is not disclosed."), "says-confidential"),
    ],
)
def test_a_service_is_confidential_for_a_reason(record: SourceRecord, reason: str) -> None:
    assert reason in _look(record).reasons[record.key]


@pytest.mark.parametrize(
    "record",
    [
        _service("20", _AT),
        _service("21", _AT, description="Free and confidential counseling. Address Confidentiality Program."),
        _service("22", _AT, kind="Animal Shelters", name="County Animal Shelter"),
        _service("23", _AT, kind="Food", name="Emergency Food and Shelter"),
    ],
)
def test_a_service_is_public_without_a_reason(record: SourceRecord) -> None:
    assert _look(record).reasons == {}


@pytest.mark.parametrize(
    "place",
    [
        _AT,
        _AT | {"address_1": "4815 N.W. Quincewater Hollow Rd., 2nd floor"},
        {**_ELSEWHERE, "latitude": "25.61234", "longitude": "-80.46789"},
    ],
    ids=["same street", "same street, spelled otherwise", "same point"],
)
def test_whatever_is_at_the_same_site_is_confidential_too(place: dict[str, str]) -> None:
    shelter = _service("10", _AT | {"latitude": "25.61234", "longitude": "-80.46789"}, kind="Emergency Shelter")
    assert "shares-confidential-site" in _look(shelter, _service("30", place)).reasons["service:30"]


def test_another_organization_at_the_same_street_stays_public() -> None:
    assert "service:30" not in _look(_SHELTER, _service("30", _AT, organization="2")).reasons


def test_a_service_with_another_place_keeps_that_one() -> None:
    redacted = _redact(_service("30", _AT, _ELSEWHERE), [_SHELTER])
    assert redacted.disclosure == "public"
    assert [site.cells["address_1"] for site in redacted.record.sites] == ["9 Public Lantern Avenue"]
    assert "confidential-site-dropped" in redacted.rules


def test_a_place_is_kept_under_a_key_that_tells_nothing() -> None:
    told = msgspec.structs.replace(
        _service("30", _AT, _ELSEWHERE, {**_ELSEWHERE, "address_1": "7 Elm Street"}), organization_key=None
    )
    keys = ("location:quincewater", "location:L2", "location:7-Elm-Street")
    sites = tuple(msgspec.structs.replace(site, key=key) for site, key in zip(told.sites, keys, strict=True))
    redacted = _redact(msgspec.structs.replace(told, sites=sites), [_SHELTER])
    assert [site.key for site in redacted.record.sites] == ["location:L2", "location 3"]


def test_a_row_that_cannot_be_read_makes_its_site_secret_for_everyone() -> None:
    confidential = _look(_refused(_SHELTER), _service("30", _AT), _service("31", _AT, organization="2"))
    assert {"service:30", "service:31"} <= confidential.reasons.keys()


def test_a_second_row_of_the_same_id_makes_the_first_confidential() -> None:
    second = _refused(_service("30", _ELSEWHERE, name="Night Shelter"), "duplicate-id")
    assert "service:30" in _look(_service("30", _ELSEWHERE), second).reasons


def test_nothing_of_a_confidential_place_stays() -> None:
    site = {
        **_AT, "name": "Quincewater House", "description": "Near Quincewater", "transportation": "Bus 7",
        "latitude": "25.6", "longitude": "-80.4", "accessibility": "Wheelchair ramp on Quincewater", "address_2": "7",
    }  # fmt: skip
    text = f"Beds for women. We are at {_STREET}. Write to ZIP 33199 or 33196. Call first."
    record = _service(
        "10", site, kind="Emergency Shelter", description=text, url="https://example.org", directions="Turn left"
    )
    redacted = _redact(record)
    assert "uincewater" not in repr(redacted.record)
    assert redacted.record.sites == ()
    assert redacted.record.cells == {
        "name": "Harbor House", "description": "Beds for women. Call first.", "url": "https://example.org"
    }  # fmt: skip
    assert redacted.is_accessible
    assert redacted.is_closed
    assert redacted.area is not None
    assert (redacted.disclosure, redacted.area.id) == ("area_only", "US-FL-331")


def test_what_is_nowhere_is_withheld() -> None:
    redacted = _redact(_service("10", {}, kind="Emergency Shelter"))
    assert (redacted.disclosure, redacted.area) == ("withheld", None)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/4815-nw-quincewater-hollow-road",
        "https://maps.google.com/?q=1",
        "https://example.org/?ll=25.612345,-80.467891",
        "https://example.org/?at=4815quincewaterhollow",
        "https://4815quincewater.example.org",
    ],
)
def test_a_link_that_leads_there_goes(url: str) -> None:
    assert "url" not in _redact(_service("10", _AT, kind="Emergency Shelter", url=url)).record.cells


def test_the_organizations_texts_are_screened_and_its_numbers_go() -> None:
    organization = SourceRecord(
        "organization",
        RowPosition("organizations.csv", 2),
        "organization:1",
        cells={"name": "Harbor Aid", "description": "We help. Offices on the 3rd floor.", "tax_id": "59-1234567"},
    )
    redacted = Redaction(_look(_SHELTER), _PLACES).redact(organization)
    assert isinstance(redacted, Redacted)
    assert redacted.record.cells == {"name": "Harbor Aid", "description": "We help."}
    other = Redaction(_look(_service("30", _AT)), _PLACES).redact(organization)
    assert isinstance(other, Redacted)
    assert other.record.cells == organization.cells


def test_other_services_of_the_organization_lose_only_what_names_the_street() -> None:
    text = "Open daily on the 2nd floor. We left 4815 Quincewater in May. Next to the library."
    redacted = _redact(_service("30", _ELSEWHERE, description=text), [_SHELTER])
    assert redacted.record.cells["description"] == "Open daily on the 2nd floor. Next to the library."
    assert redacted.record.sites[0].cells["address_1"] == "9 Public Lantern Avenue"


def test_a_name_that_tells_is_refused_without_being_repeated() -> None:
    record = _service("10", _AT, kind="Emergency Shelter", name=f"House at {_STREET}")
    refused = Redaction(_look(record), _PLACES).redact(record)
    assert isinstance(refused, Refused)
    assert (refused.status, refused.rule) == ("quarantined", "name-tells-place")
    assert "uincewater" not in refused.reason
    sibling = _service("30", _ELSEWHERE, name="Formerly 4815 Quincewater Hollow")
    assert isinstance(Redaction(_look(_SHELTER, sibling), _PLACES).redact(sibling), Refused)


@pytest.mark.parametrize("name", ["Wolfe Apartments", "HARBOR ESTATES", "Harbor House"])
def test_a_name_that_only_sounds_like_a_place_is_kept(name: str) -> None:
    assert _redact(_service("10", _AT, kind="Emergency Shelter", name=name)).record.cells["name"] == name


@pytest.mark.parametrize("name", ["House behind the library", "Corner of Elm and Oak", "Suite 12 at Harbor"])
def test_a_name_that_says_where_is_refused(name: str) -> None:
    record = _service("10", _AT, kind="Emergency Shelter", name=name)
    assert isinstance(Redaction(_look(record), _PLACES).redact(record), Refused)
