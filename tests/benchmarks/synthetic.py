"""Invented listings all over the United States, for benchmarks of search.

Where people live decides where listings are. How often things are stated follows what real directories state: one in
three says no language, most populations, ages and sizes of groups are not mentioned at all.
"""

import datetime as dt
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import accumulate
from random import Random
from typing import Any

from directory.cards.card import Card, CardPhone, CardTrauma, Confirmed
from directory.places.areas import area_of
from directory.places.gazetteer import GAZETTEER, STEPS_PER_DEGREE
from directory.places.place import Place
from directory.places.regions import read_table
from directory.search.answer import Question
from directory.values.language import all_languages
from directory.vocabulary.terms import BARRIER, KIND, POPULATION, terms
from tests.benchmarks.words import Words
from tests.directory.search.seeding import Point, Seed, dice, new_id

NOW = dt.datetime(2026, 11, 26, 15, 0, tzinfo=dt.UTC)
RARE_KIND = "sane-adult"
# Where people come from whom some listings take, and some do not.
ORIGINS = ("US-TX", "US-CA", "MX", "GT", "PH", "US-NY")
# How many words a listing says about itself.
_SAID_WORDS = 18
_DAY = 1_440
_WEEKS: tuple[dict[str, list[tuple[int, int]]], ...] = (
    {},
    {},
    {"office": [(day * _DAY + 540, day * _DAY + 1_020) for day in range(5)]},
    {"office": [(day * _DAY + 510, day * _DAY + 990) for day in range(5)]},
    {
        "office": [(day * _DAY + 540, day * _DAY + 1_020) for day in range(5)],
        "intake": [(day * _DAY + 600, day * _DAY + 960) for day in (1, 3)],
    },
    {"intake": [(day * _DAY + 1_020, day * _DAY + 1_260) for day in range(7)]},
    {"intake": [(0, 7 * _DAY)]},
    {"crisis-line": [(0, 7 * _DAY)], "office": [(day * _DAY + 480, day * _DAY + 960) for day in range(5)]},
)
_AGES = ((18, None), (18, None), (18, 64), (12, 17), (16, 24), (None, 17), (60, None))
_CHILDREN = ((None, 11), (None, 14), (3, 12), (2, None), (4, 17))
_ACCEPTS = (["US"], ["US-TX"], ["US-CA", "US-NY"], ["US", "MX"], ["MX", "GT"])

# A class of questions, and one of them.
Asked = tuple[str, Question]


class World:
    """What listings and questions are drawn from; the seed decides everything."""

    def __init__(self) -> None:
        with closing(sqlite3.connect(f"{GAZETTEER.as_uri()}?mode=ro", uri=True)) as gazetteer:
            rows = gazetteer.execute(
                "SELECT code, postal.name, region, county, lat, lon, zone.name FROM postal JOIN zone ON zone.id = zone"
                " WHERE country = 'US' AND kind = 'postal' AND county IS NOT NULL ORDER BY code"
            ).fetchall()
        self.postal = [
            Place(name, "postal", region, "US", lat / STEPS_PER_DEGREE, lon / STEPS_PER_DEGREE, zone, county, code)
            for code, name, region, county, lat, lon, zone in rows
        ]
        self.words = Words()
        self._by_code = {place.postal: place for place in self.postal}
        people = {row["zip"]: int(row["people"] or 0) for row in read_table("zip_codes.tsv")}
        self._people = list(accumulate(people.get(row[0], 0) + 50 for row in rows))
        kinds = [term.code for term in terms(KIND)]
        dice(3).shuffle(kinds)
        kinds.remove(RARE_KIND)
        self.kinds = [*kinds, RARE_KIND]
        weights = [1 / (n + 1) ** 0.9 for n in range(len(kinds))]
        self._kinds = list(accumulate([*weights, 0.004 * sum(weights)]))
        self._who = [term.code for term in terms(POPULATION)]
        self._barriers = [term.code for term in terms(BARRIER)]
        self.languages = [language.tag for language in all_languages()]
        self._spoken = [0.9, 0.4, *(max(0.08 / n**0.97, 0.0005) for n in range(1, len(self.languages) - 1))]

    def seeds(self, count: int) -> Iterator[Seed]:
        """So many listings: 85 % sites, 12 % for whole areas, 3 % confidential; some services have several places."""
        random = dice(42)
        services = [new_id(random) for _ in range(max(count // 50, 1))]
        for _ in range(count):
            place = self.somewhere(random)
            share = random.random()
            if share < 0.85:
                point = place.lat + random.gauss(0, 0.03), place.lon + random.gauss(0, 0.03)
                service = random.choice(services) if random.random() < 0.15 else new_id(random)
                town = f"{place.name}, {place.region}"
                yield self._seed(random, place, service=service, place=town, block="site", point=point)
            elif share < 0.97:
                state = f"US-{place.region}"
                area = random.choices([place.county or state, state, "US"], [6, 5, 1])[0]
                yield self._seed(random, place, service=new_id(random), place=area, block="area", service_areas=[area])
            elif (hidden := area_of("US", place.region, place.postal)) is not None:
                yield self._seed(random, place, service=new_id(random), place=hidden.id, block="confidential")

    def somewhere(self, random: Random) -> Place:
        """A postal code, by the people who live there."""
        return random.choices(self.postal, cum_weights=self._people)[0]

    def near(self, random: Random, place: Place) -> Place:
        """A postal code some way up or down the list of codes, mostly of the same state."""
        at = self.postal.index(place) + random.randint(-40, 40)
        return self.postal[max(0, min(at, len(self.postal) - 1))]

    def by_code(self, code: str) -> Place:
        """A postal code by its number."""
        return self._by_code[code]

    def kind(self, random: Random) -> str:
        """A kind of service, by how many listings have it."""
        return random.choices(self.kinds, cum_weights=self._kinds)[0]

    def _seed(self, random: Random, around: Place, *, point: Point | None = None, **known: Any) -> Seed:
        days_ago = random.choices([None, 40, 300, 700], [70, 12, 10, 8])[0]
        on = "" if days_ago is None else (NOW.date() - dt.timedelta(days=days_ago)).isoformat()
        stated = random.sample(self._who, random.choice([0, 0, 1, 2, 4]))
        no = [slug for slug in stated if random.random() < 0.25]
        yes = {slug: "welcomes" for slug in stated if slug not in no}
        yes |= dict.fromkeys(random.sample(self._barriers, random.choice([0, 0, 1, 2])), "")
        card = Card(
            id=new_id(random),
            name=f"Practice {self.words.title(random, 3)}",
            organization=f"{self.words.title(random, 2)} House",
            zone=around.zone,
            phones=[
                CardPhone(f"+1305555{random.randrange(10_000):04}", said="2026-01-15", confirmed=on, method="call")
            ],
            kinds=sorted(set(random.choices(self.kinds, cum_weights=self._kinds, k=random.choice([1, 1, 1, 2, 3])))),
            languages=self._languages(random),
            yes=dict(sorted(yes.items())),
            no=sorted(no),
            age=random.choice(_AGES) if random.random() < 0.15 else None,
            children=random.choice(_CHILDREN) if random.random() < 0.08 else None,
            group=random.choice([1, 2, 4, 6, 10, 20, 50]) if random.random() < 0.15 else None,
            accepts_from=random.choice(_ACCEPTS) if random.random() < 0.15 else [],
            weeks=random.choice(_WEEKS),
            trauma_informed=CardTrauma("trained", "Practice Institute") if random.random() < 0.15 else None,
            confirmed={"phone/voice": Confirmed(on, "call")} if on else {},
            fresh_until=0 if days_ago is None else NOW.date().toordinal() - days_ago + 365,
            source="Practice source",
            said="2026-01-15",
            practice=True,
            **known,
        )
        return Seed(card, point, " ".join(self.words.several(random, _SAID_WORDS)))

    def _languages(self, random: Random) -> dict[str, str]:
        if random.random() >= 0.67:
            return {}
        languages = {
            tag: "staff" for tag, p in zip(self.languages[:60], self._spoken, strict=False) if random.random() < p
        }
        if random.random() < 0.1:
            languages[random.choice(self.languages[60:])] = "staff"
        if random.random() < 0.15:
            languages["any"] = "interpreter"
        return languages
