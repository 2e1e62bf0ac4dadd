"""The questions of the search benchmark, in classes that strain a search in different ways."""

from collections.abc import Iterator
from random import Random
from typing import Any

from directory.places.place import Place
from directory.search.answer import Child, Question
from tests.benchmarks.synthetic import ORIGINS, RARE_KIND, Asked, World
from tests.benchmarks.words import as_typed
from tests.directory.search.seeding import dice

# The ten largest cities; "dense" questions are asked there.
_METROS = ("10001", "90012", "60601", "77002", "85003", "19102", "78205", "92101", "75201", "94102")
_BEDS = ("shelter", "shelter", "emergency-shelter", "housing")


def questions(world: World, count: int) -> Iterator[Asked]:
    """So many questions of each class, in turn.

    - ``plain``: one kind near by. ``common``: a frequent parent of kinds, often in Spanish. ``rare``: a rare kind in a
      rare language. ``rural``: a kind within 160 km of anywhere. ``far``: a kind within 1,500 km.
    - ``dense``: a metropolis and four needs, of which every one refuses some.
    - ``minors``: a minor or a parent with children, whose ages and sexes decide. ``tonight``: a bed before six, or
      whatever is open now. ``group``: many people at once, some from another country. ``away``: not near a place.
    - ``text``: a kind and words of its name, mostly right. ``name``: words alone, half of them without a place.
    """
    ask = _Asking(world, dice(7))
    for _ in range(count):
        for name in ("plain", "common", "rare", "dense", "rural", "far", "minors", "tonight", "group", "away"):
            yield name, getattr(ask, name)()
        yield "text", ask.text()
        yield "name", ask.name()


class _Asking:
    def __init__(self, world: World, random: Random) -> None:
        self._world = world
        self._random = random

    def plain(self) -> Question:
        return self._question()

    def common(self) -> Question:
        need = self._one("legal", "shelter", "health", "basic-needs", self._world.kinds[0])
        return self._question(need=need, within_km=self._one(40.0, 80.0), languages=self._spanish(0.6))

    def rare(self) -> Question:
        language = self._one(*self._world.languages[60:200])
        return self._question(need=RARE_KIND, within_km=400.0, languages=(language,))

    def dense(self) -> Question:
        return self._question(
            near=self._metro(),
            need="shelter",
            within_km=self._one(8.0, 16.0, 40.0),
            languages=("es",),
            who=("women", self._one("with-children", "minors", "trans-women")),
            trauma_informed="attested",
        )

    def rural(self) -> Question:
        near = self._one(*self._world.postal)
        return self._question(near=near, need=self._one(*self._world.kinds[8:40]), within_km=160.0)

    def far(self) -> Question:
        return self._question(need=self._one(*self._world.kinds[:20]), within_km=1_500.0, who=("men",))

    def minors(self) -> Question:
        known: dict[str, Any] = {"need": self._one(*_BEDS, "legal", "mental-health"), "within_km": 80.0}
        if self._random.random() < 0.5:
            return self._question(who=("minors",), minor_age=self._random.randint(10, 17), **known)
        children = (
            Child(self._random.randint(0, 17), self._one("", "f", "m", "m")) for _ in range(self._random.choice([1, 2]))
        )
        return self._question(who=("women", "with-children"), children=tuple(sorted(children)), **known)

    def tonight(self) -> Question:
        if self._random.random() < 0.7:
            who = (self._one("women", "men", "trans-women"),)
            return self._question(
                need=self._one(*_BEDS), within_km=80.0, who=who, languages=self._spanish(0.5), open="tonight"
            )
        return self._question(open="now")

    def group(self) -> Question:
        origin = self._one(*ORIGINS) if self._random.random() < 0.5 else None
        return self._question(
            need=self._one(*_BEDS, "legal-labor", "basic-needs"),
            within_km=160.0,
            who=("labor-trafficking",),
            languages=self._spanish(0.7),
            group=self._random.randint(2, 40),
            accepts_from=origin,
        )

    def away(self) -> Question:
        near = self._world.somewhere(self._random)
        away_from = near if self._random.random() < 0.5 else self._world.near(self._random, near)
        return self._question(
            near=near,
            need=self._one(*_BEDS),
            within_km=self._one(160.0, 400.0),
            who=("women",),
            away_from=away_from,
            beyond_km=self._one(15.0, 50.0),
        )

    def text(self) -> Question:
        words = self._world.words.several(self._random, self._random.choice([1, 1, 2]))
        return self._question(within_km=self._one(80.0, 400.0), name=as_typed(words, self._random))

    def name(self) -> Question:
        words = self._world.words.several(self._random, self._random.choice([1, 2, 2]))
        known: dict[str, Any] = {"need": "", "name": as_typed(words, self._random)}
        if self._random.random() < 0.5:
            return Question(**known)
        return self._question(within_km=80.0, **known)

    def _question(self, **known: Any) -> Question:
        if "near" not in known:
            known["near"] = self._world.somewhere(self._random)
        if "need" not in known:
            known["need"] = self._world.kind(self._random)
        return Question(**known)

    def _metro(self) -> Place:
        return self._world.by_code(self._one(*_METROS))

    def _spanish(self, share: float) -> tuple[str, ...]:
        return ("es",) if self._random.random() < share else ()

    def _one(self, *choices: Any) -> Any:
        return self._random.choice(choices)
