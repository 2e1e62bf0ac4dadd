"""How much of what looking at every card finds is found by a search."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from directory.places.gazetteer import Gazetteer
from directory.search.answer import Answer, Question
from directory.search.query import ENOUGH, MOST_NEAR_MISSES
from directory.search.sources import Areas
from directory.search.words import meant, typed_words, words_of_text
from directory.values.plain_text import folded
from directory.values.point import distance_km
from directory.vocabulary.terms import expand_kind
from tests.benchmarks.synthetic import NOW, Asked
from tests.directory.search.brute_force import Expected, answer_slowly
from tests.directory.search.seeding import Seed

# Two scores that differ in the last digit of a sum may round to metres next to each other.
_SAME_KM = 0.0015


class Recall(msgspec.Struct, frozen=True):
    """What was to be found and was: results in their places, counts of what nearly fits lacks, totals.

    ``wrong`` names the classes in which something was not, and what.
    """

    expected: int
    found: int
    wrong: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        """1.0 when everything was."""
        return self.found / self.expected


def recall(asked: Sequence[Asked], answers: Sequence[Answer], seeds: Iterable[Seed], gazetteer: Gazetteer) -> Recall:
    """Compare answers with what looking at every card finds.

    In every block the results must be the right ones in the right order (two whose scores are a metre apart may have
    changed places), each service once with as many places as fit; what nearly fits must be missing as many needs as
    stand on its card, and must be shown exactly when little fits; the total must be right.
    """
    found = expected = 0
    wrong = []
    candidates, vocabulary = _candidates(asked, seeds)
    for (name, question), possible, answer in zip(asked, candidates, answers, strict=True):
        named = list(_as_typed(possible, question, vocabulary)) if question.name else possible
        truth = answer_slowly(named, question, areas=areas_of(question, gazetteer), now=NOW)
        checks = list(_checks(truth, answer))
        expected += len(checks)
        found += sum(is_right for _, is_right in checks)
        if missed := sorted({what for what, is_right in checks if not is_right}):
            wrong.append(f"{name}: {', '.join(missed)}")
    return Recall(expected, found, tuple(wrong))


def areas_of(question: Question, gazetteer: Gazetteer) -> Areas:
    """The confidential areas that the circles of a question touch or hold."""
    near, away = question.near, question.away_from
    touched = gazetteer.areas_within(near.lat, near.lon, max(question.within_km, 10.0)) if near else frozenset()
    if away is None:
        return Areas(touched)
    held = gazetteer.areas_held(away.lat, away.lon, question.beyond_km)
    return Areas(touched, held, gazetteer.areas_within(away.lat, away.lon, max(question.beyond_km, 10.0)) - held)


def _checks(truth: Expected, answer: Answer) -> Iterator[tuple[str, bool]]:
    yield "total", answer.total == truth.total
    limit = answer.question.limit
    shown = {block: fits[:limit] for block, fits in truth.fits.items()}
    shown["near-miss"] = truth.misses[:MOST_NEAR_MISSES] if truth.total < ENOUGH else []
    for block, wanted in shown.items():
        got = [result for result in answer.results if result.block == block]
        yield f"number of {block}", len(wanted) == len(got)
        for candidate, result in zip(wanted, got, strict=False):
            is_it = candidate.card.id == result.card.id or abs(candidate.score - result.score_km) <= _SAME_KM
            yield block, is_it and len(result.missing) == candidate.missing
            if candidate.card.service == result.card.service and block != "near-miss":
                yield "places", result.more_sites == truth.places[candidate.card.service] - 1


def _as_typed(seeds: Iterable[Seed], question: Question, vocabulary: set[str]) -> Iterator[Seed]:
    """Listings as if every word that a typed one may mean stood in them as it was typed.

    So a slow answer, which knows whole words only, finds them by beginnings and in spite of typing errors.
    """
    spellings = {typed: set(meant(typed, vocabulary)) for typed in typed_words(folded(question.name))}
    for seed in seeds:
        card = seed.card
        names, says = words_of_text(_names(seed)), words_of_text(folded(seed.says))
        named = [typed for typed, words in spellings.items() if words & names]
        said = [typed for typed, words in spellings.items() if words & says]
        if spellings.keys() <= {*named, *said}:
            card = msgspec.structs.replace(card, name=f"{card.name} {' '.join(named)}")
            yield msgspec.structs.replace(seed, card=card, says=f"{seed.says} {' '.join(said)}")


def _names(seed: Seed) -> str:
    return folded(f"{seed.card.name} {seed.card.organization}")


def _candidates(asked: Sequence[Asked], seeds: Iterable[Seed]) -> tuple[list[list[Seed]], set[str]]:
    """For each question the listings that it may be about, by kind and distance; and every word of any listing."""
    by_kind: dict[str, list[int]] = defaultdict(list)
    of_any_kind: list[int] = []
    for number, (_, question) in enumerate(asked):
        if not question.need:
            of_any_kind.append(number)
        for code in expand_kind(question.need) if question.need else ():
            by_kind[code].append(number)
    chosen: list[list[Seed]] = [[] for _ in asked]
    vocabulary: set[str] = set()
    for seed in seeds:
        vocabulary |= words_of_text(f"{_names(seed)} {folded(seed.says)}")
        for number in {*of_any_kind, *(number for code in seed.card.kinds for number in by_kind[code])}:
            if _is_near(seed, asked[number][1]):
                chosen[number].append(seed)
    return chosen, vocabulary


def _is_near(seed: Seed, question: Question) -> bool:
    place = question.near
    if seed.point is None or place is None:
        return True
    # One percent farther, so that what lies on the edge is not decided here.
    return distance_km((place.lat, place.lon), seed.point) <= question.within_km * 1.01
