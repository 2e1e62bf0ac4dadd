"""What each sign of being one, or of not being one, is worth; where the lines are, and why. The one place.

Weights are about log2 of how much likelier a pair with this sign is one than a pair without it. They were set on the
first half of the labelled pairs (``tests/importers/matching/pairs.toml``); ``python -m tests.benchmarks.matching`` says
how they do on both.
"""

from typing import Literal

Verdict = Literal["auto", "review", "no"]

# Two records that share a block are mostly two.
PRIOR = -8.0
# From here on nobody is asked: the same name and one strong sign (number, site, street) in the same town, or a name
# with a slip of the pen and two strong signs. Below it, one wrong in a hundred would be wrong too often: what is
# merged unasked takes a listing out of sight.
AUTO = 4.0
# From here on somebody is asked: the same name alone in one town, or another name with number, site and street in
# common (an organization that was renamed). Below it, people would be asked of every pair of neighbours in a house.
REVIEW = -2.0
# A logistic of base 2 makes a score of a sum; the divisor spreads it, so that scores do not all read 999.
SPREAD = 3.0

WEIGHTS: dict[str, float] = {
    "identifier-same": 12,
    "name-same": 6,
    "name-same-but-for-place": 5,
    "name-nearly-same": 4,
    "name-also-known": 4,
    "name-acronym": 4,
    "name-part": 2,
    "name-of-place": 0,
    "name-differs": -8,
    "owner-same": 4,
    "owner-perhaps-same": 1,
    "owner-differs": -10,
    "phone-shared": 6,
    "phone-shared-by-few": 2,
    "phone-differs": -2,
    "domain-shared": 5,
    "domain-of-authority": 1,
    "domain-differs": -3,
    "address-same": 5,
    "address-differs": -2,
    "postal-same": 2,
    "town-same": 1.5,
    "town-differs": -3,
    "county-same": 1,
    "county-differs": -6,
    "state-same": 0.5,
    "state-differs": -12,
    "identifier-differs": -14,
    "kind-shared": 1,
    "kind-differs": -4,
    "description-same": 3,
    "description-differs": -4,
    "one-is-confidential": 0,
}
# A service elsewhere is another site of it, or another service; the same organization merely moved, or has two houses.
OF_SERVICE: dict[str, float] = {"address-differs": -8}

# With one of these nothing is merged unasked, whatever else is the same.
ASKED: frozenset[str] = frozenset({
    "name-part",  # a branch, a program, a department, or the same cut short
    "name-of-place",  # "Key Largo", of every program there
    "name-also-known",  # often the name of what it belongs to
    "name-differs",  # renamed, or the neighbour behind the same switchboard
    "owner-perhaps-same",
    "town-differs",  # a chapter elsewhere with the site of the whole
    "county-differs",
    "state-differs",
    "kind-differs",  # the program next door
    "description-differs",
    "identifier-differs",
    "one-is-confidential",  # the other would tell where it is
})  # fmt: skip
# With one of these they are two, and nobody is asked.
TWO: frozenset[str] = frozenset({"owner-differs", "state-differs", "identifier-differs"})
# What a list has twice under one organization it mostly means twice, as sites or programs: no services of one list are
# merged unasked, and with one of these they are two. (In a real list of 4,000 services the only pair with name, number,
# street and description in common was two programs in one building.)
TWO_IN_ONE_LIST: frozenset[str] = frozenset(
    {"name-part", "name-differs", "name-acronym", "name-of-place", "address-differs", "kind-differs"}
    | {"description-differs"}
)
# But an official number stands above names, places and who is said to run it.
ABOVE_ALL = "identifier-same"

# Without one of these a pair is never merged unasked: a name alone is nobody's own.
STRONG: frozenset[str] = frozenset({"identifier-same", "phone-shared", "domain-shared", "address-same"})

# Texts that are so much alike say the same; those that are so little alike do not (per cent, rapidfuzz).
TEXT_SAME, TEXT_DIFFERS = 95.0, 55.0
LEAST_TEXT = 40

WORDS: dict[str, str] = {
    "said": "somebody who works here takes them for one",
    "identifier-same": "the same official number",
    "name-same": "the same name",
    "name-same-but-for-place": "the same name, but for the place in it",
    "name-nearly-same": "nearly the same name",
    "name-also-known": "one goes by the name of the other too",
    "name-acronym": "one name is the first letters of the other",
    "name-part": "one name is part of the other",
    "name-of-place": "names that say only where they are",
    "name-differs": "different names",
    "owner-same": "the same organization",
    "owner-perhaps-same": "organizations that may be one",
    "owner-differs": "different organizations",
    "phone-shared": "a phone number in common",
    "phone-shared-by-few": "a number in common that a few have",
    "phone-differs": "different phone numbers",
    "domain-shared": "the same website or mail domain",
    "domain-of-authority": "the same site of an authority",
    "domain-differs": "different websites",
    "address-same": "the same street address",
    "address-differs": "different street addresses",
    "postal-same": "the same postal code",
    "town-same": "the same town",
    "town-differs": "different towns",
    "county-same": "the same county",
    "county-differs": "different counties",
    "state-same": "the same state",
    "state-differs": "different states",
    "identifier-differs": "different official numbers",
    "kind-shared": "the same kind of service",
    "kind-differs": "different kinds of service",
    "description-same": "the same description",
    "description-differs": "different descriptions",
    "one-is-confidential": "only one of them is confidential",
}
