"""The sentinel: a secret place goes in by the real door, in every shape that rows take, and is nowhere afterwards.

Its words are such that nothing else holds them. The control is a public place, which must be found.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.importers.feeds import join, service, write_package
from tests.importers.third_feeds import WRITERS, services
from tests.importers.traces import Commands, Deployment, codes_found, point_found, words_found
from tests.services import DatabaseSource

_STREET = "4815 NW Quincewater Hollow Road"
_UNIT = "Unit 7Z9Q"
_POSTAL = "33196"
_POINT = (25.612345, -80.467891)
_POINT_CELLS = {"latitude": "25.612345", "longitude": "-80.467891"}
_TELLING = (
    f"We are at {_STREET}, {_UNIT}, Miami FL {_POSTAL}. "
    "Plus code 76QXJG6M+4R. See https://maps.google.com/?q=25.612345,-80.467891 for it. "
    "The bus stop Quincewater is outside the gate. Look behind the Quincewater church."
)
_WORDS = ("quincewater", "quince water", "hollow road", "7z9q", "JG6M+4R", "25.6123", "80.4678", "maps.google.com")
_CODES = (_POSTAL,)
_TWO_FORMS = ["tables of 3.x", "lines"]
_PUBLIC_STREET = "9 Public Lantern Avenue"


def _secret(identity: str, name: str, *, kind: str = "Domestic Violence Shelters", **cells: str) -> Any:
    return service(identity, name, kind=kind, street=_STREET, postal=_POSTAL, location=_POINT_CELLS, **cells)


def _organization(identity: str = "1", **cells: str) -> dict[str, list[dict[str, str]]]:
    return {"organizations": [{"id": identity, "name": f"Harbor Aid {identity}", **cells}]}


def _control() -> dict[str, list[dict[str, str]]]:
    """Another organization's public service."""
    return join(_organization("9"), service("90", "Open Kitchen", organization="9", street=_PUBLIC_STREET))


def _everything(*, kind: str = "Domestic Violence Shelters") -> dict[str, list[dict[str, str]]]:
    """A secret place in every table and every column that could name it."""
    return join(
        _organization(description=f"We help. {_TELLING}", url="https://example.org/4815-nw-quincewater-hollow-road"),
        _secret(
            "10",
            "Harbor House",
            kind=kind,
            alternate_name=f"House on {_STREET}",
            description=f"Safe beds. {_TELLING}",
            application_process=f"Call first.\n{_TELLING}",
            fees=f"Free. Pay at {_STREET}.",
            url="https://maps.google.com/?q=25.612345,-80.467891",
            interpretation_services=f"Interpreters at {_STREET}",
            directions=_TELLING,
        ),
        _hanging_on_it(),
        # At the same place, told by its key; and by its street, spelled otherwise.
        service("11", "Harbor Counsel", kind="Individual Counseling", place="L10"),
        service(
            "12", "Harbor Pantry", kind="Food", street="4815 N.W. Quincewater Hollow Rd., 2nd floor", postal=_POSTAL
        ),
        service("13", "Harbor Office", description=f"Ask us. Sent from {_STREET} last year. Call."),
        _told_otherwise(),
        _known_by_the_place(kind=kind),
        _control(),
    )


def _told_otherwise() -> dict[str, list[dict[str, str]]]:
    """Rows about the same place that write it in other words, and rows of others that name its key."""
    text = "Ask us. We were at 4815 Quince-Water Hollow before. Call."
    return join(
        service("30", "Harbor Meals", kind="Food", street="4815 Quince Water Hollow Road", postal=""),
        service("31", "Harbor Clothes", kind="Clothing", street="4815-B Quincewater", postal="33193"),
        service("32", "Harbor Van", kind="Transportation", street="Quincewater Hollow Rd", postal=""),
        service("33", "Harbor Class", kind="Education", description=text),
        _organization("2"),
        service("34", "Partner Counsel", kind="Individual Counseling", organization="2", place="L10"),
        service("35", "Partner Meals", kind="Food", organization="2", street=f"{_STREET}, {_UNIT}", place="L10"),
        service(
            "36", "Nobody's Counsel", kind="Individual Counseling", organization="", street=_STREET, postal=_POSTAL
        ),
    )


def _known_by_the_place(*, kind: str) -> dict[str, list[dict[str, str]]]:
    """Rows whose ids are made of the place, of a service, of its organization, of its location."""
    identity = "4815-NW-Quincewater-Hollow-Road"
    return join(
        _organization("4815-NW-Quincewater"),
        _secret(identity, "Harbor Loft", kind=kind, organization="4815-NW-Quincewater", place=identity),
        _secret("25.612345_-80.467891", "Harbor Attic", kind=kind, place="quincewater_4815"),
        _secret("40", "Harbor Cellar", kind=kind, place=_STREET),
    )


def _hanging_on_it() -> dict[str, list[dict[str, str]]]:
    place = {"transportation": _TELLING, "description": _TELLING, "access_notes": _STREET}
    address = {"address_1": _STREET, "address_2": _UNIT, "postal_code": f"{_POSTAL}-4815", "state_province": "FL"}
    monday = {"weekday": "Monday", "opens_at": "9:00am", "closes_at": "5:00pm", "original_text": f"9-5 at {_STREET}"}
    return {
        "locations": [{"id": "L10b", "name": "Quincewater House", **place}],
        "services_at_location": [{"id": "A10b", "service_id": "10", "location_id": "L10b"}],
        "physical_addresses": [{"id": "L10b", "location_id": "L10b", **address}],
        "phones": [{"service_id": "10", "number": f"{_STREET} 305-555-0143", "description": f"Desk at {_STREET}"}],
        "regular_schedules": [{"service_id": "10", **monday}],
        "languages": [{"service_id": "10", "language": f"Spanish (at {_STREET})"}],
        "accessibility_for_disabilities": [{"location_id": "L10", "accessibility": f"Ramp on {_STREET}"}],
        "eligibility": [{"service_id": "10", "eligibility": f"Women. {_TELLING}"}],
    }


def _telling_by_name(*, kind: str) -> dict[str, list[dict[str, str]]]:
    """Rows whose name, or what should be their id, is the place itself."""
    return join(_secret("14", f"House at {_STREET}", kind=kind), _secret(_STREET, "Harbor Nook", kind=kind))


def _malformed(identity: str, *more: str) -> bytes:
    cells = ",".join(f'"{cell}"' for cell in (identity, "1", "Harbor Den", "", f"Beds. {_TELLING}", *more))
    return f"{cells}\r\n".encode()


_SHELTER = "T-Domestic Violence Shelters"
_HOSTILE_ROWS = {
    "services": b"".join(
        [
            _malformed("10", "", "", "", "", "", ""),  # the same id again
            _malformed("20", *[_STREET] * 30),  # too many cells
            _malformed("21", "", "", "", "", "", "").replace(b"Harbor", b"Harb\xff\xfeor"),
            _malformed("22", "", "", "", "", "", _STREET * 2_000),  # far too long
            f'23,1,"{_STREET}\r\n'.encode(),  # too short, and a quotation mark that is never closed
        ]
    ),
    "physical_addresses": (
        f"X,L99,{_STREET},{_UNIT},Miami,FL,{_POSTAL},US\r\nY,L10,,{_STREET},a,b,c,d,e,f,{_UNIT}\r\n".encode()
    ),
    "eligibility": f',"{_TELLING}"\r\n'.encode(),
    "services_taxonomy": f"20,{_SHELTER}\r\n21,{_SHELTER},,,x\r\n22,{_SHELTER}\r\n".encode(),
    "services_at_location": b"A20,20,L20\r\n",
}


@pytest.fixture(scope="module")
def commands() -> Iterator[Commands]:
    started = Commands()
    yield started
    started.close()


@pytest.fixture
def deployment(database_source: DatabaseSource, tmp_path: Path, commands: Commands) -> Iterator[Deployment]:
    url = database_source.ready()
    yield Deployment(url, tmp_path / "deployment", commands)
    database_source.discard(url)


def _import(deployment: Deployment, package: Path, *options: str) -> dict[str, Any]:
    report = deployment.folder / "home" / "report.json"
    ran = deployment.run("import", "hsds", package, "--source", "sentinel", "--report", report, *options)
    assert ran.code == 0, ran.errors
    told: dict[str, Any] = msgspec.json.decode(report.read_bytes())
    return told


def _third(*, kind: str = "Domestic Violence Shelters") -> dict[str, list[dict[str, str]]]:
    """The secret place in the parts that only the third version has."""
    service_, place, site = {"service_id": "10"}, {"location_id": "L10"}, {"service_at_location_id": "A10"}
    organization = {"organization_id": "1"}
    person = {
        "name": f"Ann at {_STREET}",
        "title": f"Desk at {_STREET}",
        "email": "4815-nw-quincewater-hollow-road@example.org",
    }
    owners: list[dict[str, str]] = [service_, place, site, organization]
    return join(
        _everything(kind=kind),
        {
            "contacts": [{"id": f"C{number}", **owner, **person} for number, owner in enumerate(owners)],
            "phones": [
                {"contact_id": "C0", "number": "305-555-0147", "description": _TELLING},
                {**site, "number": "305-555-0146", "description": f"Gate of {_STREET}"},
            ],
            "cost_options": [{**service_, "option": f"At {_STREET}", "amount": "5", "amount_description": _TELLING}],
            "funding": [{**owner, "source": f"The fund of {_STREET}"} for owner in (service_, organization)],
            "required_documents": [{**service_, "document": f"A letter sent to {_STREET}", "uri": _TELLING}],
            "url": [
                {**owner, "label": _STREET, "url": "https://example.org/4815-nw-quincewater-hollow-road"}
                for owner in (service_, organization)
            ],
            "service_areas": [
                {**owner, "name": f"All around {_STREET}", "description": _TELLING, "extent": "25.612345,-80.467891"}
                for owner in (service_, site)
            ],
            "organization_identifiers": [
                {**organization, "identifier": _STREET, "identifier_type": "quincewater", "identifier_scheme": _POSTAL}
            ],
            "metadata": [
                {
                    "resource_id": "10", "resource_type": "service", "field_name": "description",
                    "previous_value": _TELLING, "replacement_value": _STREET, "updated_by": f"Ann of {_STREET}",
                }
            ],
            "services_at_location": [
                {"id": "A10c", "service_id": "10", "location_id": "L10c", "description": f"Beds at {_STREET}"}
            ],
        },
    )  # fmt: skip


def _nothing_is_left(deployment: Deployment) -> None:
    left = deployment.left_behind()
    assert words_found(left, _WORDS) == []
    assert codes_found(left, _CODES) == []
    assert point_found(left, *_POINT) == []
    assert words_found(left, [_PUBLIC_STREET]) != []


def test_a_secret_place_is_nowhere_after_an_import(deployment: Deployment, tmp_path: Path) -> None:
    tables = join(_everything(), _telling_by_name(kind="Domestic Violence Shelters"))
    package = write_package(tmp_path / "feed", tables, raw=_HOSTILE_ROWS)
    report = _import(deployment, package)
    assert {row["status"] for row in report["rows"]} >= {"repaired", "quarantined", "rejected"}
    assert [row["name"] for row in report["rows"] if row["confidential"] and row["name"]]
    _import(deployment, package)
    _import(deployment, package, "--dry-run")
    _nothing_is_left(deployment)


def test_the_control_would_be_seen(deployment: Deployment, tmp_path: Path) -> None:
    _import(deployment, write_package(tmp_path / "feed", _everything(kind="Case Management")))
    left = deployment.left_behind()
    assert {word for word, _ in words_found(left, _WORDS)} >= {"quincewater", "7z9q", "25.6123"}
    assert codes_found(left, _CODES) != []
    assert point_found(left, *_POINT) != []


@pytest.mark.parametrize("raw", [{}, _HOSTILE_ROWS], ids=["well formed", "with malformed rows"])
def test_a_place_that_becomes_secret_is_nowhere_afterwards(
    raw: dict[str, bytes], deployment: Deployment, tmp_path: Path
) -> None:
    before = write_package(tmp_path / "before", _everything(kind="Case Management"))
    after = write_package(tmp_path / "after", _everything(), raw=raw)
    _import(deployment, before)
    deployment.said.clear()
    _import(deployment, after)
    assert "Locations withdrawn" in deployment.said[-1].output
    _nothing_is_left(deployment)


def test_a_place_that_was_left_before_it_became_secret_is_nowhere_afterwards(
    deployment: Deployment, tmp_path: Path
) -> None:
    """Its key must not stay behind, nor the place that came after it."""

    def feed(number: int, kind: str, place: str, street: str) -> Path:
        moved = service("10", "Harbor House", kind=kind, place=place, street=street, postal=_POSTAL)
        return write_package(tmp_path / f"feed{number}", join(_organization(), moved, _control()))

    _import(deployment, feed(1, "Case Management", "4815-NW-Quincewater", _STREET))
    _import(deployment, feed(2, "Case Management", "L11", f"12 {_STREET}"))
    deployment.said.clear()
    _import(deployment, feed(3, "Emergency Shelter", "L11", f"12 {_STREET}"))
    _nothing_is_left(deployment)


def test_a_name_that_tells_is_withdrawn_with_its_place(deployment: Deployment, tmp_path: Path) -> None:
    before = join(_everything(kind="Case Management"), _telling_by_name(kind="Case Management"))
    after = join(_everything(), _telling_by_name(kind="Domestic Violence Shelters"))
    _import(deployment, write_package(tmp_path / "before", before))
    deployment.said.clear()
    _import(deployment, write_package(tmp_path / "after", after))
    _nothing_is_left(deployment)


def test_a_place_becomes_secret_through_a_row_that_cannot_be_read(deployment: Deployment, tmp_path: Path) -> None:
    public = join(_organization(), _secret("20", "Harbor Den", kind="Case Management"), _control())
    _import(deployment, write_package(tmp_path / "before", public))
    deployment.said.clear()
    secret = _secret("20", "Harbor Den")
    secret["services"] = []
    broken = {"services": _malformed("20", *[_STREET] * 30)}
    _import(deployment, write_package(tmp_path / "after", join(_organization(), secret, _control()), raw=broken))
    assert "Locations withdrawn: 1" in deployment.said[-1].output
    _nothing_is_left(deployment)


def test_the_name_of_an_organization_without_services_goes_when_it_tells_a_secret_place(
    deployment: Deployment, tmp_path: Path
) -> None:
    """Nothing of it is held but its name, and its only service is a shelter that cannot be read."""
    owner = {"organizations": [{"id": "50", "name": f"House at {_STREET}", "description": f"Ask us. {_TELLING}"}]}
    _import(deployment, write_package(tmp_path / "before", join(_organization(), owner, _control())))
    deployment.said.clear()
    secret = _secret("51", "Harbor Den", organization="50")
    secret["services"] = []
    after = write_package(
        tmp_path / "after",
        join(_organization(), owner, secret, _control()),
        raw={"services": f'51,50,"Harbor Den","","{_TELLING}"{", " * 40}\r\n'.encode()},
    )
    _import(deployment, after)
    _nothing_is_left(deployment)
    assert _import(deployment, after)["totals"] != {}
    _nothing_is_left(deployment)


def test_a_refused_package_repeats_nothing(deployment: Deployment, tmp_path: Path) -> None:
    feed = write_package(tmp_path / "feed", join(_organization(), _control()))
    # No line of names: the first service stands where they should be.
    (feed / "services.csv").write_bytes(_malformed("10", "", ""))
    ran = deployment.run("import", "hsds", feed, "--source", "sentinel")
    assert ran.code == 6
    left = deployment.left_behind()
    assert words_found(left, _WORDS) == []
    assert codes_found(left, _CODES) == []


@pytest.mark.parametrize("form", WRITERS)
def test_a_secret_place_is_nowhere_after_an_import_of_the_third_version(
    form: str, deployment: Deployment, tmp_path: Path
) -> None:
    tables = join(_third(), _telling_by_name(kind="Domestic Violence Shelters"))
    feed = WRITERS[form](tmp_path / "feed", tables)
    report = _import(deployment, feed)
    assert [row["name"] for row in report["rows"] if row["confidential"] and row["name"]]
    _import(deployment, feed)
    _import(deployment, feed, "--dry-run")
    _nothing_is_left(deployment)


@pytest.mark.parametrize("form", _TWO_FORMS)
def test_the_control_of_the_third_version_would_be_seen(form: str, deployment: Deployment, tmp_path: Path) -> None:
    _import(deployment, WRITERS[form](tmp_path / "feed", _third(kind="Case Management")))
    left = deployment.left_behind()
    assert {word for word, _ in words_found(left, _WORDS)} >= {"quincewater", "7z9q", "25.6123"}
    assert codes_found(left, _CODES) != []
    assert point_found(left, *_POINT) != []


@pytest.mark.parametrize("form", _TWO_FORMS)
def test_a_place_that_becomes_secret_is_nowhere_in_the_third_version(
    form: str, deployment: Deployment, tmp_path: Path
) -> None:
    _import(deployment, WRITERS[form](tmp_path / "before", _third(kind="Case Management")))
    deployment.said.clear()
    _import(deployment, WRITERS[form](tmp_path / "after", _third()))
    assert "Locations withdrawn" in deployment.said[-1].output
    _nothing_is_left(deployment)


def _secret_objects() -> list[dict[str, Any]]:
    """A service at the secret place, one that shares its street, and a public one."""
    tables = join(
        _organization(),
        _secret("10", "Harbor House"),
        service("11", "Harbor Meals", kind="Food", street="4815 Quince Water Hollow Rd"),
        _control(),
    )
    return services(tables)


def _broken_texts() -> dict[str, str]:
    """Lists in which the shelter itself cannot be read, although its place stands there."""
    shelter, *others = map(json.dumps, _secret_objects())
    twice = shelter.replace('"name"', '"description": "Beds.", "description": "None.", "name"', 1)
    deep = shelter[:-1] + ', "x": ' + "[" * 200 + "]" * 200 + "}"
    long = shelter.replace('"Harbor House"', f'"Harbor House", "alert": "{_STREET * 2_000}"', 1)
    return {
        "cut off": f"[{', '.join(others)}, {shelter[:-9]}",
        "a key twice": f"[{twice}, {', '.join(others)}]",
        "too deep": f"[{', '.join([*others, deep])}]",
        "a cell too long": f"[{', '.join([*others, long])}]",
        "a line that is none": "\n".join([*others, shelter.replace(":", "", 1)]),
        "half a line": "\n".join([shelter[:-9], *others]),
    }


@pytest.mark.parametrize("how", _broken_texts())
def test_a_shelter_that_cannot_be_read_still_hides_its_place(how: str, deployment: Deployment, tmp_path: Path) -> None:
    feed = tmp_path / ("services.ndjson" if "line" in how else "services.json")
    feed.write_text(_broken_texts()[how], encoding="utf-8")
    report = _import(deployment, feed)
    assert "quarantined" in {row["status"] for row in report["rows"]}
    assert [row for row in report["rows"] if row["name"] == "Open Kitchen"]
    _nothing_is_left(deployment)


def test_an_object_that_is_repeated_as_a_shelter_is_one(deployment: Deployment, tmp_path: Path) -> None:
    """The first says nothing of shelter and has the place; the second says what it is, under the same id."""
    public = join(_organization(), _secret("10", "Harbor House", kind="Case Management"), _control())
    shelter = join(_organization(), service("10", "Harbor House", kind="Emergency Shelter", street="", postal=""))
    feed = tmp_path / "services.json"
    feed.write_text(json.dumps([*services(public), *services(shelter)]), encoding="utf-8")
    _import(deployment, feed)
    _nothing_is_left(deployment)
