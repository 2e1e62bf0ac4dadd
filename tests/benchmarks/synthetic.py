"""Invented listings all over the United States, and questions to ask of them, for benchmarks of search.

Where people live decides where listings are. How often things are stated follows what real directories state: one in
three says no language, most populations are not mentioned at all.
"""

import datetime as dt
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import accumulate
from random import Random
from typing import Any

import msgspec

from directory.cards.card import Card, CardPhone, CardTrauma, Confirmed
from directory.places.areas import area_of
from directory.places.gazetteer import GAZETTEER, STEPS_PER_DEGREE
from directory.places.place import Place
from directory.places.regions import read_table
from directory.search.answer import Question
from directory.values.language import all_languages
from directory.vocabulary.terms import BARRIER, KIND, POPULATION, terms
from tests.directory.search.seeding import Point, Seed, dice, new_id

NOW = dt.datetime(2026, 11, 26, 15, 0, tzinfo=dt.UTC)
_OFFICE = {"office": [(day * 1_440 + 540, day * 1_440 + 1_020) for day in range(5)]}
_ALWAYS = {"intake": [(0, 10_080)]}
# The ten largest cities; "dense" questions are asked there.
_METROS = ("10001", "90012", "60601", "77002", "85003", "19102", "78205", "92101", "75201", "94102")
_RARE_KIND = "sane-adult"

# A class of questions, and one of them.
Asked = tuple[str, Question]


class World:
    """What listings and questions are drawn from; the seed decides everything."""

    def __init__(self) -> None:
        with closing(sqlite3.connect(f"{GAZETTEER.as_uri()}?mode=ro", uri=True)) as gazetteer:
            rows = gazetteer.execute(
                "SELECT code, name, region, county, lat, lon FROM postal"
                " WHERE country = 'US' AND kind = 'postal' AND county IS NOT NULL ORDER BY code"
            ).fetchall()
        self.postal = [
            Place(name, "postal", region, "US", lat / STEPS_PER_DEGREE, lon / STEPS_PER_DEGREE, "UTC", county, code)
            for code, name, region, county, lat, lon in rows
        ]
        self._by_code = {place.postal: place for place in self.postal}
        people = {row["zip"]: int(row["people"] or 0) for row in read_table("zip_codes.tsv")}
        self._people = list(accumulate(people.get(row[0], 0) + 50 for row in rows))
        kinds = [term.code for term in terms(KIND)]
        dice(3).shuffle(kinds)
        kinds.remove(_RARE_KIND)
        self.kinds = [*kinds, _RARE_KIND]
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
                yield self._seed(random, service=service, place=town, block="site", served=[], point=point)
            elif share < 0.97:
                state = f"US-{place.region}"
                area = random.choices([place.county or state, state, "US"], [6, 5, 1])[0]
                yield self._seed(random, service=new_id(random), place=area, block="area", served=[area])
            elif (hidden := area_of("US", place.region, place.postal)) is not None:
                yield self._seed(random, service=new_id(random), place=hidden.id, block="confidential", served=[])

    def somewhere(self, random: Random) -> Place:
        """A postal code, by the people who live there."""
        return random.choices(self.postal, cum_weights=self._people)[0]

    def questions(self, count: int) -> Iterator[Asked]:
        """So many questions of each class, in turn."""
        random = dice(7)
        for _ in range(count):
            yield "plain", self._ask(random, self.somewhere(random), 40.0)
            languages = ("es",) if random.random() < 0.6 else ()
            need = random.choice(["legal", "shelter", "health", "basic-needs", self.kinds[0]])
            yield (
                "common",
                self._ask(random, self.somewhere(random), random.choice([40.0, 80.0]), need, languages=languages),
            )
            rare = (random.choice(self.languages[60:200]),)
            yield "rare", self._ask(random, self.somewhere(random), 400.0, _RARE_KIND, languages=rare)
            metro = self._by_code[random.choice(_METROS)]
            who = ("women", random.choice(["with-children", "minors", "trans-women"]))
            dense = self._ask(random, metro, random.choice([8.0, 16.0, 40.0]), "shelter", languages=("es",), who=who)
            yield "dense", msgspec.structs.replace(dense, trauma_informed="attested")
            yield "rural", self._ask(random, random.choice(self.postal), 160.0, random.choice(self.kinds[8:40]))
            yield (
                "far",
                self._ask(random, self.somewhere(random), 1_500.0, random.choice(self.kinds[:20]), who=("men",)),
            )

    def _ask(
        self,
        random: Random,
        near: Place,
        within_km: float,
        need: str = "",
        *,
        languages: tuple[str, ...] = (),
        who: tuple[str, ...] = (),
    ) -> Question:
        need = need or random.choices(self.kinds, cum_weights=self._kinds)[0]
        return Question(need=need, near=near, within_km=within_km, languages=languages, who=who)

    def _seed(
        self, random: Random, *, service: str, place: str, block: Any, served: list[str], point: Point | None = None
    ) -> Seed:
        days_ago = random.choices([None, 40, 300, 700], [70, 12, 10, 8])[0]
        on = "" if days_ago is None else (NOW.date() - dt.timedelta(days=days_ago)).isoformat()
        stated = random.sample(self._who, random.choice([0, 0, 1, 2, 4]))
        no = [slug for slug in stated if random.random() < 0.25]
        yes = {slug: "welcomes" for slug in stated if slug not in no}
        yes |= dict.fromkeys(random.sample(self._barriers, random.choice([0, 0, 1, 2])), "")
        languages = {}
        if random.random() < 0.67:
            languages = {
                tag: "staff" for tag, p in zip(self.languages[:60], self._spoken, strict=False) if random.random() < p
            }
            if random.random() < 0.1:
                languages[random.choice(self.languages[60:])] = "staff"
            if random.random() < 0.15:
                languages["any"] = "interpreter"
        card = Card(
            id=new_id(random),
            service=service,
            name=f"Practice Service {random.randrange(10_000)}",
            organization=f"Practice House {random.randrange(10_000)}",
            block=block,
            place=place,
            zone="America/New_York",
            phones=[
                CardPhone(f"+1305555{random.randrange(10_000):04}", said="2026-01-15", confirmed=on, method="call")
            ],
            kinds=sorted(set(random.choices(self.kinds, cum_weights=self._kinds, k=random.choice([1, 1, 1, 2, 3])))),
            languages=languages,
            yes=dict(sorted(yes.items())),
            no=sorted(no),
            weeks=random.choice([{}, _OFFICE, _OFFICE, _ALWAYS]),
            trauma_informed=CardTrauma("trained", "Practice Institute") if random.random() < 0.15 else None,
            confirmed={"phone/voice": Confirmed(on, "call")} if on else {},
            fresh_until=0 if days_ago is None else NOW.date().toordinal() - days_ago + 365,
            source="Practice source",
            said="2026-01-15",
            practice=True,
            service_areas=served,
        )
        return Seed(card, point)
