"""Words that somebody typed, as conditions on postings: names and descriptions, and what people call kinds of services.

Every word must be found: in the words of a listing (whole, by its beginning, or with one mistake in it), or, together
with its neighbours, as something people call a kind of service that the listing is of ("refugio", "legal aid").
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from directory.search.sql import Dialect, Sql, Statement, Steps
from directory.search.words import beginning, is_one_mistake, meant, typed_words, typing_keys
from directory.values.plain_text import folded
from directory.vocabulary.synonyms import kinds_meant, known_words
from directory.vocabulary.terms import kind_mask

# Words that begin so may be very many; the first of them are enough to go on with.
_MOST_MEANT = 40
# So many listings are read by their words; where more have them, the postings of the circle are read instead.
FEW_LISTINGS = 1_500


class _Unit(NamedTuple):
    """Words that must be found together: each as one of several spellings, or all of them as kinds."""

    spellings: tuple[tuple[str, ...], ...]
    kinds: frozenset[str]


class Said(NamedTuple):
    """What was typed, as SQL about postings ``g``.

    Attributes:
        given: the tables ``said`` and so on that the conditions name.
        fits: that all of it is found.
        in_names: that it is found in names, or as a kind.
        is_few: only words count, and few listings have them: then these are the rows of ``said_0``.
    """

    given: list[Sql]
    fits: Sql
    in_names: Sql
    is_few: bool


def reading_words(text: str, dialect: Dialect) -> Steps[Said | None]:
    """Find out what typed words may mean; None when something in them is found nowhere at all."""
    typed = typed_words(folded(text))
    spelled = yield from _spellings(typed, dialect)
    units = list(_units(typed, spelled))
    if not units or any(not unit.kinds and not all(unit.spellings) for unit in units):
        return None
    plain = [spelling for unit in units if not unit.kinds for spelling in unit.spellings]
    given: list[Sql] = []
    fits: list[Sql] = []
    named: list[Sql] = []
    if plain:
        fits.append(_found(given, dialect, plain, in_names=False))
        named.append(_found(given, dialect, plain, in_names=True))
    for unit in units:
        if unit.kinds:
            mask = kind_mask(sorted(unit.kinds))
            is_kind = Sql("(g.k0 & ?) <> 0 OR (g.k1 & ?) <> 0", mask)
            for conditions, in_names in ((fits, False), (named, True)):
                if all(unit.spellings):
                    said = _found(given, dialect, unit.spellings, in_names=in_names)
                    conditions.append(Sql(f"({is_kind.text} OR {said.text})", [*is_kind.values, *said.values]))
                else:
                    conditions.append(Sql(f"({is_kind.text})", is_kind.values))
    is_few = False
    if plain and not any(unit.kinds for unit in units):
        first = given[0]
        rows = yield Statement(
            f"WITH {first.text} SELECT count(*) FROM (SELECT 1 FROM said_0 LIMIT ?) AS first_ones",
            [*first.values, FEW_LISTINGS + 1],
        )
        is_few = rows[0][0] <= FEW_LISTINGS
    return Said(given, _every(fits), _every(named), is_few)


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
    """A word that no listing has, as a name of a kind that begins so or is one mistake away from it."""
    if spelled[word] or not typing_keys(word):
        return word
    begun = [known for known in known_words() if known.startswith(word)]
    near = begun or [known for known in known_words() if typing_keys(known) and is_one_mistake(word, known)]
    return min(near, key=lambda known: (len(known), known), default=word)


def _found(given: list[Sql], dialect: Dialect, spellings: Iterable[Sequence[str]], *, in_names: bool) -> Sql:
    """That a listing has a spelling of each word; adds the table of those that do."""
    table = f"said_{len(given)}"
    rows = dialect.having_words(spellings, in_names=in_names)
    given.append(Sql(f"{table}(sid) AS MATERIALIZED ({rows.text})", rows.values))
    return Sql(f"g.sid IN (SELECT sid FROM {table})")


def _every(conditions: Sequence[Sql]) -> Sql:
    text = " AND ".join(condition.text for condition in conditions)
    return Sql(f"({text})", [value for condition in conditions for value in condition.values])
