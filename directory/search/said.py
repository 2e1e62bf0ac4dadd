"""Words that somebody typed, as conditions on postings: names and descriptions, and what people call kinds of services.

Every word must be found: in the words of a listing (whole, by its beginning, or with one mistake in it), or, together
with its neighbours, as something people call a kind of service that the listing is of ("refugio", "legal aid").
"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from directory.search.sql import Dialect, Sql, Statement, Steps, joined
from directory.search.words import beginning, meant, typed_words, typing_keys
from directory.values.plain_text import folded
from directory.vocabulary.synonyms import kinds_meant, known_words
from directory.vocabulary.terms import kind_mask

# Words that begin so may be very many; the first of them are enough to go on with.
_MOST_MEANT = 40
# So many listings are read by their words; where more have them, the postings of the circle are read instead. Without a
# place there is no circle, and all postings are far more.
FEW_LISTINGS = 500
FEW_OF_ALL = 20_000


class _Unit(NamedTuple):
    """Words that must be found together: each as one of several spellings, or all of them as kinds."""

    spellings: tuple[tuple[str, ...], ...]
    kinds: frozenset[str]


class Said(NamedTuple):
    """What was typed, as SQL about postings ``g``.

    Attributes:
        given: the table ``said`` of the few listings that have all words, where there are few.
        fits: that all of it is found.
        in_names: that it is found in names, or as a kind.
        named: a SELECT of the listings that have all words; None where all that was typed are kinds.
    """

    given: list[Sql]
    fits: Sql
    in_names: Sql
    named: Sql | None = None

    @property
    def is_few(self) -> bool:
        """Whether few listings have the words, so that they are read rather than the postings of a circle."""
        return bool(self.given)


def reading_words(text: str, dialect: Dialect, *, has_place: bool) -> Steps[Said | None]:
    """Find out what typed words may mean; None when something in them is found nowhere at all.

    ``has_place`` says whether they are looked for around a place.
    """
    typed = typed_words(folded(text))
    spelled = yield from _spellings(typed, dialect)
    units = list(_units(typed, spelled))
    if not units or any(not unit.kinds and not all(unit.spellings) for unit in units):
        return None
    given: list[Sql] = []
    having = dialect.having_words([spelling for unit in units for spelling in unit.spellings if spelling])
    if not any(unit.kinds for unit in units):
        first = f"SELECT count(*) FROM ({having.text} LIMIT ?) AS first_ones"
        few = FEW_LISTINGS if has_place else FEW_OF_ALL
        rows = yield Statement(first, [*having.values, few + 1])
        if rows[0][0] <= few:
            given.append(Sql(f"said(sid) AS MATERIALIZED ({having.text})", having.values))
    return Said(
        given,
        joined(" AND ", [_said(unit, dialect, "words") for unit in units]),
        joined(" AND ", [_said(unit, dialect, "names") for unit in units]),
        having if all(all(unit.spellings) for unit in units) and not all(unit.kinds for unit in units) else None,
    )


def _spellings(typed: Sequence[str], dialect: Dialect) -> Steps[dict[str, tuple[str, ...]]]:
    """Each typed word -> the words of listings that it may mean."""
    if not typed:
        return {}
    parts: list[Sql] = []
    for number, word in enumerate(typed):
        parts.append(
            Sql(
                f"SELECT {number} AS typed, word FROM (SELECT word FROM search_word WHERE word >= ? AND word < ?"
                f" ORDER BY word LIMIT ?) AS begun_{number}",
                [*beginning(word), _MOST_MEANT],
            )
        )
        keys = sorted(typing_keys(word))
        if keys:
            among = dialect.among_words("key", keys)
            parts.append(Sql(f"SELECT {number} AS typed, word FROM search_typo WHERE {among.text}", among.values))
    rows = yield Statement(" UNION ALL ".join(part.text for part in parts), [v for part in parts for v in part.values])
    found: dict[str, list[str]] = {word: [] for word in typed}
    for number, word in rows:
        found[typed[number]].append(word)
    return {word: tuple(meant(word, candidates)[:_MOST_MEANT]) for word, candidates in found.items()}


def _units(typed: Sequence[str], spelled: dict[str, tuple[str, ...]]) -> Iterator[_Unit]:
    position = 0
    while position < len(typed):
        phrase = kinds_meant(typed[position:]) or kinds_meant([_mended(typed[position], spelled)])
        count = phrase.words if phrase else 1
        words = typed[position : position + count]
        yield _Unit(tuple(spelled[word] for word in words), phrase.kinds if phrase else frozenset())
        position += count


def _mended(word: str, spelled: dict[str, tuple[str, ...]]) -> str:
    """A word that no listing has as it was typed, as a name of a kind that begins so or is one mistake away from it.

    Listings that have a word one mistake away are found beside those of that kind.
    """
    if any(spelling.startswith(word) for spelling in spelled[word]) or not typing_keys(word):
        return word
    return min(meant(word, _kind_words()), key=lambda known: (len(known), known), default=word)


@cache
def _kind_words() -> frozenset[str]:
    """The words for kinds that can be mistyped."""
    return frozenset(word for word in known_words() if typing_keys(word))


def _said(unit: _Unit, dialect: Dialect, column: str) -> Sql:
    """That a listing is of a kind that the words mean, or has a spelling of each word.

    The words of a listing are looked at when it is near enough; of words that many listings have, that is much less
    than all who have them.
    """
    conditions: list[Sql] = []
    if unit.kinds:
        conditions.append(Sql("(g.k0 & ?) <> 0 OR (g.k1 & ?) <> 0", kind_mask(sorted(unit.kinds))))
    if all(unit.spellings):
        text = f"' ' || said_text.{column} || ' '"
        words = [
            Sql(f"({' OR '.join([dialect.holds(text)] * len(spelling))})", [f" {word} " for word in spelling])
            for spelling in unit.spellings
        ]
        found = joined(" AND ", words)
        has_them = f"EXISTS (SELECT 1 FROM search_text AS said_text WHERE said_text.sid = g.sid AND {found.text})"
        conditions.append(Sql(has_them, found.values))
    return joined(" OR ", conditions)
