"""What somebody asks: the fields of the form, as a state that pages hand on in hidden fields, never in an address."""

from typing import Literal, Self

import msgspec

from directory.places.place import Place
from directory.search.answer import Question
from directory.values import language as languages
from directory.vocabulary import terms
from web.forms import Form
from web.wording import km_of_radius

# Neutral names: one letter each, and none that a browser would fill in by itself (SAFETY D9).
PLACE, LANGUAGE, NEED, KIND, WHO, BARRIER, LEVEL, RADIUS = "a", "b", "n", "m", "w", "r", "t", "k"
SPEAK, SPEAK_HERE, LISTING, LEAVE_OUT, SHOW = "u", "s", "l", "d", "x"
FIELDS = frozenset(
    {PLACE, LANGUAGE, NEED, KIND, WHO, BARRIER, LEVEL, RADIUS, SPEAK, SPEAK_HERE, LISTING, LEAVE_OUT, SHOW}
)

# One press each on the start page: a kind of service and the id of its neutral words.
TILES = (
    "shelter", "sane", "health", "legal", "hotline", "interpretation", "basic-needs", "immigration-relief",
)  # fmt: skip
# In the unit of the country: miles in the United States.
RADII = (10, 25, 60, 100)
USUAL_RADIUS = 25
LEVELS: tuple[Literal["", "attested", "assessed"], ...] = ("", "attested", "assessed")


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The state of the form. Every term in it is known; the place is what was typed."""

    place: str = ""
    language: str = ""
    need: str = ""
    who: tuple[str, ...] = ()
    barriers: tuple[str, ...] = ()
    level: str = ""
    radius: int = USUAL_RADIUS

    @classmethod
    def read(cls, form: Form) -> Self:
        """Read the form. What is left out (``d``) was asked before and is asked no longer.

        Raises:
            UnknownTermError: a term in it is none of the vocabulary.
        """
        left_out = frozenset(form.all(LEAVE_OUT))
        language, level = form.one(LANGUAGE), form.one(LEVEL)
        asked = cls(
            place=form.one(PLACE),
            language="" if f"language:{language}" in left_out else language,
            need=form.one(NEED) or form.one(KIND),
            who=tuple(code for code in form.all(WHO) if code not in left_out),
            barriers=tuple(code for code in form.all(BARRIER) if code not in left_out),
            level="" if "trauma-informed" in left_out else level,
            radius=max(1, min(form.number(RADIUS) or USUAL_RADIUS, 500)),
        )
        if asked.need:
            terms.kind(asked.need)
        if asked.language:
            languages.language(asked.language)
        if asked.level:
            terms.trauma_level(asked.level)
        for code in asked.who:
            terms.population(code)
        for code in asked.barriers:
            terms.barrier(code)
        return asked

    @property
    def is_detailed(self) -> bool:
        """Whether something is chosen that stands in the fold of the form."""
        is_tile = not self.need or self.need in TILES
        return bool(self.who or self.barriers or self.level) or self.radius != USUAL_RADIUS or not is_tile

    def hidden(self) -> list[tuple[str, str]]:
        """The state as hidden fields: name and value, without what is not asked."""
        fields = [
            (PLACE, self.place),
            (LANGUAGE, self.language),
            (NEED, self.need),
            (LEVEL, self.level),
            (RADIUS, str(self.radius)),
            *((WHO, code) for code in self.who),
            *((BARRIER, code) for code in self.barriers),
        ]
        return [(name, value) for name, value in fields if value]

    def question(self, near: Place, *, country: str) -> Question:
        """The question from a place; the radius is in the unit of ``country``."""
        return Question(
            need=self.need,
            near=near,
            within_km=km_of_radius(self.radius, country),
            languages=(self.language,) if self.language else (),
            who=self.who,
            barriers=self.barriers,
            trauma_informed=self.level or None,
        )

    def needs(self) -> tuple[str, ...]:
        """What is asked besides the kind, as needs are named in answers."""
        language = (f"language:{self.language}",) if self.language else ()
        return (*self.who, *self.barriers, *language, *(("trauma-informed",) if self.level else ()))

    def without(self, need: str) -> Self:
        """The same question with one need fewer."""
        return msgspec.structs.replace(
            self,
            language="" if need == f"language:{self.language}" else self.language,
            level="" if need == "trauma-informed" else self.level,
            who=tuple(code for code in self.who if code != need),
            barriers=tuple(code for code in self.barriers if code != need),
        )

    def farther(self) -> tuple[int, ...]:
        """The radii beyond this one."""
        return tuple(radius for radius in RADII if radius > self.radius)
