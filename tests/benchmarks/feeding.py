"""An invented feed of any size, a service on every line, as a large network would send it."""

import json
import uuid
from pathlib import Path
from random import Random
from typing import Any

from tests.benchmarks.synthetic import World
from tests.directory.search.seeding import dice

_KINDS = ("Case Management", "Legal Counseling", "Food Pantries", "Mental Health Counseling", "Emergency Shelter")
_LANGUAGES = (("English", "en"), ("Spanish", "es"), ("Haitian Creole", "ht"), ("Vietnamese", "vi"))
_SERVICES_OF_ONE = 4
_IDS = uuid.UUID("0d1c3a52-3f5e-4a6b-8a51-2b9a4f6d8c11")


def write_feed(path: Path, services: int) -> Path:
    """Write so many services in HSDS 3.x; the same number gives the same bytes."""
    random, world = dice(7), World()
    with path.open("w", encoding="utf-8") as file:
        for number in range(services):
            file.write(json.dumps(_service(number, random, world)))
            file.write("\n")
    return path


def _service(number: int, random: Random, world: World) -> dict[str, Any]:
    place = world.somewhere(random)
    owner = number // _SERVICES_OF_ONE
    owners_name = f"{world.words.title(dice(owner), 2)} House {owner}"
    kind = random.choice(_KINDS)
    return {
        "id": _id("service", number),
        "name": f"{world.words.title(random, 3)} {number}",
        "status": "active",
        "email": f"ask@house{number}.example" if number % 2 else "",
        "description": " ".join(world.words.several(random, 18)),
        "organization": {
            "id": _id("organization", owner),
            "name": owners_name,
            "description": "An invented organization.",
        },
        "phones": [{"id": _id("phone", number), "number": f"305-555-{number % 10_000:04}", "type": "voice"}],
        "languages": [
            {"name": name, "code": code} for name, code in random.sample(_LANGUAGES, random.choice((0, 1, 2)))
        ],
        "schedules": [{"freq": "WEEKLY", "byday": "MO,TU,WE,TH,FR", "opens_at": "09:00", "closes_at": "17:00"}],
        "attributes": [
            {
                "link_type": "taxonomy",
                "taxonomy_term": {"id": _id("term", _KINDS.index(kind)), "name": kind, "code": kind},
            }
        ],
        "service_at_locations": [
            {
                "id": _id("at", number),
                "location": {
                    "id": _id("location", number),
                    "location_type": "physical",
                    "latitude": round(place.lat + random.gauss(0, 0.02), 5),
                    "longitude": round(place.lon + random.gauss(0, 0.02), 5),
                    "addresses": [
                        {
                            "address_1": f"{random.randrange(1, 9_999)} {world.words.title(random, 1)} Street",
                            "city": place.name,
                            "state_province": place.region,
                            "postal_code": place.postal,
                            "country": "US",
                            "address_type": "physical",
                        }
                    ],
                },
            }
        ],
    }


def _id(what: str, number: int) -> str:
    return str(uuid.uuid5(_IDS, f"{what} {number}"))
