"""Judges an answer as the question says it should be judged. Pure: it reads the object that ``--json`` prints."""

from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Any

from tests.golden.queries import Accepts, Condition

# A person in a hurry calls one, and if nobody answers two more.
TOP = 3

Result = dict[str, Any]


def complaints(accepts: Accepts, answer: dict[str, Any]) -> list[str]:
    """What is wrong with an answer, in words; nothing when an advocate would accept it."""
    results: list[Result] = answer["results"]
    fitting = [result for result in results if result["block"] != "near-miss"]
    misses = [result for result in results if result["block"] == "near-miss"]
    return [*_about_fits(accepts, fitting), *_about_misses(accepts.misses, misses)]


def _about_fits(accepts: Accepts, fitting: Sequence[Result]) -> Iterator[str]:
    if accepts.nothing_fits:
        if fitting:
            yield f"nothing should fit, but {told(fitting[0])} does"
        return
    top = fitting[:TOP]
    if len(fitting) < accepts.least:
        yield f"{len(fitting)} fit, at least {accepts.least} should"
    if accepts.first and top and (wrong := list(lacks(top[0], accepts.first))):
        yield f"first comes {told(top[0])}: {'; '.join(wrong)}"
    for result in top:
        if accepts.every and (wrong := list(lacks(result, accepts.every))):
            yield f"among the first comes {told(result)}: {'; '.join(wrong)}"
    for wanted in accepts.some:
        if not _is_among(wanted, top):
            yield f"not among the first is {_told(wanted)}{_where(wanted, fitting)}"
    yield from (f"among the first comes {told(found)}" for found in _found(accepts.never, top))
    yield from (f"as a fit comes {told(found)}" for found in _found(accepts.nowhere, fitting))


def _about_misses(wanted: Iterable[Condition], misses: Sequence[Result]) -> Iterator[str]:
    for condition in wanted:
        if not _is_among(condition, misses):
            yield f"not among the near-misses is {_told(condition)}"


def lacks(result: Result, condition: Condition) -> Iterator[str]:
    """What of a condition does not hold of a result."""
    names = [result["name"], result["organization"]]
    if condition.names and not any(_is_named(name, condition.names) for name in names):
        yield "is another"
    if condition.kinds and not set(condition.kinds) & set(result["kinds"]):
        yield f"is of kind {', '.join(result['kinds'])}"
    if condition.blocks and result["block"] not in condition.blocks:
        yield f"stands among {result['block']}"
    if condition.areas and not any(word in (result["area"] or "") for word in condition.areas):
        yield "lies elsewhere"
    yield from _lacks_of_distance(result["distance_km"], condition)
    for need, accepted in condition.needs.items():
        state = next((answer["state"] for answer in result["needs"] if answer["need"] == need), "not asked")
        if state not in accepted:
            yield f"{need} is {state}"
    if condition.open_now is not None and result["open_now"] != condition.open_now:
        yield {True: "is open", False: "is closed", None: "may be open"}[result["open_now"]]
    if condition.reach and result["reach"] not in condition.reach:
        yield f"is reached by {result['reach']}"
    if not set(condition.missing) <= set(result["missing"]):
        yield f"lacks {', '.join(result['missing']) or 'nothing'}"


def _lacks_of_distance(km: float | None, condition: Condition) -> Iterator[str]:
    if condition.unmeasured and km is not None:
        yield "has a distance"
    if condition.within_km is not None and (km is None or km > condition.within_km):
        yield "has no distance" if km is None else f"is {km:.0f} km away"


def told(result: Result) -> str:
    """A result in a few words."""
    names = list(dict.fromkeys(name for name in (result["name"], result["organization"]) if name))
    return " of ".join(f'"{name}"' for name in names)


def _told(condition: Condition) -> str:
    return " or ".join(f'"{name}"' for name in condition.names) or ", ".join(condition.kinds)


def _where(wanted: Condition, fitting: Sequence[Result]) -> str:
    """Where it stands instead, for who wants to know why."""
    for place, result in enumerate(fitting, 1):
        if _is_named(result["name"], wanted.names) or _is_named(result["organization"], wanted.names):
            wrong = "; ".join(lacks(result, wanted))
            return f" (number {place}{f': {wrong}' if wrong else ''})"
    return " (nowhere)"


def _is_named(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name.casefold(), pattern.casefold()) for pattern in patterns)


def _is_among(condition: Condition, results: Iterable[Result]) -> bool:
    return any(not any(lacks(result, condition)) for result in results)


def _found(conditions: Iterable[Condition], results: Sequence[Result]) -> Iterator[Result]:
    return (result for result in results if any(not any(lacks(result, condition)) for condition in conditions))
