"""Ages that words say: who is taken, up to what age boys come along, how many children, how large a group.

All patterns are linear in the length of a sentence. What could be meant otherwise becomes a question: whose children
the ages are of, whether they hold for the whole service, or two ranges that do not meet.
"""

import re
from collections.abc import Iterable
from typing import Literal

import msgspec

from directory.listings.fields import Age, Children, GroupSize
from importers.phrases import LONGEST_READ, Sentence, sentences

Origin = Literal["eligibility", "application", "description"]

OLDEST = 150
_MOST_CHILDREN, _LARGEST_GROUP = 30, 500

_WORD_NUMBERS = {
    word: number
    for number, words in enumerate(
        ("zero cero", "one uno un", "two dos", "three tres", "four cuatro", "five cinco", "six seis", "seven siete",
         "eight ocho", "nine nueve", "ten diez", "eleven once", "twelve doce", "thirteen trece", "fourteen catorce",
         "fifteen quince", "sixteen", "seventeen", "eighteen", "nineteen", "twenty", "twenty-one")
    )
    for word in words.split()
}  # fmt: skip
_NUMBER = r"(?:\d{1,3}|" + "|".join(word for word in _WORD_NUMBERS if word not in ("un", "one", "uno")) + ")"
_UNIT = r"(?:weeks?|months?|mos?\b\.?|meses|years?|yrs?\b\.?|a[nñ]os|yo\b|y/o)"
_OLD = r"(?:[ -]?(?:olds?|of age|de edad))?"
_BIRTH = r"(?:birth|newborns?|infants?|infancy|nacimiento)"
_TO = r"(?: ?(?:-|\u2013|\u2014|/) ?| ?(?:to|through|thru|until|up to|and|a|hasta|y) )"
_YEARS = r",? ?(?:years?|yrs?\.?|a[nñ]os)?(?: old| of age| de edad)?,? ?(?:and|or|&|y|o)"
_MORE = rf"(?:\+|{_YEARS} (?:over|older|up|above|olders|mayores|m[aá]s|beyond))"
_LESS = rf"{_YEARS} (?:under|younger|below|menores)"
_PEOPLE = (
    r"(?:adults?|children|child|kids|youths?|youngsters|teens?|teenagers|adolescents|girls?|boys?|students?|persons?"
    r"|people|individuals|women|men|males?|females?|seniors?|clients|participants|residents|anyone|everyone|those"
    r"|elders?|elderly|citizens|toddlers|infants"
    r"|adultos|ni[nñ][oa]s|j[oó]venes|mujeres|hombres|personas|mayores|menores)"
)
# A number is an age beside a word for ages or for people, or with one behind it.
_ANCHOR = (
    r"(?:\b(?:ages?|aged|edades|edad|de)[: (]{1,2}(?:of |from |between |entre |range |groups? |de )?(?:the ages of )?"
    rf"|\b{_PEOPLE}[ ,(]{{1,3}}(?:ages? |aged |from |between |de |entre )?)"
)
_AGED = rf"(?P<old>[ -]?(?P<unit>{_UNIT})(?: old| of age| de edad)?)?"
_RANGE = re.compile(
    rf"(?P<anchor>{_ANCHOR})?\b(?P<low>{_NUMBER}|{_BIRTH})[ -]?(?P<low_unit>{_UNIT})?{_OLD}{_TO}"
    rf"(?:age )?(?P<high>{_NUMBER})\b[ -]?(?P<high_unit>{_UNIT})?(?P<old>{_OLD})"
)
_FROM = re.compile(rf"(?P<anchor>{_ANCHOR})?\b(?P<low>{_NUMBER})(?P<more>{_MORE})(?! (?:years?|a[nñ]os))")
_DOWN = re.compile(rf"(?P<anchor>{_ANCHOR})?\b(?P<high>{_NUMBER}){_LESS}\b")
_UNDER = re.compile(
    rf"(?P<anchor>\b{_PEOPLE} (?:who are |de )?)?\b(?P<how>under|younger than|below|up to|menores? de|hasta)"
    rf"(?: the)?(?: age| edad)?(?: of| de)? (?P<high>{_NUMBER})\b{_AGED}"
)
_OVER = re.compile(
    rf"(?P<anchor>\b{_PEOPLE} (?:who are )?)?\b(?P<how>over|older than|at least|mayores? de|minimum age)"
    rf"(?: the)?(?: age)?(?: of| is|:)? (?P<low>{_NUMBER})\b{_AGED}"
)
_AGE_WORD = re.compile(r"\bage|\byears? old|\byrs? old|\byears of age|\bedad|\baños de|\d ?\+")

_DIGIT = re.compile(r"\d")
# Sentences without any of these, and longer than a few words, say nothing of an age.
_TELLING = frozenset(
    {"age", "ages", "aged", "old", "older", "over", "under", "up", "younger", "below", "above"}
    | {"years", "year", "yrs", "yr", "months", "through", "birth", "newborn", "newborns", "children", "kids"}
    | {"girls", "boys", "youth", "teens", "adults", "males", "groups", "group", "parties", "crew", "crews"}
    | {"grupo", "grupos", "edad", "edades", "anos", "mayores", "menores", "ninos", "ninas", "hasta", "varones"}
    | {"jovenes"}
)
_SHORT = 6
_BOYS = re.compile(
    r"\b(?:boys|male children|males?|sons|ni[nñ]os varones|varones|hijos varones)\b,? ?\(?(?:only )?(?:children )?"
    r"(?P<how>up to|under|younger than|through|to|until|no older than|over|older than|menores de|hasta|de hasta)"
    r"(?: the)?(?: age)?(?: of)? (?P<age>\d{1,2})\b"
    r"|\b(?:boys|male children|sons|varones)\b,? ?\(?(?:ages? |aged )?(?P<down>\d{1,2}) "
    r"(?:and|or|y) (?:under|younger|menores)"
)
_CHILDREN_COUNT = re.compile(
    rf"\b(?:up to|maximum of|max(?:imum)?:?|no more than|hasta|m[aá]ximo(?: de)?) (?P<most>{_NUMBER}) "
    r"(?:children|kids|ni[nñ]os|hijos)\b(?! (?:per|in|at|will|can|are|enrolled))"
)
_GROUP = re.compile(
    r"\b(?:groups?|parties|grupos?|crews?)(?: \w{1,12}){0,2} (?:of |de )?"
    r"(?:up to|hasta|no more than|no larger than|maximum of) (?P<most>\d{1,3})\b(?! ?(?:%|percent|years|months))"
)
# Not the age of whoever is taken.
_NOT_CLIENTS = re.compile(
    r"\b(?:volunteers?|staff|drivers?|employees|accompanied|guardian|parental|free for|discount|fee|percent"
    r"|if (?:the |your )?(?:youth|child|client|student)|per (?:hour|day|week|month|session)|since|founded|established"
    r"|anniversary|experience|residents? for|minimum stay|program is|statistics|born|fines?|grades? of|every|of a child"
    r"|sobriet|birthday|first time|most recent|proof|receipts?|stubs?|statements?|returns?|by age|toys?|medicare)\b|\$"
)
_PARENTS = re.compile(
    r"\b(?:parents?|famil(?:y|ies)|mothers?|fathers?|caregivers?|moms|dads|guardians?|grandparents|pregnant|pregnancy"
    r"|padres|familias|madres)\b"
)
_EVERYBODY = re.compile(r"\b(?:all ages|any age|of every age|everyone|general public|children and adults|adults and)\b")
_CHILD_WORDS = re.compile(r"\b(?:children|child|boys|sons|ni[nñ]os|hijos|varones)\b")
_HEDGE = re.compile(
    r"\b(?:not|no|except|unless|may|some|sometimes|usually|generally|typically|mostly|varies|vary|depend\w*|excepto"
    r"|salvo)\b"
)


class AgesRead(msgspec.Struct, frozen=True):
    """What the texts of a service say of ages; a question is the name of its rule, a field and the sentence.

    Attributes:
        age: of whoever is taken.
        children: who come along.
        group: the largest.
        questions: rule, field, quoted words.
    """

    age: Age | None = None
    children: Children | None = None
    group: GroupSize | None = None
    questions: tuple[tuple[str, str, str], ...] = ()


class _Range(msgspec.Struct, frozen=True):
    low: int | None
    high: int | None
    is_of_children: bool
    is_sure: bool
    text: str


def read_ages(
    texts: Iterable[tuple[Origin, str]], *, is_one_program: bool, takes_grown_people: bool = False
) -> AgesRead:
    """Ages, children and group sizes in the texts of one service.

    ``is_one_program`` is False where a service stands for everything that an organization does: then what a description
    says of ages may be true of a part of it, and is only asked about. With ``takes_grown_people``
    something else says so, and ages of children alone are not all.
    """
    ranges: list[_Range] = []
    questions: list[tuple[str, str, str]] = []
    boys: list[tuple[int, str]] = []
    counts: list[int] = []
    groups: list[int] = []
    for origin, text in texts:
        takes_grown_people = takes_grown_people or _EVERYBODY.search(text.lower()[:LONGEST_READ]) is not None
        for sentence in sentences(text):
            line = sentence.text.lower()
            if not _is_worth_reading(sentence, line):
                continue
            line = _with_boys(line, boys)
            counts += [_number(found["most"]) for found in _CHILDREN_COUNT.finditer(line)]
            groups += [_number(found["most"]) for found in _GROUP.finditer(line)]
            if not _NOT_CLIENTS.search(line):
                ranges += _ranges(line, sentence.text, is_sure=origin == "eligibility" or is_one_program)
    age = _together(ranges, questions, takes_grown_people=takes_grown_people)
    children = _children(boys, counts, questions)
    groups = [most for most in groups if 1 < most <= _LARGEST_GROUP]
    group = GroupSize(groups[0]) if len(set(groups)) == 1 else None
    if len(set(groups)) > 1:
        questions.append(("group-sizes-differ", "group_size", ", ".join(map(str, dict.fromkeys(groups)))))
    return AgesRead(age, children, group, tuple(questions))


def whole_years(written: str) -> int | None:
    """The whole years of an age cell ("12", "18.0", "6 months"); None where it is no age from 0 to 150."""
    found = re.fullmatch(rf"\s*(\d{{1,4}}(?:\.\d{{1,4}})?) ?({_UNIT})?{_OLD}\s*", written.lower())
    if found is None:
        return None
    years = int(float(found[1]) / _per_year(found[2]))
    return years if 0 <= years <= OLDEST else None


def _is_worth_reading(sentence: Sentence, line: str) -> bool:
    """Whether a sentence holds a number and a word that could make an age, or a count, of it."""
    words = sentence.words
    if _DIGIT.search(line) is None and _WORD_NUMBERS.keys().isdisjoint(words):
        return False
    return "+" in line or not _TELLING.isdisjoint(words) or len(words) <= _SHORT


def _with_boys(line: str, boys: list[tuple[int, str]]) -> str:
    """Take the age limit of boys out of a sentence."""

    def take(found: re.Match[str]) -> str:
        said = found["how"] or ""
        age = int(found["age"] or found["down"])
        is_below = said in ("under", "younger than", "menores de")
        if said not in ("over", "older than") or re.search(r"\b(?:no|not)\b", line[: found.start() + 4]):
            boys.append((age - 1 if is_below else age, line))
        return " "

    return _BOYS.sub(take, line) if _CHILD_WORDS.search(line) or "males" in line else line


def _ranges(line: str, text: str, *, is_sure: bool) -> list[_Range]:
    found: list[_Range] = []
    for pattern in (_RANGE, _DOWN, _FROM, _UNDER, _OVER):
        kept = []
        for match in pattern.finditer(line):
            low, high = _bounds(match)
            if not _speaks_of_age(match, line) or not _is_possible(low, high):
                continue
            before = line[: match.start()]
            of_children = _PARENTS.search(before) is not None and _PARENTS.search(match[0]) is None
            clear = is_sure and not of_children and _HEDGE.search(line) is None
            found.append(_Range(low, high, of_children, clear, text))
            kept.append(match.span())
        # A range is read once, not again as its halves.
        for start, end in kept:
            line = line[:start] + "~" * (end - start) + line[end:]
    return found


def _bounds(match: re.Match[str]) -> tuple[int | None, int | None]:
    groups = match.groupdict()
    low, high = groups.get("low"), groups.get("high")
    low_unit, high_unit = groups.get("low_unit"), groups.get("high_unit") or groups.get("unit")
    lowest = highest = None
    if low is not None:
        # "6 weeks to 5 years", but "18-36 months".
        is_small = low_unit is None and high_unit is not None and high_unit.startswith(("m", "w"))
        lowest = 0 if re.fullmatch(_BIRTH, low) else _number(low) // _per_year(high_unit if is_small else low_unit)
    if high is not None:
        is_below = (groups.get("how") or "").startswith(("under", "younger", "below", "menor"))
        highest = (_number(high) - is_below) // _per_year(high_unit)
    return lowest, highest


def _speaks_of_age(match: re.Match[str], line: str) -> bool:
    groups = match.groupdict()
    if groups.get("anchor") or groups.get("old"):
        return groups.get("anchor") is not None or _is_age(groups.get("old") or "", match)
    if groups.get("low") is not None and re.fullmatch(_BIRTH, groups["low"]):
        return True
    if groups.get("more"):
        return groups["more"] != "+" or re.fullmatch(r"\W*\d+\+\W*", line) is not None
    if match.re is _DOWN:
        return True
    # A line that holds nothing else.
    is_alone = line.strip(" .()*") == match[0].strip(" .()*")
    return is_alone or (
        bool(groups.get("low_unit") or groups.get("high_unit")) and _AGE_WORD.search(match[0]) is not None
    )


def _is_age(old: str, match: re.Match[str]) -> bool:
    if match.re in (_UNDER, _OVER) and (match["anchor"] or match["how"].startswith(("mayor", "menor", "hasta"))):
        return True
    return "old" in old or "age" in old or "edad" in old


def _is_possible(low: int | None, high: int | None) -> bool:
    return all(age is None or 0 <= age <= OLDEST for age in (low, high)) and not (
        low is not None and high is not None and low > high
    )


def _together(ranges: list[_Range], questions: list[tuple[str, str, str]], *, takes_grown_people: bool) -> Age | None:
    """One range for the service, if all that is said goes together."""
    if not ranges:
        return None
    for one in ranges:
        if not one.is_sure:
            questions.append(("age-not-clear", "age", one.text))
            return None
    distinct = list({(one.low, one.high): one for one in ranges}.values())
    low, high = _union(distinct)
    if len(distinct) > 1 and not _meet(distinct):
        questions.append(("ages-differ", "age", " / ".join(one.text for one in distinct[:2])))
        return None
    if high is not None and high < 18 and takes_grown_people:
        # Children up to an age, and grown people too.
        questions.append(("age-not-clear", "age", distinct[0].text))
        return None
    return None if (low, high) == (None, None) else Age(low, high)


def _union(ranges: list[_Range]) -> tuple[int | None, int | None]:
    lows, highs = [one.low for one in ranges], [one.high for one in ranges]
    low = None if None in lows else min(low for low in lows if low is not None)
    high = None if None in highs else max(high for high in highs if high is not None)
    return low, high


def _meet(ranges: list[_Range]) -> bool:
    """Whether ranges overlap or follow one another without a gap."""
    reach = -1
    for low, high in sorted((one.low or 0, OLDEST if one.high is None else one.high) for one in ranges):
        if reach >= 0 and low > reach + 1:
            return False
        reach = max(reach, high)
    return True


def _children(boys: list[tuple[int, str]], counts: list[int], questions: list[tuple[str, str, str]]) -> Children | None:
    limits = {age for age, _ in boys}
    if len(limits) > 1 or any(not 0 <= age <= 20 for age in limits):
        questions.append(("boys-age-not-clear", "children", boys[0][1]))
        limits = set()
    most = {count for count in counts if 0 < count <= _MOST_CHILDREN}
    if len(most) > 1:
        questions.append(("number-of-children-not-clear", "children", ", ".join(map(str, sorted(most)))))
        most = set()
    return Children(next(iter(most), None), next(iter(limits), None)) if most or limits else None


def _number(written: str) -> int:
    return int(written) if written.isdigit() else _WORD_NUMBERS[written]


def _per_year(unit: str | None) -> int:
    if unit is None or unit[0] in "ya":
        return 1
    return 52 if unit.startswith("w") else 12
