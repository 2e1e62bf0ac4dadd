"""The same questions asked of PostGIS as its textbooks show, beside which the project's own search is measured.

One table with a geography and a GiST index over it, arrays with GIN, words as a tsvector with GIN, opening hours as
multiranges; each question is one statement: every filter, ``ORDER BY point <-> place``, the first twenty with their
cards. It does less than a search: only sites, no areas and no confidential listings, a service as often as it has
places, no score (the distance alone decides), no totals, nothing that nearly fits, and words must be spelt right.
Distances are on the sphere, which is the quickest that PostGIS has.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count as numbers
from typing import Any

import psycopg
import sqlalchemy as sa

from directory.cards.card import Card, encode
from directory.places.place import Place
from directory.search.answer import Question
from directory.search.postings import wider_origins
from directory.search.wall_clocks import WallClocks
from directory.values.language import all_languages
from directory.values.plain_text import folded
from directory.vocabulary.terms import BARRIER, KIND, POPULATION, expand_kind, terms
from tests.benchmarks.filling import progress
from tests.benchmarks.synthetic import NOW
from tests.directory.search.seeding import Seed

# An interpreter for any language, among the numbers of languages.
_ANY_LANGUAGE = 0
_LANGUAGES = dict(zip((one.tag for one in all_languages()), numbers(1), strict=False)) | {"any": _ANY_LANGUAGE}
_KINDS = {one.code: one.bit for one in terms(KIND)}
_NEEDS = {one.code: one.bit for scheme in (POPULATION, BARRIER) for one in terms(scheme)}

_TABLE = """
    CREATE EXTENSION IF NOT EXISTS postgis;
    CREATE TABLE textbook (
        id uuid PRIMARY KEY, service uuid NOT NULL, point geography(Point, 4326), brief bytea NOT NULL,
        kinds int[] NOT NULL, refused int[] NOT NULL, languages int[] NOT NULL,
        lowest_age int, highest_age int, most_children int, boys_to int, group_size int, origins text[] NOT NULL,
        zone text NOT NULL, hours int4multirange, intake int4multirange, words tsvector NOT NULL
    );
"""
_INDEXES = """
    CREATE INDEX ON textbook USING gist (point);
    CREATE INDEX ON textbook USING gin (kinds);
    CREATE INDEX ON textbook USING gin (refused);
    CREATE INDEX ON textbook USING gin (languages);
    CREATE INDEX ON textbook USING gin (words);
"""
_COPY = "COPY textbook FROM STDIN"


@contextmanager
def textbook(url: str, seeds: Iterable[Seed], rows: int) -> Iterator["Textbook"]:
    """Fill a table in a database and connect to it."""
    plain = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    # Compiling statements would take longer than running them.
    with psycopg.connect(plain, autocommit=True, options="-c jit=off") as connection:
        connection.execute(_TABLE)
        with progress() as shown, connection.cursor().copy(_COPY) as copy:
            bar = shown.add_task(f"{rows} listings into a textbook", total=rows)
            zones = set()
            for seed in seeds:
                copy.write_row(_row(seed))
                zones.add(seed.card.zone)
                shown.advance(bar)
        connection.execute(_INDEXES)
        connection.execute("VACUUM ANALYZE textbook")
        yield Textbook(connection, sorted(zones))


class Textbook:
    """A filled table, ready to be asked."""

    def __init__(self, connection: psycopg.Connection[Any], zones: Sequence[str]) -> None:
        self._connection = connection
        self._zones = zones
        self.process = connection.info.backend_pid

    def ask(self, question: Question) -> list[tuple[Any, ...]]:
        """Public ids of the service, and cards, of the nearest sites that have no stated no."""
        text, values = statement(question, self._zones)
        return self._connection.execute(text.encode(), values).fetchall()


def statement(question: Question, zones: Sequence[str]) -> tuple[str, list[Any]]:
    """A question as one SELECT, where listings lie in these zones."""
    found = list(_conditions(question, zones))
    conditions = ["point IS NOT NULL", *(text for text, _ in found)]
    values = [value for _, given in found for value in given]
    order = "id"
    if question.near is not None:
        order = "point <-> ST_MakePoint(%s, %s)::geography"
        values += _point(question.near)
    text = f"SELECT service, brief FROM textbook WHERE {' AND '.join(conditions)} ORDER BY {order} LIMIT %s"
    return text, [*values, question.limit]


def _conditions(question: Question, zones: Sequence[str]) -> Iterator[tuple[str, list[Any]]]:
    within = "ST_DWithin(point, ST_MakePoint(%s, %s)::geography, %s, false)"
    if question.near is not None:
        yield within, [*_point(question.near), question.within_km * 1000]
    if question.away_from is not None:
        yield f"NOT {within}", [*_point(question.away_from), question.beyond_km * 1000]
    if question.need:
        yield "kinds && %s::int[]", [[_KINDS[code] for code in expand_kind(question.need)]]
    if question.name:
        yield "words @@ plainto_tsquery('simple', %s)", [folded(question.name)]
    if question.who or question.barriers:
        yield "NOT refused && %s::int[]", [[_NEEDS[slug] for slug in (*question.who, *question.barriers)]]
    for tag in question.languages:
        asked = [_LANGUAGES[tag], _ANY_LANGUAGE]
        yield "(languages && %s::int[] OR languages = '{}')", [asked]
    yield from _of_people(question)
    if question.open:
        hours = "hours" if question.open == "now" else "intake"
        yield f"({hours} IS NULL OR {hours} && {_by_zone(question.open, zones)})", []


def _of_people(question: Question) -> Iterator[tuple[str, list[Any]]]:
    if question.minor_age is not None:
        age = question.minor_age
        yield "coalesce(lowest_age, %s) <= %s AND coalesce(highest_age, %s) >= %s", [age] * 4
    if question.children:
        boys = max((child.age for child in question.children if child.sex == "m"), default=-1)
        values = [len(question.children), boys]
        yield "coalesce(most_children >= %s, true) AND coalesce(boys_to >= %s, true)", values
    if question.group is not None:
        yield "coalesce(group_size >= %s, true)", [question.group]
    if question.accepts_from is not None:
        yield "(origins && %s::text[] OR origins = '{}')", [wider_origins(question.accepts_from)]


def _by_zone(asked: str, zones: Sequence[str]) -> str:
    """The minutes of the week that are asked for, by the clock of each zone."""
    clocks = WallClocks(NOW)
    cases = []
    for zone in zones:
        windows = clocks.this_minute(zone) if asked == "now" else clocks.tonight(zone)
        cases.append(f"WHEN '{zone}' THEN '{_multirange((one.start, one.stop) for one in windows)}'::int4multirange")
    return f"CASE zone {' '.join(cases)} END"


def _multirange(spans: Iterable[tuple[int, int]]) -> str:
    return "{" + ",".join(f"[{start},{stop})" for start, stop in spans) + "}"


def _point(place: Place) -> list[float]:
    return [place.lon, place.lat]


def _row(seed: Seed) -> Sequence[Any]:
    card = seed.card
    lowest, highest = card.age or (None, None)
    most, boys_to = card.children or (None, None)
    point = f"SRID=4326;POINT({seed.point[1]} {seed.point[0]})" if seed.point else None
    return (
        card.id,
        card.service,
        point,
        encode(card),
        [_KINDS[code] for code in card.kinds],
        [_NEEDS[slug] for slug in card.no],
        [_LANGUAGES[tag] for tag in card.languages],
        lowest,
        highest,
        most,
        boys_to,
        card.group,
        card.accepts_from,
        card.zone,
        _hours(card, card.weeks),
        _hours(card, [slot for slot in card.weeks if slot == "intake"]),
        folded(f"{card.name} {card.organization} {seed.says}"),
    )


def _hours(card: Card, slots: Iterable[str]) -> str | None:
    spans = [span for slot in slots for span in card.weeks[slot]]
    return _multirange(spans) if spans else None
